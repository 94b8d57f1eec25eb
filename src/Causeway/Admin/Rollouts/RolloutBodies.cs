using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Serialization;
using Causeway.Budgets.Keys;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Admin.Rollouts;

/// <summary>A rollout that is to be started.</summary>
internal sealed record StartRolloutRequest
{
    [Required, Description("The id of the release to go to, or its beginning.")]
    public string To { get; set; } = "";

    [Description("The stages; left out: 1, 5, 25 and 50 percent, then all but the holdback.")]
    public RolloutPlanBody? Plan { get; init; }

    [Description("In place of a plan: one share of the units, in millionths, 1 to 900000, and a bake.")]
    public int? Ppm { get; init; }

    [Description("true: its way back need not be rehearsed before more than a quarter of the units is exposed; needs a reason.")]
    public bool SkipDrill { get; set; }

    [Description("true: draw the units anew: others meet this candidate first than met those before. Left out, the same units do.")]
    public bool Reshuffle { get; set; }

    [Description("The channel's last rollout: units that met its candidate by percentage are left out, and others meet this one. Left out, the same units do.")]
    public string? ExcludeExposed { get; init; }

    [Description("true: start it although its base is not ready to be gone back to; needs a reason.")]
    public bool Force { get; set; }

    [Description("Why, at most 500 characters.")]
    public string? Reason { get; init; }

    /// <summary>The plan that is meant, and what is wrong with it.</summary>
    public (RolloutPlan Plan, FieldProblem[] Problems) Read()
    {
        RolloutPlan plan = Plan?.ToPlan() ?? (Ppm is { } ppm ? RolloutPlan.Of(ppm) : RolloutPlan.Default);
        List<FieldProblem> problems = [.. plan.Problems().Select(problem => new FieldProblem(Plan is null ? "ppm" : "plan." + problem.Field, problem.Message))];
        problems.AddRange(Plan?.NameProblems() ?? []);
        if (Plan is not null && Ppm is not null)
        {
            problems.Add(new FieldProblem("ppm", "comes with a plan: leave one of them out"));
        }

        if (ExcludeExposed is not null && !RolloutId.TryParse(ExcludeExposed, out _))
        {
            problems.Add(new FieldProblem("exclude_exposed", "is the id of a rollout: rollout_ and 32 hex digits"));
        }

        if (ExcludeExposed is not null && Reshuffle)
        {
            problems.Add(new FieldProblem("exclude_exposed", "comes with reshuffle, which draws all units anew: leave one of them out"));
        }

        problems.AddRange(GivenReason.Problems(Reason, isRequired: SkipDrill || Force));

        return (plan, [.. problems]);
    }
}

/// <summary>A step of a rollout that is wanted.</summary>
internal sealed record RolloutStepRequest
{
    [Description("Why, at most 500 characters; needed to abort, and with force.")]
    public string? Reason { get; init; }

    [Description("true: pass over time, units, evidence and holds of a stage.")]
    public bool Force { get; set; }

    public IEnumerable<FieldProblem> Problems(bool needsReason) => GivenReason.Problems(Reason, isRequired: needsReason || Force);
}

/// <summary>The stages of a rollout. A member that is misspelt would leave out what protects.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RolloutPlanBody
{
    [Required, Description("In their order, 1 to 32.")]
    public IReadOnlyList<RolloutStageBody> Stages { get; set; } = [];

    [Description("The share of units that base keeps until the end, in millionths: 100000 when left out.")]
    public int HoldbackPpm { get; set; } = RolloutPlan.DefaultHoldbackPpm;

    [Description("true: it goes from stage to stage by itself where time, units, evidence and rehearsal are there; never beyond the last one.")]
    public bool Automatic { get; set; }

    [Description("true: the candidate is asked nothing longer than base's model reads, so that every conversation can go back.")]
    public bool WithinBase { get; set; }

    [Description("Guards that are off; none when left out.")]
    public IReadOnlyList<string> GuardsOff { get; set; } = [];

    /// <summary>What a plan does not know of the names in it: a stage whose team or environment there cannot be would expose nobody, and say nothing of it.</summary>
    public IEnumerable<FieldProblem> NameProblems()
    {
        foreach ((int i, RolloutStageBody stage) in (Stages ?? []).Index())
        {
            string field = string.Create(CultureInfo.InvariantCulture, $"plan.stages[{i}]");
            if (stage.Kind is null)
            {
                yield return new FieldProblem($"{field}.kind", "is missing: shadow, named, percent or bake");
            }

            if ((stage.Environments ?? []).FirstOrDefault(name => !Attribution.Environments.Contains(name)) is { } unknown)
            {
                yield return new FieldProblem($"{field}.environments", $"\"{Printable.Cut(unknown)}\" is not one of: {string.Join(", ", Attribution.Environments)}{Nearest.To(unknown, Attribution.Environments)}");
            }

            foreach ((string member, IReadOnlyList<string>? names) in (IEnumerable<(string, IReadOnlyList<string>?)>)[("teams", stage.Teams), ("features", stage.Features)])
            {
                if ((names ?? []).FirstOrDefault(name => name.Length > 0 && Attribution.NameProblem(name) is not null) is { } misnamed)
                {
                    yield return new FieldProblem($"{field}.{member}", $"\"{Printable.Cut(misnamed)}\" {Attribution.NameProblem(misnamed)}");
                }
            }
        }
    }

    public static RolloutPlanBody Of(RolloutPlan plan) => new()
    {
        Stages = [.. plan.Stages.Select(RolloutStageBody.Of)],
        HoldbackPpm = plan.HoldbackPpm,
        Automatic = plan.Automatic,
        WithinBase = plan.WithinBase,
        GuardsOff = plan.GuardsOff,
    };

    public RolloutPlan ToPlan() => new() { Stages = [.. (Stages ?? []).Select(stage => stage.ToStage())], HoldbackPpm = HoldbackPpm, Automatic = Automatic, WithinBase = WithinBase, GuardsOff = GuardsOff ?? [] };
}

