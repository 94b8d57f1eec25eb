using Causeway.Budgets.Adaptive;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Releases.Rollouts;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;

namespace Causeway.Gateway.Flow;

/// <summary>
/// Holds what a request may use at most against its grant and all above it, before anything is sent: all of it or nothing. The strict bound, by bytes,
/// is tried first; only where a budget is too tight for it the prompt is counted. A grant may say that the output cap is lowered where even that does not fit.
/// </summary>
internal sealed class Reserve(BudgetLedger ledger, Journal journal, PromptTokens tokens, AnswerLengths lengths, CandidateLease lease)
{
    private const string Evaluation = "eval";

    // Beyond the provider's own bound on a whole call: what is settled that late was lost.
    private static readonly TimeSpan s_grace = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_retry = TimeSpan.FromSeconds(5);

    /// <summary>What is started while the store is away.</summary>
    public OfflineAllowance Offline { get; } = new(journal);

    /// <summary>The plan with the cap that its output is held to; null where no token or money is limited and nothing has to be capped.</summary>
    public static Plan Capped(Caller caller, Received received, Plan plan)
    {
        if (!Compose.Generates(received.Scan.Operation))
        {
            return plan;
        }

        long? ceiling = CeilingOf(caller);
        long? stated = plan.Changes?.MaxOutputTokens ?? received.Scan.MaxOutputTokens; // A release's own stands above the caller's.
        if (IsSpentByOutput(caller) && stated is null)
        {
            ceiling = Math.Min(ceiling ?? Grant.DefaultOutputTokens, Grant.DefaultOutputTokens);
        }

        return ceiling is { } cap && (stated is null || stated > cap) ? plan with { OutputCap = cap } : plan with { StatedCap = stated };
    }

    /// <summary>Why a cap that the caller states cannot be held to, where its grant holds its output to one; null: it can. Where nothing is limited the provider says so itself.</summary>
    public static GatewayError? Unreadable(Caller caller, Received received, Plan plan) =>
        received.Scan.UnreadableCap is { } field && plan.Changes?.MaxOutputTokens is null
        && (IsSpentByOutput(caller) || CeilingOf(caller) is not null)
            ? new GatewayError(ErrorKind.Malformed, "field_invalid", $"'{field}' must be a whole number: this key's grant limits what may be generated, and holds to the lower one.") { Param = field }
            : null;

    /// <summary>Holds the bound of the first pin.</summary>
    public async ValueTask<Verdict<Hold>> RunAsync(Call call, Caller caller, Received received, Plan plan)
    {
        if (Unkept(caller) is { } away)
        {
            return away;
        }

        PinRoute pin = plan.Pins[0];
        long added = plan.AddedAt(call, received, pin);
        if (Bounds.Of(call, received, pin, plan.CapAt(pin), NeedsPrice(caller), added) is not { } bound)
        {
            return Unpriced(call, caller, pin, received);
        }

        if (journal.DecidesNow && !MayStart(caller, bound))
        {
            return Away(caller);
        }

        LedgerDenial? denial = null;
        GatewayError? large = Ceilings.Refuse(caller, bound);
        AnswerLength? expected = LengthOf(call, caller, received, plan, pin);
        if (expected is { } length && await AdaptAsync(call, caller, received, plan, pin, bound, added, length) is { } adapted)
        {
            return adapted;
        }

        if (large is null)
        {
            (Hold? held, denial) = await TryHoldAsync(call, caller, pin, plan.Asked, bound);
            if (held is not null)
            {
                return Followed(held, call, caller, received, plan.CapAt(pin), pin, bound.TokensIn);
            }
        }

        // The strict bound did not fit: what the prompt really holds may.
        Amounts closest = bound;
        if (tokens.Of(received, pin) is { } counted && Bounds.Of(call, received, pin, plan.CapAt(pin), NeedsPrice(caller), added, counted) is { } closer && closer.TokensIn < bound.TokensIn)
        {
            closest = closer;
            large = Ceilings.Refuse(caller, closer);
            if (large is null)
            {
                (Hold? fitting, denial) = await TryHoldAsync(call, caller, pin, plan.Asked, closer);
                if (fitting is not null)
                {
                    fitting.CountedInput = PromptTokens.HasVocabularyOf(pin) ? counted + added : null;
                    return Followed(fitting, call, caller, received, plan.CapAt(pin), pin, closer.TokensIn);
                }
            }
        }

        // A document that is cut to measure keeps no contract: there it is all or nothing.
        if (caller.Grant.Reserve == ReserveMode.Clamp && plan.Contract is null && !AsksForJson(call, received) && plan.CapAt(pin) is { } cap and > OutputCaps.Floor)
        {
            return await ClampAsync(call, caller, received, plan, pin, cap, closest.TokensIn);
        }

        return large ?? Denials.Of(denial!, caller.Grant);
    }

