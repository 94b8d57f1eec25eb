using System.ComponentModel;
using System.Text.Json;
using System.Text.Json.Serialization;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Audit;

/// <summary>Entries of the ledger, oldest first.</summary>
internal sealed record AuditPage(
    [property: Description("Oldest first.")] IReadOnlyList<AuditEntry> Entries);

/// <summary>One entry of the ledger in the API's words. Holds no key, no tag of a key and no text of a prompt or an answer.</summary>
internal sealed record AuditEntry
{
    [Description("Its place, from 1 on without a gap. Read on with after=.")]
    public required long Seq { get; init; }

    public required DateTimeOffset At { get; init; }

    [Description("What happened: reserved, settled, denied, …; docs/audit.md lists them.")]
    public required string Kind { get; init; }

    [Description("As in x-causeway-request; null: it belongs to none.")]
    public string? Request { get; init; }

    [Description("Of a request that an instance decided by itself: the lease that it drew what it holds from, and that was taken before; null: it was decided at the head of the ledger.")]
    public string? Lease { get; init; }

    [Description("Whose budget: the grant that was used, made or changed.")]
    public string? Grant { get; init; }

    [Description("The id of the key that spoke.")]
    public string? Key { get; init; }

    [Description("The stable code of the decision.")]
    public string? Code { get; init; }

    [Description("The grant that decided.")]
    public string? DecidedBy { get; init; }

    [Description("The limit that decided, as it is written: usd 500/month.")]
    public string? Limit { get; init; }

    [Description("The model, as it was asked for or called.")]
    public string? Model { get; init; }

    public string? Provider { get; init; }

    [Description("What is or was held; null: nothing. Of an adjustment what counts as in doubt no longer.")]
    public AuditAmounts? Held { get; init; }

    [Description("What is booked; null: nothing. Of an adjustment the difference, which may be negative.")]
    public AuditAmounts? Booked { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<UsageSource>)), Description("Who says what was used; none: nothing was.")]
    public UsageSource Source { get; init; }

    [Description("Who did it.")]
    public string? Actor { get; init; }

    [Description("Why.")]
    public string? Reason { get; init; }

    [Description("The object that was made or changed, as JSON text; or words for people.")]
    public string? Detail { get; init; }

    public static AuditEntry Of(LedgerEvent one) => new()
    {
        Seq = one.Seq,
        At = DateTimeOffset.FromUnixTimeMilliseconds(one.AtMs),
        Kind = AuditKinds.Word(one.Kind),
        Request = one is { Request: { } request, Kind: not LedgerEventKind.OutageBooked } ? $"req_{request:N}" : null, // An outage's is that of the instance's own book.
        Lease = one.Lease is { } lease ? $"req_{lease:N}" : null,
        Grant = one.Grant?.ToString(),
        Key = one.Key?.ToString(),
        Code = one.Code,
        DecidedBy = one.DecidedBy?.ToString(),
        Limit = one.Limit,
        Model = one.Model,
        Provider = one.Provider,
        Held = AuditAmounts.Of(one.Held),
        Booked = AuditAmounts.Of(one.Booked),
        Source = Enum.IsDefined(one.Source) ? one.Source : UsageSource.None,
        Actor = one.Actor,
        Reason = one.Reason,
        Detail = one.Detail,
    };
}

/// <summary>What one request takes of every meter.</summary>
internal sealed record AuditAmounts(
    [property: Description("USD, exact.")] string Usd,
    [property: Description("Prompt tokens, cached ones included.")] long TokensIn,
    [property: Description("Generated tokens, reasoning included.")] long TokensOut)
{
    public static AuditAmounts? Of(in Amounts amounts) => amounts == default ? null : new AuditAmounts(Money.Usd(amounts.NanoUsd), amounts.TokensIn, amounts.TokensOut);
}

/// <summary>What a walk over the chain of entries found.</summary>
internal sealed record AuditVerification(
    [property: Description("Entries that follow from each other, counted from the first.")] long Events,
    [property: Description("The hash of the last of them. Kept elsewhere it proves later that nothing before it was changed.")] string Head,
    [property: Description("True when the chain is whole, and has what every head that was given names.")] bool Ok,
    [property: Description("The first entry that does not follow from the one before it; null: none.")] long? BrokenAt,
    [property: Description("What is wrong with it.")] string? Problem,
    [property: Description("The heads that were given, and what is wrong with each.")] IReadOnlyList<AuditHead> Heads)
{
    public static AuditVerification Of(ChainReport report, IReadOnlyList<AuditHead> heads) =>
        new(report.Events, report.Head, report.BrokenAt is null && heads.All(head => head.Problem is null), report.BrokenAt, report.Problem, heads);
}

/// <summary>The words of the kinds.</summary>
internal static class AuditKinds
{
    private static readonly Dictionary<LedgerEventKind, string> s_words =
        Enum.GetValues<LedgerEventKind>().ToDictionary(kind => kind, kind => JsonNamingPolicy.SnakeCaseLower.ConvertName(kind.ToString()));

    /// <summary>Every word.</summary>
    public static IReadOnlyList<string> Words { get; } = [.. s_words.Values];

    /// <summary>A kind's word. A number that is none, as in a file that was changed, is shown as it is.</summary>
    public static string Word(LedgerEventKind kind) => s_words.GetValueOrDefault(kind) ?? $"unknown_{(int)kind}";

    /// <summary>The kinds of words with commas, or the first word that is none.</summary>
    public static (HashSet<LedgerEventKind> Kinds, string? Stranger) Read(string words)
    {
        HashSet<LedgerEventKind> kinds = [];
        foreach (string word in words.Split(',', StringSplitOptions.TrimEntries))
        {
            LedgerEventKind[] found = [.. s_words.Where(pair => pair.Value == word).Select(pair => pair.Key)];
            if (found.Length == 0)
            {
                return (kinds, word);
            }

            kinds.Add(found[0]);
        }

        return (kinds, null);
    }
}