/// <summary>One stage.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record RolloutStageBody
{
    [JsonConverter(typeof(SnakeCaseEnum<StageKind>)), Description("What it is: copies that reach no caller, requests that it names, a share of all units, or the last and largest share.")]
    public StageKind? Kind { get; set; }

    [Description("Named: requests of these teams."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Teams { get; init; }

    [Description("Named: of these features."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Features { get; init; }

    [Description("Named: of these environments."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Environments { get; init; }

    [Description("Named: of these cohorts, as x-causeway-cohort says."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Cohorts { get; init; }

    [Description("Percent and bake: the share of units, in millionths. Shadow: the share of requests of which the candidate is sent a copy.")]
    public int Ppm { get; set; }

    [Description("Shadow: what the copies may cost on each instance since its start, 0.000001 to 1000 USD."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public decimal? MaxUsd { get; init; }

    [Description("Seconds that it lasts at least.")]
    public long MinSeconds { get; set; }

    [Description("Units that must have met the candidate before it is left; shadow: copies that must have been answered.")]
    public long MinUnits { get; set; }

    [Description("Of an automatic plan: seconds after which a stage whose evidence is still not there is inconclusive; 0: it waits for as long as it takes.")]
    public long MaxSeconds { get; set; }

    [JsonConverter(typeof(SnakeCaseEnum<Inconclusive>)), Description("What becomes of the rollout then: hold when left out.")]
    public Inconclusive OnInconclusive { get; set; }

    public static RolloutStageBody Of(RolloutStage stage) => new()
    {
        Kind = stage.Kind,
        Teams = stage.Teams,
        Features = stage.Features,
        Environments = stage.Environments,
        Cohorts = stage.Cohorts,
        Ppm = stage.Ppm,
        MaxUsd = stage.MaxNanoUsd == 0 ? null : (decimal)stage.MaxNanoUsd / Budgets.Pricing.Rates.NanoPerUsd,
        MinSeconds = stage.MinSeconds,
        MinUnits = stage.MinUnits,
        MaxSeconds = stage.MaxSeconds,
        OnInconclusive = stage.OnInconclusive,
    };

    public RolloutStage ToStage() => new()
    {
        Kind = Kind ?? default,
        Teams = Teams,
        Features = Features,
        Environments = Environments,
        Cohorts = Cohorts,
        Ppm = Ppm,
        MaxNanoUsd = MaxUsd is { } usd ? Money.Nano(Math.Clamp(usd, 0, 1000)) : 0,
        MinSeconds = MinSeconds,
        MinUnits = MinUnits,
        MaxSeconds = MaxSeconds,
        OnInconclusive = OnInconclusive,
    };

    /// <summary>Whom it exposes, in words.</summary>
    public string Words()
    {
        IEnumerable<string> names = new[] { ("team", Teams), ("feature", Features), ("environment", Environments), ("cohort", Cohorts) }
            .Where(list => list.Item2 is not null)
            .Select(list => $"{list.Item1} {string.Join(", ", list.Item2!)}");
        return Kind == StageKind.Named ? string.Join("; ", names) : string.Create(CultureInfo.InvariantCulture, $"{(Kind == StageKind.Shadow ? "copies of " : "")}{Ppm * 100m / Bucket.Count:0.####} %");
    }
}

/// <summary>A plan that is asked about.</summary>
internal sealed record PlanRolloutRequest
{
    [Description("The stages; left out: those that a rollout has when nothing else is said.")]
    public RolloutPlanBody? Plan { get; init; }

    [Description("In place of a plan: one share of the units, in millionths, and a bake.")]
    public int? Ppm { get; init; }
}

/// <summary>A plan that is sound.</summary>
internal sealed record PlannedRollout(
    RolloutPlanBody Plan,
    [property: Description("More than a quarter of the units is exposed in a stage: its way back has to be rehearsed, or not rehearsing it has to be explained.")] bool NeedsDrill);