    /// <summary>Holds a bound that is known, for calls that are not understood.</summary>
    public async ValueTask<Verdict<Hold>> RunAsync(Call call, Caller caller, PinRoute pin, string asked, Amounts bound)
    {
        if ((Unkept(caller) ?? Ceilings.Refuse(caller, bound)) is { } away)
        {
            return away;
        }

        if (journal.DecidesNow && !MayStart(caller, bound))
        {
            return Away(caller);
        }

        (Hold? held, LedgerDenial? denial) = await TryHoldAsync(call, caller, pin, asked, bound);
        return held is not null ? held : Denials.Of(denial!, caller.Grant);
    }

    /// <summary>Why nothing can be held for a caller now, whatever it asks; null: it depends on what. For calls that something is fetched for before their bound is known.</summary>
    public GatewayError? Refuse(Caller caller) => Unkept(caller) ?? (ledger.Rests(caller.Grant) is { } denial ? Denials.Of(denial, caller.Grant) : null);

    /// <summary>Why no batch can be begun now; null: it can. While the store is away what little may be started is production's, and a batch waits for hours all the same.</summary>
    public GatewayError? RefuseBatch(Caller caller) => journal.Failing
        ? new GatewayError(
            ErrorKind.Unavailable, "store_unavailable", "The store is away, and batches wait for it: nothing was sent. Begin the batch again when it is back. The operator sees why in the log and at /readyz.")
        { RetryAfter = s_retry, DecidedBy = caller.Grant.Grant.Id }
        : null;

    /// <summary>Whether money is limited, so that what has no price cannot be admitted.</summary>
    public static bool NeedsPrice(Caller caller) => caller.Grant.HasMoneyLimit || MostOf(caller) is not null;

    /// <summary>A model without a price, or a tool without a fee, where money is limited.</summary>
    public static GatewayError Unpriced(Call call, Caller caller, PinRoute pin, Received received)
    {
        string? tool = pin.Route.PriceOf(pin.Model, null) is null ? null : ToolCharges.Unpriced(pin, received.Mentions, call.At);
        (string what, string way) = tool is null ? ($"{pin.ServedBy} has no price", "\"prices\"") : ($"{tool} has no fee at {pin.ServedBy}", "\"tool_fees\"");
        return Authorize.Denied(
            caller,
            "price_unknown",
            $"{what}, and the grant limits money: what it would cost cannot be held. The operator gives it one ({way} of the provider), or uses a grant that limits tokens or requests.",
            tool is null ? "model" : "tools");
    }

    // Another pin, or a repair with what it is told beside the request (bytes), within what the grant allows.
    public static ValueTask<LedgerDenial?> CoverAsync(Call call, Received received, Plan plan, PinRoute pin, Hold hold, long told = 0) =>
        Bounds.Of(call, received, pin, plan.CapAt(pin), hold.NeedsPrice, plan.AddedAt(call, received, pin) + told) is { } bound
            ? hold.CoverAsync(bound)
            : ValueTask.FromResult<LedgerDenial?>(new LedgerDenial("price_unknown", hold.Grant.Grant.Id));

    private static long? CeilingOf(Caller caller) => Least(caller.Grant.Scope.MaxOutputTokens, caller.Restrictions?.MaxOutput);

    private static bool IsSpentByOutput(Caller caller) => caller.Grant.HasTokenLimit || MostOf(caller) is not null;

    private static bool AsksForJson(Call call, Received received) => received.Scan.MayAskShape && received.TryTranslation(call.Operation, out RequestTranslation? read, out _) && read.AsksForJson;

