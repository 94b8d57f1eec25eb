using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;

namespace Causeway.Releases.Drills;

/// <summary>A rehearsal of the way back on live traffic, and what it showed. Kept for good.</summary>
public sealed record Drill
{
    /// <summary>A drill that is older says nothing of the way back as it is now.</summary>
    public static readonly TimeSpan ValidFor = TimeSpan.FromDays(30);

    /// <summary>Its name.</summary>
    public required DrillId Id { get; init; }

    /// <summary>The channel.</summary>
    public required string Channel { get; init; }

    /// <summary>What was rehearsed.</summary>
    public required DrillKind Kind { get; init; }

    /// <summary>The rollout that it was a drill of; null: none was under way.</summary>
    public RolloutId? Rollout { get; init; }

    /// <summary>The release that takes over.</summary>
    public required ReleaseId Base { get; init; }

    /// <summary>The release that it takes over from; null: none was under way.</summary>
    public ReleaseId? Candidate { get; init; }

    /// <summary>The version of Causeway: another one has another way back.</summary>
    public required string Version { get; init; }

    /// <summary>The digest of the rollout's plan, SHA-256 in hex; null: there was none.</summary>
    public string? Plan { get; init; }

    /// <summary>Of a slice: the first bucket that went back.</summary>
    public int FromBucket { get; init; }

    /// <summary>Of a slice: the first bucket beyond it.</summary>
    public int ToBucket { get; init; }

    /// <summary>How long it was to last.</summary>
    public required int Seconds { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Who began it.</summary>
    public required string StartedBy { get; init; }

    /// <summary>When it was over, UTC; null: it is not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it ended.</summary>
    public DrillState State { get; init; }

    /// <summary>Why it did not pass; empty: it did, or is not over.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>When each instance went to base, and when it came back.</summary>
    public IReadOnlyList<DrilledInstance> Instances { get; init; } = [];

    /// <summary>What requests met it.</summary>
    public DrillCounts Counts { get; init; } = new();

    /// <summary>Of a capacity drill: what base was asked and what it carried; null: of any other.</summary>
    public DrillLoad? Load { get; init; }

    /// <summary>Whether it shows that the way back of a rollout works: its own, by slice, with this version and this plan, and not too long ago.</summary>
    public bool Proves(Rollout rollout, string version, DateTimeOffset at) =>
        Kind == DrillKind.Slice && State == DrillState.Passed && Rollout == rollout.Id && Version == version && Plan == rollout.Plan.Digest && EndedAt is { } ended && at - ended <= ValidFor;
}

/// <summary>What a drill rehearses.</summary>
public enum DrillKind
{
    /// <summary>A range of the candidate's units goes to base, and back.</summary>
    Slice,

    /// <summary>Every request of the channel goes to base, and back.</summary>
    Full,

    /// <summary>One instance's lease runs out, as if it were cut off from the store.</summary>
    Partition,

    /// <summary>Base is asked as much more as the candidate answers.</summary>
    Capacity,
}

/// <summary>How a drill ended.</summary>
public enum DrillState
{
    /// <summary>It has not.</summary>
    Running,

    /// <summary>The way back works.</summary>
    Passed,

    /// <summary>It does not, or nothing was shown.</summary>
    Failed,

    /// <summary>It was ended before its time: by a person, a rollback, or the end of the process.</summary>
    Interrupted,
}

/// <summary>What an instance did in a drill.</summary>
/// <param name="Instance">Its name.</param>
/// <param name="AwayMs">Milliseconds from the commit until it served base; null: it has not said so within a second.</param>
/// <param name="BackMs">Milliseconds from the commit that ended the drill until it served the candidate again; null: it has not said so within a second.</param>
public sealed record DrilledInstance(string Instance, long? AwayMs, long? BackMs);

/// <summary>What requests met a drill, as they are booked.</summary>
public sealed record DrillCounts
{
    /// <summary>Requests that base answered in the candidate's place.</summary>
    public long Requests { get; init; }

    /// <summary>Those of them that failed.</summary>
    public long Errors { get; init; }

    /// <summary>Those of them that a provider's limit refused (429).</summary>
    public long Throttled { get; init; }

    /// <summary>What they cost, nano-USD.</summary>
    public long CostNanoUsd { get; init; }

    /// <summary>Requests that the candidate was given although they were base's, while an instance did not know of the drill yet.</summary>
    public long Late { get; init; }

    /// <summary>How long after the commit the last of those arrived, milliseconds; null: there was none.</summary>
    public long? LastLateMs { get; init; }
}

/// <summary>What base was asked in a capacity drill.</summary>
/// <param name="Pin">The pin that was asked.</param>
/// <param name="Calls">Calls that were to be made.</param>
/// <param name="PerMinute">Calls a minute: 1.2 times what the candidate answers.</param>
/// <param name="InputTokens">Tokens of each question, about.</param>
/// <param name="OutputTokens">Tokens of each answer, at most.</param>
/// <param name="CeilingNanoUsd">What all of it could cost, nano-USD; null: the pin has no price.</param>
/// <param name="Answered">Calls that were answered.</param>
/// <param name="Throttled">Calls that its limit refused.</param>
/// <param name="Failed">Calls that failed otherwise.</param>
/// <param name="CostNanoUsd">What it did cost.</param>
public sealed record DrillLoad(string Pin, int Calls, double PerMinute, int InputTokens, int OutputTokens, long? CeilingNanoUsd, int Answered, int Throttled, int Failed, long CostNanoUsd);
