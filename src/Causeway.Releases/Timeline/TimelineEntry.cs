namespace Causeway.Releases.Timeline;

/// <summary>One thing that happened to a channel. Entries are chained by their hashes: one that is altered, or taken out, is found.</summary>
public sealed record TimelineEntry
{
    /// <summary>Characters of the longest reason.</summary>
    public const int MaxReason = 500;

    /// <summary>Its place, from 1 on without a gap; 0: not written yet.</summary>
    public long Seq { get; init; }

    /// <summary>When, UTC, to the millisecond.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The routing revision that it made, or that was in force; 0: none.</summary>
    public long Revision { get; init; }

    /// <summary>The channel; <see cref="Routing.ChannelRouting.Everywhere"/>: all of them.</summary>
    public required string Channel { get; init; }

    /// <summary>What happened.</summary>
    public required TimelineKind Kind { get; init; }

    /// <summary>Who did it: a person, or <c>causeway</c>.</summary>
    public required string Actor { get; init; }

    /// <summary>Why; null: nobody said.</summary>
    public string? Reason { get; init; }

    /// <summary>What exactly, in a sentence.</summary>
    public required string Detail { get; init; }

    /// <summary>The hash of this entry and all before it, 32 bytes; empty: not written yet.</summary>
    public ReadOnlyMemory<byte> Hash { get; init; }
}

/// <summary>What can happen to a channel. The numbers are kept: they never change.</summary>
public enum TimelineKind : byte
{
    /// <summary>It was rolled back.</summary>
    RolledBack = 1,

    /// <summary>A release may be dispatched again.</summary>
    QuarantineLifted = 2,

    /// <summary>An instance applied a revision.</summary>
    Applied = 3,

    /// <summary>A rollout was started.</summary>
    RolloutStarted = 4,

    /// <summary>It went to its next stage.</summary>
    StageAdvanced = 5,

    /// <summary>It was paused.</summary>
    Paused = 6,

    /// <summary>It was resumed.</summary>
    Resumed = 7,

    /// <summary>It was aborted.</summary>
    Aborted = 8,

    /// <summary>The first of two asked for it to be finalized.</summary>
    FinalizeAsked = 9,

    /// <summary>The candidate is what the channel points at.</summary>
    Finalized = 10,

    /// <summary>A guard crossed its threshold.</summary>
    GuardCrossed = 11,

    /// <summary>A stage may not be left until a person says so.</summary>
    Held = 12,

    /// <summary>A drill began.</summary>
    DrillStarted = 20,

    /// <summary>A drill is over.</summary>
    DrillEnded = 21,

    /// <summary>What a drill has shown is known.</summary>
    DrillJudged = 22,

    /// <summary>Whether it can be taken back has changed.</summary>
    ReadinessChanged = 23,

    /// <summary>A model of a way back is switched off on a day that is near.</summary>
    PinRetiring = 24,

    /// <summary>How its requests are assigned, or its group, was changed.</summary>
    RoutingSet = 25,

    /// <summary>How long its answers are kept was set.</summary>
    CacheSet = 40,

    /// <summary>The answers that were kept are not given again.</summary>
    CachePurged = 41,

    /// <summary>What becomes of its conversations was set.</summary>
    ConversationsSet = 42,

    /// <summary>Something else answers behind a pin than did.</summary>
    PinDrifted = 70,

    /// <summary>A person takes what answers now for what the pin names.</summary>
    PinAccepted = 71,

    /// <summary>How a pin's border prompts are answered was measured, to compare with.</summary>
    PinBaselined = 72,

    /// <summary>It went back to a dearer release, and budgets were raised for a day.</summary>
    AllowanceGiven = 73,

    /// <summary>An instance rolled it back by itself while the store was away. Written when the store was back, with the time when it was done.</summary>
    RolledBackLocally = 80,

    /// <summary>What the store holds has taken the place of what an instance rolled back by itself.</summary>
    LocalRollbackOver = 81,

    /// <summary>The answers of one of its pins look otherwise than they did.</summary>
    PinChanged = 82,

    /// <summary>They look as they did again.</summary>
    PinAsBefore = 83,
}

/// <summary>A question to the timeline.</summary>
/// <param name="Channel">Of this channel, and of all of them together; null: of every channel.</param>
/// <param name="Since">From this moment on; null: from the first.</param>
/// <param name="Before">Only entries before this one, for the next page; null: from the newest.</param>
/// <param name="Limit">How many at most, 1 to 10,000.</param>
public sealed record TimelineQuery(string? Channel, DateTimeOffset? Since, long? Before, int Limit);
