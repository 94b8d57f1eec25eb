using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Serialization;
using Causeway.Releases.Guards;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Rollouts;

/// <summary>The stages of a rollout, in their order, and what base keeps throughout.</summary>
public sealed record RolloutPlan
{
    /// <summary>The most stages.</summary>
    public const int MaxStages = 32;

    /// <summary>The most names of one list of a stage, and the characters of the longest.</summary>
    public const int MaxNames = 100;

    /// <summary>Characters of the longest name.</summary>
    public const int MaxNameLength = 128;

    /// <summary>The share that base keeps until the rollout is finalized, in millionths, unless the plan says otherwise.</summary>
    public const int DefaultHoldbackPpm = 100_000;

    /// <summary>No more than this share gets a candidate whose way back was not rehearsed.</summary>
    public const int DrillPpm = 250_000;

    private const long MaxSeconds = 30L * 24 * 3600;
    private const long Minute = 60;
    private const long Hour = 60 * Minute;

    /// <summary>In their order.</summary>
    public required IReadOnlyList<RolloutStage> Stages { get; init; }

    /// <summary>The share of units that base keeps until the end, in millionths, 0 to 900,000.</summary>
    public int HoldbackPpm { get; init; } = DefaultHoldbackPpm;

    /// <summary>The guards that are off, by their words; empty: all are on.</summary>
    public IReadOnlyList<string> GuardsOff { get; init; } = [];

    /// <summary>It goes from stage to stage by itself where the time, the units and the evidence of a stage are there; never beyond the last one.</summary>
    public bool Automatic { get; init; }

    /// <summary>The candidate is asked nothing longer than base reads, so that every conversation it begins can go back. Left out of the JSON where it is not so: older plans keep their digest.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool WithinBase { get; init; }

    /// <summary>1, 5, 25 and 50 percent, then all but the holdback.</summary>
    public static RolloutPlan Default { get; } = new()
    {
        Stages =
        [
            new() { Kind = StageKind.Percent, Ppm = 10_000, MinSeconds = 10 * Minute, MinUnits = 50 },
            new() { Kind = StageKind.Percent, Ppm = 50_000, MinSeconds = 30 * Minute, MinUnits = 200 },
            new() { Kind = StageKind.Percent, Ppm = 250_000, MinSeconds = Hour, MinUnits = 500 },
            new() { Kind = StageKind.Percent, Ppm = 500_000, MinSeconds = 2 * Hour, MinUnits = 1_000 },
            new() { Kind = StageKind.Bake, Ppm = Bucket.Count - DefaultHoldbackPpm, MinSeconds = 24 * Hour, MinUnits = 1_000 },
        ],
    };

    /// <summary>One share, to be advanced to the bake by hand.</summary>
    /// <param name="ppm">In millionths.</param>
    public static RolloutPlan Of(int ppm) => new() { Stages = [new() { Kind = StageKind.Percent, Ppm = ppm }, .. Bake(ppm)] };

    /// <summary>True when a stage gives the candidate a share that asks for a rehearsed way back.</summary>
    public bool NeedsDrill => Stages.Any(stage => stage.Kind != StageKind.Shadow && stage.Ppm > DrillPpm);

    /// <summary>Tells plans apart: SHA-256 of their JSON, in hex.</summary>
    [JsonIgnore]
    public string Digest => Convert.ToHexStringLower(SHA256.HashData(RoutingJson.Write(this)));

    /// <summary>What is wrong with it, by field; empty when it is sound.</summary>
    public IEnumerable<(string Field, string Message)> Problems()
    {
        if (Stages.Count is 0 or > MaxStages)
        {
            yield return ("stages", $"must be 1 to {MaxStages} stages, are {Stages.Count}");
            yield break;
        }

        if (HoldbackPpm is < 0 or > 900_000)
        {
            yield return ("holdback_ppm", $"is a whole number from 0 to 900000, is {HoldbackPpm}");
        }

        if (GuardsOff.FirstOrDefault(word => GuardKinds.All.All(kind => kind.Word() != word)) is { } unknown)
        {
            yield return ("guards_off", $"\"{unknown}\" is no guard; they are: {string.Join(", ", GuardKinds.All.Select(kind => kind.Word()))}");
        }

        int before = 0;
        for (int i = 0; i < Stages.Count; i++)
        {
            string field = string.Create(CultureInfo.InvariantCulture, $"stages[{i}]");
            RolloutStage stage = Stages[i];
            foreach ((string member, string message) in ProblemsOf(stage, before, isLast: i == Stages.Count - 1))
            {
                yield return ($"{field}.{member}", message);
            }

            if (stage.Kind == StageKind.Shadow)
            {
                if (i > 0 && Stages[i - 1].Kind != StageKind.Shadow)
                {
                    yield return ($"{field}.kind", "is shadow, and a stage before it exposes somebody: shadow stages come first");
                }

                continue;
            }

            before = Math.Max(before, stage.Ppm);
        }
    }

