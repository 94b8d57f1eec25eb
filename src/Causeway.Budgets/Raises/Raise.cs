using System.Collections.Immutable;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Raises;

/// <summary>What has become of a request.</summary>
public enum RaiseState : byte
{
    /// <summary>It waits for an approver, or for a second one.</summary>
    Pending,

    /// <summary>It was given: an overlay holds until its end.</summary>
    Approved,

    /// <summary>It was refused.</summary>
    Denied,

    /// <summary>Nobody decided in time.</summary>
    Expired,

    /// <summary>Whoever asked took it back.</summary>
    Withdrawn,
}

/// <summary>A request to raise one limit of a grant for a time, and what was decided. Each change is a new version; the base grant is never touched.</summary>
public sealed record Raise
{
    /// <summary>How long a request waits for a decision.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(24);

    /// <summary>The longest time that a raise may hold.</summary>
    public static readonly TimeSpan LongestHold = TimeSpan.FromDays(366);

    /// <summary>Characters of a reason at most.</summary>
    public const int MaxReason = 500;

    /// <summary>Characters of a ticket at most.</summary>
    public const int MaxTicket = 100;

    /// <summary>Open requests of one grant at most.</summary>
    public const int MaxPending = 20;

    /// <summary>Its name.</summary>
    public required RaiseId Id { get; init; }

    /// <summary>The grant that is to be raised.</summary>
    public required GrantId Grant { get; init; }

    /// <summary>The limit's place among the grant's limits, from 0.</summary>
    public required int Limit { get; init; }

    /// <summary>The limit as it is written: <c>usd 500/month</c>.</summary>
    public required string LimitText { get; init; }

    /// <summary>What it counts.</summary>
    public required Meter Meter { get; init; }

    /// <summary>By how much, in the meter's unit.</summary>
    public required long Amount { get; init; }

    /// <summary>Until when.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>What for.</summary>
    public required string Reason { get; init; }

    /// <summary>Where it is written down elsewhere; null: nowhere.</summary>
    public string? Ticket { get; init; }

    /// <summary>Who asked: an operator's name, or a key's id.</summary>
    public required string RequestedBy { get; init; }

    /// <summary>Who made the key that asked; null: no key did, or it is not known.</summary>
    public string? KeyCreatedBy { get; init; }

    /// <summary>When.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Approvals so far, oldest first.</summary>
    public ImmutableArray<Approval> Approvals { get; init; } = [];

    /// <summary>What has become of it.</summary>
    public RaiseState State { get; init; }

    /// <summary>Who decided; null: nobody yet, or time did.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>When; null: not yet.</summary>
    public DateTimeOffset? DecidedAt { get; init; }

    /// <summary>Why.</summary>
    public string? DecisionReason { get; init; }

    /// <summary>Grows with each change; a writer states the one that it read.</summary>
    public int Version { get; init; } = 1;

    /// <summary>When it expires undecided: after a day, or with the time that it asks for.</summary>
    public DateTimeOffset ExpiresAt => CreatedAt + Patience < Until ? CreatedAt + Patience : Until;

    /// <summary>What is given once it is approved: the least that an approver gave; without one what was asked for.</summary>
    public long Granted => Approvals.Length == 0 ? Amount : Approvals.Min(approval => approval.Amount);
}

/// <summary>One approver's yes.</summary>
/// <param name="By">Who.</param>
/// <param name="Amount">How much of what was asked for.</param>
/// <param name="Digest">The digest of what was shown: 64 hex digits.</param>
/// <param name="At">When.</param>
/// <param name="Reason">Why; null: it was not said.</param>
public sealed record Approval(string By, long Amount, string Digest, DateTimeOffset At, string? Reason);
