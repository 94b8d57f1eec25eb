using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Raises;

/// <summary>
/// Takes requests for raises, and what is decided about them. A decision is kept before it has its effect, and its effect is found by the request's id:
/// the same decision again gives the same answer and makes up for what a crash between the two has left out.
/// </summary>
public sealed class RaiseDesk(IRaiseStore store, BudgetLedger ledger, RaisePolicy policy, TimeProvider time)
{
    private const int MaxTries = 5;

    /// <summary>How many people have to approve a request.</summary>
    public int ApproversNeeded(Raise raise) => RaiseRules.ApproversNeeded(raise, policy.TwoApproversAboveNanoUsd);

    /// <summary>Limits of the grant's path that would bind all the same if the request were approved.</summary>
    public IReadOnlyList<BindingLimit> StillBinding(Raise raise) =>
        ledger.Find(raise.Grant) is { } node && raise.Limit < node.Grant.Limits.Length ? ledger.BindingBeside(node, raise.Limit, raise.Granted) : [];

    /// <summary>Keeps a request.</summary>
    public async Task<RaiseOutcome> RequestAsync(Raise raise, CancellationToken cancellation)
    {
        if (ledger.Find(raise.Grant) is not { } node || raise.Limit < 0 || raise.Limit >= node.Grant.Limits.Length)
        {
            return new RaiseOutcome(null, new DelegationFault("grant_unknown", $"There is no grant {raise.Grant} with such a limit."));
        }

        if (node.Grant.Status == GrantStatus.Revoked || node.Grant.Kind == GrantKind.BreakGlass)
        {
            return new RaiseOutcome(null, new DelegationFault("raise_invalid", $"{raise.Grant} is {(node.Grant.Kind == GrantKind.BreakGlass ? "sealed" : "revoked")}; nothing can be raised."));
        }

        if ((await ListAsync(onlyPending: true, cancellation)).Count(one => one.Grant == raise.Grant) >= Raise.MaxPending)
        {
            return new RaiseOutcome(null, new DelegationFault("raise_invalid", $"{raise.Grant} has {Raise.MaxPending} requests that wait for a decision already."));
        }

        await store.AddAsync(raise, cancellation);
        await NoteAsync(LedgerEventKind.RaiseRequested, raise, "raise_requested", raise.RequestedBy, raise.Reason, raise.Amount);
        return new RaiseOutcome(raise);
    }

    /// <summary>Requests, newest first. Those that nobody decided in time are closed on the way.</summary>
    public async Task<IReadOnlyList<Raise>> ListAsync(bool onlyPending, CancellationToken cancellation)
    {
        List<Raise> listed = [];
        foreach (Raise kept in await store.ListAsync(onlyPending, cancellation))
        {
            Raise raise = await CloseLateAsync(kept, cancellation);
            if (!onlyPending || raise.State == RaiseState.Pending)
            {
                listed.Add(raise);
            }
        }

        return listed;
    }

    /// <summary>One request as it is now, or null.</summary>
    public async Task<Raise?> FindAsync(RaiseId id, CancellationToken cancellation) =>
        await store.FindAsync(id, cancellation) is { } kept ? await CloseLateAsync(kept, cancellation) : null;

    /// <summary>Says yes to what was shown.</summary>
    /// <param name="id">The request.</param>
    /// <param name="amount">How much of it; null: all.</param>
    /// <param name="digest">The digest of what was shown.</param>
    /// <param name="actor">Who says so.</param>
    /// <param name="reason">Why.</param>
    /// <param name="cancellation">Ends the waiting before the work begins.</param>
    public async Task<RaiseOutcome> ApproveAsync(RaiseId id, long? amount, string digest, string actor, string? reason, CancellationToken cancellation)
    {
        DateTimeOffset now = ToMilliseconds(time.GetUtcNow());
        RaiseOutcome outcome = await DecideAsync(
            id, raise => raise.State == RaiseState.Pending && !IsThere(raise) ? Moved(raise) : RaiseRules.Approve(raise, new Approval(actor, amount ?? Before(raise, actor) ?? raise.Granted, digest, now, reason), policy.TwoApproversAboveNanoUsd), "raise_approved", cancellation);
        if (outcome.Raise is { State: RaiseState.Approved } approved && approved.Until > now && IsThere(approved))
        {
            Overlay overlay = new(
                approved.Id.Value, approved.Grant, approved.Limit, approved.Granted, approved.DecidedAt!.Value.ToUnixTimeMilliseconds(), approved.Until.ToUnixTimeMilliseconds(), approved.Id.ToString());
            await ledger.RaiseAsync(overlay, approved.DecidedBy!, approved.DecisionReason ?? approved.Reason);
        }

        return outcome;
    }

    /// <summary>Says no, or takes the request back where the one who asked says so.</summary>
    public Task<RaiseOutcome> DenyAsync(RaiseId id, string actor, string? reason, CancellationToken cancellation)
    {
        DateTimeOffset now = ToMilliseconds(time.GetUtcNow());
        return DecideAsync(id, raise => RaiseRules.Deny(raise, actor, reason, now), "raise_denied", cancellation);
    }

    /// <summary>Breaks the glass. The ledger's store keeps the review that is to be done with the event of it.</summary>
    /// <returns>What was broken, or why nothing was.</returns>
    public Task<(BrokenGlass? Broken, DelegationFault? Fault)> BreakAsync(GrantId grant, long nanoUsd, TimeSpan lifetime, string actor, string reason) =>
        ledger.BreakAsync(grant, nanoUsd, lifetime, actor, reason);

