using System.ComponentModel;
using System.Globalization;
using System.Text.Json.Serialization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;

namespace Causeway.Admin.Raises;

/// <summary>A request for a raise, as it is shown to whoever decides.</summary>
internal sealed record RaiseView(
    string Id,
    [property: Description("The grant that is to be raised.")] string Grant,
    [property: Description("Whose grant it is.")] string? Holder,
    [property: Description("The limit's number among the grant's limits, from 1.")] int Limit,
    [property: Description("The limit as it is written; a raise does not change it.")] string LimitText,
    string Meter,
    [property: Description("By how much, in the meter's unit: nano-USD, tokens or requests.")] long Amount,
    [property: Description("The same for people.")] string AmountText,
    [property: Description("Until when the raise is to hold.")] DateTimeOffset Until,
    string Reason,
    string? Ticket,
    [property: Description("An operator's name, or the id of the key that asked.")] string RequestedBy,
    DateTimeOffset CreatedAt,
    [property: Description("When it expires undecided.")] DateTimeOffset ExpiresAt,
    [property: JsonConverter(typeof(SnakeCaseEnum<RaiseState>))] RaiseState State,
    IReadOnlyList<ApprovalView> Approvals,
    int ApproversNeeded,
    [property: Description("What is given with the approvals so far, in the meter's unit.")] long Granted,
    string GrantedText,
    string? DecidedBy,
    DateTimeOffset? DecidedAt,
    string? DecisionReason,
    [property: Description("The SHA-256 of what is shown, 64 hex digits. An approval has to state it.")] string Digest,
    [property: Description("Limits on the way up that have less left than the raise gives: they bind all the same.")] IReadOnlyList<BindingView> StillBinding)
{
    /// <param name="raise">The request.</param>
    /// <param name="desk">Knows how many approvers are needed, and what binds.</param>
    /// <param name="ledger">Knows the grant.</param>
    /// <param name="seesAbove">Whether the caller may see what others have left.</param>
    public static RaiseView Of(Raise raise, RaiseDesk desk, BudgetLedger ledger, bool seesAbove = true) => new(
        raise.Id.ToString(),
        raise.Grant.ToString(),
        ledger.Find(raise.Grant)?.Grant.Holder.ToString(),
        raise.Limit + 1,
        raise.LimitText,
        raise.Meter.Word(),
        raise.Amount,
        AmountWords.Of(raise.Meter, raise.Amount),
        raise.Until,
        raise.Reason,
        raise.Ticket,
        raise.RequestedBy,
        raise.CreatedAt,
        raise.ExpiresAt,
        raise.State,
        [.. raise.Approvals.Select(one => new ApprovalView(one.By, one.Amount, AmountWords.Of(raise.Meter, one.Amount), one.At, one.Reason))],
        desk.ApproversNeeded(raise),
        raise.Granted,
        AmountWords.Of(raise.Meter, raise.Granted),
        raise.DecidedBy,
        raise.DecidedAt,
        raise.DecisionReason,
        RaiseJson.Digest(raise),
        seesAbove && raise.State is RaiseState.Pending or RaiseState.Approved ? BindingView.Of(desk.StillBinding(raise)) : []);
}

/// <summary>An approver's yes.</summary>
internal sealed record ApprovalView(string By, long Amount, string AmountText, DateTimeOffset At, string? Reason);

/// <summary>A limit that binds all the same.</summary>
internal sealed record BindingView(
    string Grant,
    string Limit,
    [property: Description("What is left of it now, in its meter's unit.")] long Left,
    [property: Description("The same for people.")] string LeftText)
{
    public static IReadOnlyList<BindingView> Of(IEnumerable<BindingLimit> limits) =>
    [
        .. limits.Select(one => new BindingView(
            one.Grant.ToString(), one.Limit.ToString(), one.Left, AmountWords.Of(one.Limit.Meter, one.Left))),
    ];
}

/// <summary>An amount for people: millions of tokens are not read digit by digit.</summary>
internal static class AmountWords
{
    public static string Of(Meter meter, long amount) =>
        meter == Meter.Usd ? $"{Limit.Write(meter, amount)} USD" : string.Create(CultureInfo.InvariantCulture, $"{amount:#,0} {meter.Word()}");
}

/// <summary>A glass that was broken.</summary>
internal sealed record GlassView(
    string Id,
    [property: Description("The grant that was helped.")] string Grant,
    [property: Description("The sealed grant that was opened.")] string Seal,
    [property: Description("What was opened, nano-USD.")] long AmountNanoUsd,
    string AmountUsd,
    string By,
    string Reason,
    DateTimeOffset At,
    [property: Description("Until when the limits are raised.")] DateTimeOffset Until,
    [property: Description("Who has reviewed it; null: the review is to be done.")] string? ReviewedBy,
    DateTimeOffset? ReviewedAt,
    string? ReviewReason,
    [property: Description("Limits on the way up that have less left than what was opened: they bind all the same. Only in the answer to breaking it.")] IReadOnlyList<BindingView> StillBinding)
{
    public static GlassView Of(BrokenGlass glass) => new(
        glass.Name,
        glass.Grant.ToString(),
        glass.Seal.ToString(),
        glass.NanoUsd,
        Money.Usd(glass.NanoUsd),
        glass.By,
        glass.Reason,
        glass.At,
        glass.Until,
        glass.ReviewedBy,
        glass.ReviewedAt,
        glass.ReviewReason,
        BindingView.Of(glass.StillBinding));
}

/// <summary>What waits for somebody.</summary>
internal sealed record RaiseInbox(
    [property: Description("Requests for raises, newest first.")] IReadOnlyList<RaiseView> Raises,
    [property: Description("Broken glasses, newest first: each waits for a review.")] IReadOnlyList<GlassView> Glass);