    // What is known of such answers; null: nothing can be measured on the way, too little is known, or it would be the whole bound all the same.
    private AnswerLength? LengthOf(Call call, Caller caller, Received received, Plan plan, PinRoute pin) =>
        caller.Grant.Reserve == ReserveMode.Adaptive && received.Stream && plan.Contract is null && received.Scan.Choices == 1 && Compose.Generates(call.Operation)
        && plan.CapAt(pin) is { } cap and > OutputCaps.Floor && lengths.Of(caller.Key.Attribution.Feature, pin.ServedBy) is { } known && known.Tokens < cap
            ? known
            : null;

    // What fits now is what the stream may come to; what such answers need is held of it. Null: the store is away, and the whole bound is asked for as ever.
    private async ValueTask<Verdict<Hold>?> AdaptAsync(Call call, Caller caller, Received received, Plan plan, PinRoute pin, Amounts bound, long added, AnswerLength length)
    {
        long cap = plan.CapAt(pin)!.Value;
        try
        {
            Verdict<Hold> held = await ClampAsync(call, caller, received, plan, pin, cap, bound.TokensIn, length);
            return !held.Failed(out _, out _) || tokens.Of(received, pin) is not { } counted || counted + added >= bound.TokensIn
                ? held
                : await ClampAsync(call, caller, received, plan, pin, cap, counted + added, length);
        }
        catch (LedgerUnavailableException)
        {
            return null;
        }
    }

    // The largest cap whose bound is within what one request may cost and what every limit of the path has left.
    private async ValueTask<Verdict<Hold>> ClampAsync(Call call, Caller caller, Received received, Plan plan, PinRoute pin, long asked, long input, AnswerLength? length = null)
    {
        Mentions mentions = received.Mentions;
        bool needsPrice = NeedsPrice(caller);
        int choices = received.Scan.Choices;
        Amounts BoundOf(long cap) => Bounds.Priced(call, pin, input, cap * choices, needsPrice, mentions)!.Value; // A price was known for the whole bound.
        if (Ceilings.Refuse(caller, BoundOf(OutputCaps.Floor)) is { } large)
        {
            return large;
        }

        long most = MostOf(caller) is { } ceiling ? OutputCaps.Largest(OutputCaps.Floor, asked, cap => BoundOf(cap).NanoUsd <= ceiling) : asked;
        long? expected = length is { } known ? Math.Max(OutputCaps.Floor, known.Tokens) : null;
        (Reservation? held, LedgerDenial? denial, long cap) = await ledger.ReserveWhatFitsAsync(
            caller.Grant, call.Request, new OutputCaps(asked, OutputCaps.Floor, most, BoundOf) { Expected = expected }, LifetimeOf(pin), new Spender(caller.Key.Id, plan.Asked));
        if (held is null)
        {
            return Denials.Of(denial!, caller.Grant);
        }

        Hold hold = new(ledger, held, Waits(caller), caller.Token, MostOf(caller)) { ClampedTo = cap < asked ? cap : null };
        if (length is { } such && expected < cap)
        {
            (hold.Whole, hold.Allowance) = (BoundOf(cap), new StreamAllowance(expected.Value, cap, such, upTo => hold.MoreAsync(BoundOf(upTo))));
        }

        return Followed(hold, call, caller, received, cap, pin, input);
    }

    /// <summary>A stream that is held for whole goes by what it was told: where its provider goes on beyond the cap, more is held for, or it is ended.</summary>
    public static Hold Followed(Hold hold, Call call, Caller caller, Received received, long? cap, PinRoute pin, long input)
    {
        bool needsPrice = NeedsPrice(caller);
        if (received.Stream && hold.Allowance is null && cap is { } told && Compose.Generates(received.Scan.Operation) && (needsPrice || caller.Grant.HasTokenLimit))
        {
            Mentions mentions = received.Mentions; // The body is gone when it goes on.
            hold.Allowance = StreamAllowance.OfWhole(told * received.Scan.Choices, upTo => hold.MoreAsync(Bounds.Priced(call, pin, input, upTo, needsPrice, mentions) ?? hold.Reservation.Held));
        }

        return hold;
    }

    private static TimeSpan LifetimeOf(PinRoute pin) => pin.Provider.Timeouts.Total + s_grace;