    /// <summary>Broken glasses, newest first.</summary>
    public Task<IReadOnlyList<BrokenGlass>> ListGlassAsync(bool onlyUnreviewed, CancellationToken cancellation) => store.ListGlassAsync(onlyUnreviewed, cancellation);

    /// <summary>Closes the review of a broken glass. The first review stands.</summary>
    /// <returns>The glass as it is now; null: there is none of that name.</returns>
    public async Task<BrokenGlass?> ReviewAsync(Guid id, string actor, string reason, CancellationToken cancellation)
    {
        if (await store.FindGlassAsync(id, cancellation) is not { ReviewedBy: null } open)
        {
            return await store.FindGlassAsync(id, cancellation);
        }

        BrokenGlass reviewed = open with { ReviewedBy = actor, ReviewedAt = ToMilliseconds(time.GetUtcNow()), ReviewReason = reason };
        await store.PutAsync(reviewed, cancellation);
        await ledger.Note(
            new LedgerEvent(LedgerEventKind.RaiseDecided, 0) { Request = id, Grant = open.Grant, Code = "glass_reviewed", Actor = actor, Reason = reason, Detail = open.Name }, isAwaited: true);
        return reviewed;
    }

    // What was shown was a raise of that limit: another amount since makes it another question.
    private bool IsThere(Raise raise) => ledger.Find(raise.Grant)?.Grant is { Status: not GrantStatus.Revoked } grant && grant.Limits.ElementAtOrDefault(raise.Limit)?.ToString() == raise.LimitText;

    private RaiseOutcome Moved(Raise raise) => new(null, ledger.Find(raise.Grant)?.Grant.Status == GrantStatus.Revoked
        ? new DelegationFault("raise_changed", $"{raise.Grant} was revoked since: nothing of it can be raised. Deny {raise.Id}.")
        : new DelegationFault("raise_changed", $"{raise.Grant} was set to other limits since: it has no {raise.LimitText} any more. Deny {raise.Id} and have it asked for anew."));

    private static long? Before(Raise raise, string actor) => raise.Approvals.FirstOrDefault(one => one.By == actor)?.Amount;

    // Times are kept to the millisecond: what is answered must be what is kept.
    private static DateTimeOffset ToMilliseconds(DateTimeOffset moment) => DateTimeOffset.FromUnixTimeMilliseconds(moment.ToUnixTimeMilliseconds());

    // Whoever comes second reads again: two approvers at one moment are two approvals.
    private async Task<RaiseOutcome> DecideAsync(RaiseId id, Func<Raise, RaiseOutcome> decide, string code, CancellationToken cancellation)
    {
        for (int tries = 0; tries < MaxTries; tries++)
        {
            if (await FindAsync(id, cancellation) is not { } raise)
            {
                return new RaiseOutcome(null, new DelegationFault("raise_unknown", $"There is no request {id}."));
            }

            RaiseOutcome outcome = decide(raise);
            if (outcome.Raise is not { } decided || decided.Version == raise.Version)
            {
                return outcome;
            }

            if (await store.ReplaceAsync(decided, cancellation))
            {
                string word = decided.State switch { RaiseState.Withdrawn => "raise_withdrawn", RaiseState.Pending => "raise_approval", _ => code };
                (string by, string? why) = decided.State == RaiseState.Pending ? (decided.Approvals[^1].By, decided.Approvals[^1].Reason) : (decided.DecidedBy!, decided.DecisionReason);
                await NoteAsync(LedgerEventKind.RaiseDecided, decided, word, by, why, decided.Granted);
                return outcome;
            }
        }

        return new RaiseOutcome(null, new DelegationFault("raise_changed", $"{id} changes faster than it can be decided. Look at it again."));
    }

    private async Task<Raise> CloseLateAsync(Raise kept, CancellationToken cancellation)
    {
        Raise raise = RaiseRules.At(kept, time.GetUtcNow());
        if (raise.Version != kept.Version && await store.ReplaceAsync(raise, cancellation))
        {
            await NoteAsync(LedgerEventKind.RaiseDecided, raise, "raise_expired", "causeway", raise.DecisionReason, raise.Amount);
        }

        return raise;
    }

    private Task NoteAsync(LedgerEventKind kind, Raise raise, string code, string actor, string? reason, long amount) => ledger.Note(
        new LedgerEvent(kind, 0)
        {
            Request = raise.Id.Value,
            Grant = raise.Grant,
            Limit = raise.LimitText,
            Code = code,
            Actor = actor,
            Reason = reason,
            Detail = $"{raise.Id}: +{RaiseRules.Amount(raise, amount)} until {raise.Until:u}{(raise.Ticket is { } ticket ? $" ({ticket})" : "")}",
        },
        isAwaited: true);
}

/// <summary>What an operator decides about raises in general.</summary>
/// <param name="TwoApproversAboveNanoUsd">A raise of more money than this needs two approvers.</param>
public sealed record RaisePolicy(long TwoApproversAboveNanoUsd)
{
    /// <summary>1,000 USD.</summary>
    public const long DefaultTwoApproversAboveNanoUsd = 1_000L * 1_000_000_000L;
}
