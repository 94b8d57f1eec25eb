using Causeway.Releases.Releases;

namespace Causeway.Releases.Readiness;

/// <summary>Whether a channel can still be taken back, and what breaks first.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="At">When it was found, UTC.</param>
/// <param name="Targets">The ways back, the best first; empty: there is none.</param>
public sealed record ReadinessReport(string Channel, DateTimeOffset At, IReadOnlyList<TargetReadiness> Targets)
{
    /// <summary>Announcements of retirements that were made already, each as <c>provider/model@days</c>.</summary>
    public IReadOnlyList<string> Told { get; init; } = [];

    /// <summary>That of the best way back; without one, it is not ready.</summary>
    public ReadinessState State => Targets.Count == 0 ? ReadinessState.NotReady : Targets[0].State;

    /// <summary>Of the best way back, 0 to 100.</summary>
    public int Score => Targets.Count == 0 ? 0 : Targets[0].Score;
}

/// <summary>How sound one way back is: as its weakest factor.</summary>
/// <param name="Release">The release that it leads to.</param>
/// <param name="IsBase">It is the base of the rollout under way, or what the channel points at; false: one that it pointed at before.</param>
/// <param name="Factors">What was looked at.</param>
public sealed record TargetReadiness(ReleaseId Release, bool IsBase, IReadOnlyList<ReadinessFactor> Factors)
{
    private const int Ready = 70;
    private const int AtRisk = 40;

    /// <summary>What its first pin carries, in parts of what it would be asked; null: nobody knows.</summary>
    public double? Headroom { get; init; }

    /// <summary>The lowest of the factors, 0 to 100: a chain, not an average.</summary>
    public int Score => Factors.Min(factor => factor.Score) ?? 100;

    /// <summary>In a word.</summary>
    public ReadinessState State => Factors.Any(factor => factor.IsGateFailed) || Score < AtRisk ? ReadinessState.NotReady : Score < Ready ? ReadinessState.AtRisk : ReadinessState.Ready;

    /// <summary>What holds it down most; null: nothing does.</summary>
    public ReadinessFactor? Weakest => Factors.Where(factor => factor.Score is not null).MinBy(factor => (!factor.IsGateFailed, factor.Score)) is { } weakest && (weakest.Score < 100 || weakest.IsGateFailed) ? weakest : null;

    /// <summary>What has a date, the earliest first; null: nothing that is known does.</summary>
    public ReadinessFactor? BreaksFirst => Factors.Where(factor => factor.BreaksAt is not null).MinBy(factor => factor.BreaksAt);
}

/// <summary>One thing that a way back depends on.</summary>
/// <param name="Kind">What.</param>
/// <param name="Score">0 to 100; null: nothing is known of it, and it counts for nothing.</param>
/// <param name="IsGateFailed">Without it there is no way back at all.</param>
/// <param name="Detail">Why, in words and numbers.</param>
/// <param name="BreaksAt">When it breaks by itself, UTC; null: not known, or not by itself.</param>
public sealed record ReadinessFactor(ReadinessFactorKind Kind, int? Score, bool IsGateFailed, string Detail, DateTimeOffset? BreaksAt);

/// <summary>What a way back depends on.</summary>
public enum ReadinessFactorKind
{
    /// <summary>Every instance has the release, its providers and its contract.</summary>
    Bundle,

    /// <summary>Its pins answer.</summary>
    Answers,

    /// <summary>Its models are not switched off.</summary>
    Retirement,

    /// <summary>It can carry the load.</summary>
    Capacity,

    /// <summary>What callers read is the same.</summary>
    Contract,

    /// <summary>There is money for a day of it.</summary>
    Budget,

    /// <summary>The way was rehearsed.</summary>
    Drill,

    /// <summary>Its pins name fixed models.</summary>
    Pins,

    /// <summary>What answers behind its pins is what did.</summary>
    Identity,

    /// <summary>Conversations can go on with it.</summary>
    Conversations,
}

/// <summary>Whether there is a way back, in a word.</summary>
public enum ReadinessState
{
    /// <summary>Score 70 or more.</summary>
    Ready,

    /// <summary>Score 40 to 69.</summary>
    AtRisk,

    /// <summary>Score below 40, or something without which it does not work is missing.</summary>
    NotReady,
}
