using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Causeway.Releases.Releases;

namespace Causeway.Releases.Rollouts;

/// <summary>A channel on its way from one release to the next. Immutable: each step makes another one.</summary>
public sealed record Rollout
{
    /// <summary>Its name.</summary>
    public required RolloutId Id { get; init; }

    /// <summary>What the channel points at until the end.</summary>
    public required ReleaseId Base { get; init; }

    /// <summary>What it is to point at then.</summary>
    public required ReleaseId Candidate { get; init; }

    /// <summary>The stages.</summary>
    public required RolloutPlan Plan { get; init; }

    /// <summary>The stage that it is in, from 0.</summary>
    public int Stage { get; init; }

    /// <summary>What its units are drawn by; null: an earlier version started it and did not say.</summary>
    public string? Seed { get; init; }

    /// <summary>The group that it was started with, whose channels go forward together; null: it was started alone.</summary>
    public string? Group { get; init; }

    /// <summary>Units below this bucket are left out: they have met the candidates of rollouts before. The share begins there.</summary>
    public int SkipBuckets { get; init; }

    /// <summary>Where it stands.</summary>
    public RolloutState State { get; init; }

    /// <summary>When it was started, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>Who started it.</summary>
    public required string StartedBy { get; init; }

    /// <summary>Since when it is in its stage, UTC; a pause begins it anew.</summary>
    public required DateTimeOffset StageSince { get; init; }

    /// <summary>Why its way back was not rehearsed; null: nobody said that it need not be.</summary>
    public string? SkipDrill { get; init; }

    /// <summary>Why it may not advance before a person says so; null: it may.</summary>
    public string? Held { get; init; }

    /// <summary>Who asked first for it to be finalized; null: nobody yet.</summary>
    public FinalizeAsked? FinalizeAsked { get; init; }

    /// <summary>When it ended, UTC; null: it has not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Why it ended; null: it has not, or nobody said.</summary>
    public string? EndReason { get; init; }

    /// <summary>It is under way.</summary>
    [JsonIgnore]
    public bool IsActive => State is RolloutState.Running or RolloutState.Paused;

    /// <summary>The stage that it is in.</summary>
    [JsonIgnore]
    public RolloutStage Current => Plan.Stages[Stage];

    /// <summary>It is in its last stage.</summary>
    [JsonIgnore]
    public bool IsLastStage => Stage == Plan.Stages.Count - 1;

    /// <summary>Who gets the candidate: the named stages up to now, and the largest share of a stage up to now. What was exposed stays so.</summary>
    [JsonIgnore]
    public (ImmutableArray<RolloutStage> Named, int Ppm) Exposure
    {
        get
        {
            RolloutStage[] reached = [.. Plan.Stages.Take(Stage + 1)];
            return ([.. reached.Where(stage => stage.Kind == StageKind.Named)], reached.Max(stage => stage.Kind == StageKind.Shadow ? 0 : stage.Ppm));
        }
    }

    /// <summary>The rollout after it was rolled back.</summary>
    public Rollout RolledBack(DateTimeOffset at, string reason) => Ended(RolloutState.RolledBack, at, reason);

    /// <summary>The rollout after its end.</summary>
    public Rollout Ended(RolloutState state, DateTimeOffset at, string? reason) =>
        this with { State = state, EndedAt = at, EndReason = reason, Held = null, FinalizeAsked = null };
}

/// <summary>The first of two that finalize a rollout.</summary>
/// <param name="By">Who.</param>
/// <param name="At">When, UTC.</param>
public sealed record FinalizeAsked(string By, DateTimeOffset At);

/// <summary>Where a rollout stands.</summary>
public enum RolloutState
{
    /// <summary>The candidate answers those that its stage exposes.</summary>
    Running,

    /// <summary>Base answers everybody; resumed, it meets the same units again.</summary>
    Paused,

    /// <summary>It was rolled back, and the candidate is in quarantine.</summary>
    RolledBack,

    /// <summary>It was given up; the candidate is not in quarantine.</summary>
    Aborted,

    /// <summary>The channel points at the candidate.</summary>
    Finalized,
}