    private IEnumerable<(string Member, string Message)> ProblemsOf(RolloutStage stage, int before, bool isLast)
    {
        if (stage.MinSeconds is < 0 or > MaxSeconds)
        {
            yield return ("min_seconds", $"is a whole number from 0 to {MaxSeconds} (30 days)");
        }

        if (stage.MaxSeconds is < 0 or > MaxSeconds)
        {
            yield return ("max_seconds", $"is a whole number from 0 to {MaxSeconds} (30 days)");
        }
        else if (stage.MaxSeconds > 0 && stage.MaxSeconds <= stage.MinSeconds)
        {
            yield return ("max_seconds", $"is {stage.MaxSeconds}, no more than the {stage.MinSeconds} that the stage lasts at least");
        }
        else if (stage.MaxSeconds > 0 && !Automatic)
        {
            yield return ("max_seconds", "is of a plan that advances by itself, and this one does not: set automatic");
        }

        if (Automatic && !isLast && stage.MinSeconds == 0)
        {
            yield return ("min_seconds", "is 0, and the plan advances by itself: say how long the stage lasts at least");
        }

        if (Automatic && !isLast && stage.Kind != StageKind.Named && stage.MinUnits == 0)
        {
            yield return ("min_units", "is 0, and the plan advances by itself: say how many units must have met the candidate");
        }

        if (stage.MinUnits < 0)
        {
            yield return ("min_units", "is a whole number, 0 or more");
        }

        if (stage.Kind == StageKind.Named)
        {
            if (stage.MinUnits > 0)
            {
                yield return ("min_units", "is of stages whose units are drawn: who is named is in no comparison and is not counted. Leave it out, and say how long the stage lasts with min_seconds");
            }

            foreach ((string member, string message) in NameProblems(stage))
            {
                yield return (member, message);
            }

            yield break;
        }

        if (stage is not { Teams: null, Features: null, Environments: null, Cohorts: null })
        {
            yield return ("kind", "names teams, features, environments or cohorts, which only a named stage does");
        }

        if (stage.Kind != StageKind.Shadow && stage.MaxNanoUsd != 0)
        {
            yield return ("max_usd", "is of a shadow stage, and this is none");
        }

        if (stage.Ppm is < 1 or > Bucket.Count)
        {
            yield return ("ppm", $"is a whole number from 1 to {Bucket.Count}: the share in millionths");
        }
        else if (stage.Kind == StageKind.Shadow)
        {
            if (stage.MaxNanoUsd < 1)
            {
                yield return ("max_usd", "is missing, or not above 0: say what the copies may cost");
            }

            if (isLast)
            {
                yield return ("kind", "is shadow, and no stage follows that exposes anybody");
            }
        }
        else if (stage.Ppm < before)
        {
            yield return ("ppm", $"is {stage.Ppm}, less than the {before} of a stage before: who has met the candidate would be sent back");
        }
        else if (HoldbackPpm is >= 0 and <= 900_000 && stage.Ppm > Bucket.Count - HoldbackPpm)
        {
            yield return ("ppm", $"is {stage.Ppm}, and base keeps {HoldbackPpm} until the rollout is finalized: at most {Bucket.Count - HoldbackPpm}");
        }

        if (stage.Kind == StageKind.Shadow)
        {
            yield break;
        }

        if (stage.Kind == StageKind.Bake && !isLast)
        {
            yield return ("kind", "is bake, and stages follow: the bake is the last stage");
        }
    }

    private static IEnumerable<(string Member, string Message)> NameProblems(RolloutStage stage)
    {
        if (stage.Ppm != 0)
        {
            yield return ("ppm", "is a share, which a named stage has not");
        }

        if (stage is { Teams: null, Features: null, Environments: null, Cohorts: null })
        {
            yield return ("teams", "is missing: a named stage names teams, features, environments or cohorts");
        }

        foreach ((string member, IReadOnlyList<string>? names) in (IEnumerable<(string, IReadOnlyList<string>?)>)
            [("teams", stage.Teams), ("features", stage.Features), ("environments", stage.Environments), ("cohorts", stage.Cohorts)])
        {
            if (names is { Count: 0 or > MaxNames })
            {
                yield return (member, $"must be 1 to {MaxNames} names, are {names.Count}");
            }
            else if (names?.FirstOrDefault(name => name.Length is 0 or > MaxNameLength || name.Any(char.IsControl)) is not null)
            {
                yield return (member, $"holds a name that is empty, longer than {MaxNameLength} characters, or not printable");
            }
        }
    }

    private static IEnumerable<RolloutStage> Bake(int ppm) =>
        ppm < Bucket.Count - DefaultHoldbackPpm ? [new() { Kind = StageKind.Bake, Ppm = Bucket.Count - DefaultHoldbackPpm }] : [];
}