    private async ValueTask<(Hold? Held, LedgerDenial? Denial)> TryHoldAsync(Call call, Caller caller, PinRoute pin, string asked, Amounts bound)
    {
        Held held;
        try
        {
            held = await ledger.ReserveAsync(caller.Grant, call.Request, bound, LifetimeOf(pin), new Spender(caller.Key.Id, asked));
        }
        catch (LedgerUnavailableException)
        {
            held = WithoutStore(call, caller, pin, asked, bound);
        }

        return (held.Reservation is { } made ? new Hold(ledger, made, Waits(caller), caller.Token, MostOf(caller)) : null, held.Denial);
    }

    // Evaluations can be made again: while the store is away they leave what may be started to production.
    private bool MayStart(Caller caller, in Amounts bound) => !(journal.Failing && caller.Key.Attribution.Environment == Evaluation) && Offline.TryTake(caller.Grant, bound);

    // Several instances share the store, and it is away: what a grant that is not enforced hard may start meanwhile is told to the others when it is back.
    private Held WithoutStore(Call call, Caller caller, PinRoute pin, string asked, in Amounts bound) =>
        caller.Grant.Enforcement != Enforcement.Hard && MayStart(caller, bound)
            ? ledger.Admit(caller.Grant, call.Request, bound, LifetimeOf(pin), new Spender(caller.Key.Id, asked))
            : new Held(null, new LedgerDenial("store_unavailable", caller.Grant.Grant.Id) { RetryAfter = s_retry });

    // While a store that is shared is away, what is durable is the local book's entry.
    private bool Waits(Caller caller) =>
        journal.Failing && caller.Grant.Enforcement != Enforcement.Hard ? !journal.DecidesNow : caller.Grant.HasLimit || journal.IsBehind;

    // What cannot be made durable is not started: the balances of a hard grant would be a guess after the next start.
    private GatewayError? Unkept(Caller caller)
    {
        if (caller.Grant.Enforcement == Enforcement.Hard && !caller.Grant.HasLimit && !journal.DecidesNow && !lease.IsLive)
        {
            // With a limit it would wait for its turn at the head of the ledger. Without one only this keeps a key that another instance revoked from going on here.
            return new GatewayError(
                ErrorKind.Unavailable,
                "store_unavailable",
                "This instance does not reach the store: it would not hear if this key were revoked, and its grant is enforced hard. The operator sees why in the log and at /readyz.")
            { RetryAfter = s_retry, DecidedBy = caller.Grant.Grant.Id };
        }

        bool isHard = caller.Grant.HasLimit && caller.Grant.Enforcement == Enforcement.Hard;
        if (isHard && journal.Failing && !ledger.HasLease(caller.Grant)) // What a lease holds is durable already, and held for everybody.
        {
            return new GatewayError(ErrorKind.Unavailable, "journal_failed", "The store does not take reservations at the moment, and this grant is enforced hard: nothing new is started. The operator sees why in the log and at /readyz.")
            {
                RetryAfter = TimeSpan.FromSeconds(5),
            };
        }

        return isHard && ledger.Mismatch is not null
            ? new GatewayError(ErrorKind.Unavailable, "journal_failed", "The ledger's balances do not follow from its events, or it is not the one that there was, and this grant is enforced hard. The operator sees why in the log, and runs \"causeway audit verify\".") { ShouldRetry = false }
            : null;
    }

    private static GatewayError Away(Caller caller) => new(
        ErrorKind.Unavailable,
        "store_unavailable",
        caller.Key.Attribution.Environment == Evaluation
            ? "The store is away, and evaluations wait for it (env eval). The operator sees why in the log and at /readyz."
            : $"The store is away, and what grant {caller.Grant.Grant.Id} may start meanwhile is used. The operator sees why in the log and at /readyz.")
    { RetryAfter = TimeSpan.FromSeconds(5), DecidedBy = caller.Grant.Grant.Id };

    private static long? MostOf(Caller caller) => Least(caller.Grant.Scope.MaxRequestNanoUsd, caller.Restrictions?.MaxCostPerCall);

    private static long? Least(long? one, long? other) => one is null || other is null ? one ?? other : Math.Min(one.Value, other.Value);
}
