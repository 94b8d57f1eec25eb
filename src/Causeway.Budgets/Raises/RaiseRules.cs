using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Raises;

/// <summary>What may be decided about a request, as pure functions of it: who may, when, and on what was shown.</summary>
public static class RaiseRules
{
    /// <summary>A request as it is at a moment: one that nobody decided in time has expired.</summary>
    public static Raise At(Raise raise, DateTimeOffset now) => raise.State == RaiseState.Pending && raise.ExpiresAt <= now
        ? raise with { State = RaiseState.Expired, DecidedAt = raise.ExpiresAt, DecisionReason = "nobody decided in time", Version = raise.Version + 1 }
        : raise;

    /// <summary>How many people have to say yes: two where more money is asked for than one may give, else one.</summary>
    /// <param name="raise">The request.</param>
    /// <param name="twoAboveNanoUsd">From when on two are needed. Other meters than money have no price and need one.</param>
    public static int ApproversNeeded(Raise raise, long twoAboveNanoUsd) => raise.Meter == Meter.Usd && raise.Amount > twoAboveNanoUsd ? 2 : 1;

    /// <summary>Says yes.</summary>
    /// <param name="raise">The request as it is now.</param>
    /// <param name="approval">Who, how much, and the digest of what was shown.</param>
    /// <param name="twoAboveNanoUsd">As for <see cref="ApproversNeeded"/>.</param>
    /// <returns>The request with the yes in it, the same as before where the same yes was said already, or why not.</returns>
    public static RaiseOutcome Approve(Raise raise, Approval approval, long twoAboveNanoUsd)
    {
        if (raise.Approvals.FirstOrDefault(one => one.By == approval.By) is { } before)
        {
            // The same again, for an answer that was lost.
            return before.Digest == approval.Digest && before.Amount == approval.Amount && raise.State is RaiseState.Pending or RaiseState.Approved
                ? new RaiseOutcome(raise)
                : raise.State == RaiseState.Pending
                    ? Refused("raise_decided", $"{approval.By} has approved {Amount(raise, before.Amount)} of {raise.Id} already; it waits for somebody else")
                    : Decided(raise);
        }

        if (raise.State == RaiseState.Expired)
        {
            return Refused("raise_expired", $"{raise.Id} expired at {raise.DecidedAt:u}, because nobody decided in time. Whoever needs it asks again");
        }

        if (raise.State != RaiseState.Pending)
        {
            return Decided(raise);
        }

        if (approval.By == raise.RequestedBy || approval.By == raise.KeyCreatedBy)
        {
            return Refused("self_approval", approval.By == raise.RequestedBy
                ? $"{approval.By} asked for {raise.Id}; somebody else has to approve it"
                : $"{approval.By} made the key that asked for {raise.Id}; somebody else has to approve it");
        }

        if (approval.Digest != RaiseJson.Digest(raise))
        {
            return Refused("raise_changed", $"{raise.Id} is not what was shown any longer. Look at it again before deciding: causeway grant approve {raise.Id}");
        }

        if (approval.Amount < 1 || approval.Amount > raise.Granted)
        {
            return Refused("raise_invalid", $"{Amount(raise, approval.Amount)} is not a part of {Amount(raise, raise.Granted)}: an approver may give less than was asked for, not more");
        }

        Raise approved = raise with { Approvals = [.. raise.Approvals, approval], Version = raise.Version + 1 };
        return new RaiseOutcome(approved.Approvals.Length < ApproversNeeded(raise, twoAboveNanoUsd)
            ? approved
            : approved with { State = RaiseState.Approved, DecidedBy = approval.By, DecidedAt = approval.At, DecisionReason = approval.Reason });
    }

    /// <summary>Says no, or takes it back where the one who asked says so. The same again changes nothing.</summary>
    public static RaiseOutcome Deny(Raise raise, string by, string? reason, DateTimeOffset now)
    {
        RaiseState state = by == raise.RequestedBy ? RaiseState.Withdrawn : RaiseState.Denied;
        return raise.State == RaiseState.Pending
            ? new RaiseOutcome(raise with { State = state, DecidedBy = by, DecidedAt = now, DecisionReason = reason, Version = raise.Version + 1 })
            : raise.State == state && raise.DecidedBy == by ? new RaiseOutcome(raise)
            : raise.State == RaiseState.Expired ? Refused("raise_expired", $"{raise.Id} expired at {raise.DecidedAt:u}; there is nothing to deny")
            : Decided(raise);
    }

    /// <summary>An amount as people write it, with its unit.</summary>
    public static string Amount(Raise raise, long amount) => $"{Limit.Write(raise.Meter, amount)} {(raise.Meter == Meter.Usd ? "USD" : raise.Meter.Word())}";

    private static RaiseOutcome Decided(Raise raise) => Refused(
        "raise_decided",
        $"{raise.Id} is {RaiseJson.Word(raise.State)} since {raise.DecidedAt:u}{(raise.DecidedBy is { } by ? $", by {by}" : "")}{(raise.State == RaiseState.Approved ? $": {Amount(raise, raise.Granted)} until {raise.Until:u}" : "")}");

    private static RaiseOutcome Refused(string code, string message) => new(null, new DelegationFault(code, message + "."));
}

/// <summary>A request after a step, or why there was none: exactly one of the two.</summary>
/// <param name="Raise">As it is now.</param>
/// <param name="Fault">Why not.</param>
public sealed record RaiseOutcome(Raise? Raise, DelegationFault? Fault = null);
