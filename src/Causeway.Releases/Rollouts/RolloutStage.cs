using Causeway.Releases.Routing;

namespace Causeway.Releases.Rollouts;

/// <summary>One step of a rollout: who gets the candidate from then on.</summary>
public sealed record RolloutStage
{
    /// <summary>What it is.</summary>
    public required StageKind Kind { get; init; }

    /// <summary>Named: requests of these teams; null: of any.</summary>
    public IReadOnlyList<string>? Teams { get; init; }

    /// <summary>Named: of these features; null: of any.</summary>
    public IReadOnlyList<string>? Features { get; init; }

    /// <summary>Named: of these environments; null: of any.</summary>
    public IReadOnlyList<string>? Environments { get; init; }

    /// <summary>Named: of these cohorts, as <c>x-causeway-cohort</c> says; null: of any and of none.</summary>
    public IReadOnlyList<string>? Cohorts { get; init; }

    /// <summary>Percent and bake: the share of units, in millionths, 1 to 1,000,000. Shadow: the share of requests of which a copy is made.</summary>
    public int Ppm { get; init; }

    /// <summary>Shadow: what the copies may cost, nano-USD, on each instance since its start; 1 or more. Of a model without a price no copy is made.</summary>
    public long MaxNanoUsd { get; init; }

    /// <summary>Seconds that it lasts at least, 0 to 30 days.</summary>
    public long MinSeconds { get; init; }

    /// <summary>Units that must have met the candidate before it is left, 0 or more. Shadow: copies that must have been answered.</summary>
    public long MinUnits { get; init; }

    /// <summary>Of a plan that advances by itself: seconds after which a stage whose evidence is still not there is inconclusive, more than <see cref="MinSeconds"/>; 0: it waits for as long as it takes.</summary>
    public long MaxSeconds { get; init; }

    /// <summary>What becomes of the rollout when the stage is inconclusive.</summary>
    public Inconclusive OnInconclusive { get; init; }

    /// <summary>True when it names this request: every list that it has must.</summary>
    public bool Matches(in RoutingSubject subject) =>
        Holds(Teams, subject.Team) && Holds(Features, subject.Feature) && Holds(Environments, subject.Environment) && Holds(Cohorts, subject.Cohort);

    private static bool Holds(IReadOnlyList<string>? names, string? name)
    {
        if (names is null)
        {
            return true;
        }

        for (int i = 0; i < names.Count; i++)
        {
            if (names[i] == name)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What becomes of a rollout whose evidence does not come.</summary>
public enum Inconclusive
{
    /// <summary>It is held: a person decides.</summary>
    Hold,

    /// <summary>It goes back to base.</summary>
    Rollback,
}

/// <summary>What a stage is.</summary>
public enum StageKind
{
    /// <summary>Requests that it names get the candidate.</summary>
    Named,

    /// <summary>A share of all units does.</summary>
    Percent,

    /// <summary>The largest share, for longer: the last stage before the candidate is all there is.</summary>
    Bake,

    /// <summary>Nobody gets the candidate: it is sent copies of a share of the requests, and what it answers reaches no caller.</summary>
    Shadow,
}
