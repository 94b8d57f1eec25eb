using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Drills;

namespace Causeway.Admin.Drills;

/// <summary>A drill that is to be begun.</summary>
internal sealed record BeginDrillRequest
{
    /// <summary>What a capacity drill may cost where nothing is said.</summary>
    public const decimal DefaultMaxUsd = 1m;

    private const decimal MostUsd = 1_000m;

    [JsonConverter(typeof(SnakeCaseEnum<DrillKind>)), Description("slice: a range of the candidate's units goes to base and back; full: everybody does; partition: the lease of the instance that is asked runs out; capacity: base is asked as much more as the candidate answers.")]
    public DrillKind Kind { get; set; }

    [Description("How long, in seconds: 1 to 600. Left out: 10 of a slice, 60 of a full one, 3 of a partition, 30 of a capacity drill.")]
    public int? Seconds { get; init; }

    [Description("Of a slice: its share of all units, in millionths; left out: a fifth of the candidate's, 1 % at least.")]
    public int? Ppm { get; init; }

    [Description("Of a capacity drill: what it may cost, in USD; 1 when left out.")]
    public decimal? MaxUsd { get; init; }

    [Description("true: say what it would do and what it may cost, and do nothing.")]
    public bool DryRun { get; set; }

    [Description("Why, at most 500 characters.")]
    public string? Reason { get; init; }

    /// <summary>What is wrong with it, by field.</summary>
    public IEnumerable<FieldProblem> Problems(string by)
    {
        if (MaxUsd is < 0 or > MostUsd)
        {
            yield return new FieldProblem("max_usd", "is an amount from 0 to 1000");
            yield break;
        }

        foreach ((string field, string message) in ToOrder(by).Problems())
        {
            yield return new FieldProblem(field, message);
        }

        foreach (FieldProblem problem in GivenReason.Problems(Reason, isRequired: false))
        {
            yield return problem;
        }
    }

    /// <summary>What is wanted.</summary>
    public DrillOrder ToOrder(string by) => new(Kind, by)
    {
        Seconds = Seconds,
        Ppm = Ppm,
        MaxNanoUsd = (long)((MaxUsd ?? DefaultMaxUsd) * Rates.NanoPerUsd),
        Reason = Reason,
    };
}

/// <summary>Drills.</summary>
internal sealed record DrillList([property: Description("The newest first.")] IReadOnlyList<DrillView> Drills);

/// <summary>A drill as it is shown.</summary>
internal sealed record DrillView(
    [property: Description("Null: nothing was done, this is what it would do.")] string? Id,
    string Channel,
    [property: JsonConverter(typeof(SnakeCaseEnum<DrillKind>))] DrillKind Kind,
    [property: JsonConverter(typeof(SnakeCaseEnum<DrillState>)), Description("passed: the way back works; failed: it does not, or nothing was shown; interrupted: it was ended before its time.")] DrillState State,
    [property: Description("Why it did not pass; empty: it did, or is not over.")] IReadOnlyList<string> Failures,
    string? Rollout,
    string Base,
    string? Candidate,
    [property: Description("The version of Causeway: what was rehearsed with another one proves nothing of this one.")] string Version,
    [property: Description("Of a slice: the first bucket that went to base.")] int FromBucket,
    [property: Description("Of a slice: the first bucket beyond it, of 1000000.")] int ToBucket,
    [property: Description("How long it was to last.")] int Seconds,
    DateTimeOffset StartedAt,
    string StartedBy,
    DateTimeOffset? EndedAt,
    [property: Description("When each instance went to base, and when it came back.")] IReadOnlyList<DrilledInstanceView> Instances,
    [property: Description("Requests that base answered in the candidate's place.")] long Requests,
    [property: Description("Those that failed.")] long Errors,
    [property: Description("Those that a provider's limit refused (429).")] long Throttled,
    [property: Description("What they cost, nano-USD.")] long CostNanoUsd,
    [property: Description("Requests that were given to the candidate although they were base's, before an instance knew.")] long Late,
    [property: Description("How long after the commit the last of those arrived; null: there was none.")] long? LastLateMs,
    [property: Description("Of a capacity drill: what base was asked and what it carried."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DrillLoadView? Load)
{
    public static DrillView Of(Drill drill, bool isPlanned = false) => new(
        isPlanned ? null : drill.Id.ToString(),
        drill.Channel,
        drill.Kind,
        drill.State,
        drill.Failures,
        drill.Rollout?.ToString(),
        drill.Base.ToString(),
        drill.Candidate?.ToString(),
        drill.Version,
        drill.FromBucket,
        drill.ToBucket,
        drill.Seconds,
        drill.StartedAt,
        drill.StartedBy,
        drill.EndedAt,
        [.. drill.Instances.Select(one => new DrilledInstanceView(one.Instance, one.AwayMs, one.BackMs))],
        drill.Counts.Requests,
        drill.Counts.Errors,
        drill.Counts.Throttled,
        drill.Counts.CostNanoUsd,
        drill.Counts.Late,
        drill.Counts.LastLateMs,
        drill.Load is { } load ? DrillLoadView.Of(load) : null);

    /// <summary>How it ended, in a word.</summary>
    [JsonIgnore]
    public string Word => DrillWords.Of(State);
}

/// <summary>What an instance did in a drill.</summary>
internal sealed record DrilledInstanceView(
    string Instance,
    [property: Description("Milliseconds from the commit until it served base; null: it has not said so within a second.")] long? AwayMs,
    [property: Description("Milliseconds until it served the candidate again; null: it has not said so.")] long? BackMs);

/// <summary>What base was asked in a capacity drill.</summary>
internal sealed record DrillLoadView(
    [property: Description("The pin that was asked: base's first.")] string Pin,
    [property: Description("Calls that were to be made.")] int Calls,
    [property: Description("Calls a minute: 1.2 times what the candidate answered in the last ten minutes.")] double PerMinute,
    [property: Description("Tokens of each question, about.")] int InputTokens,
    [property: Description("Tokens of each answer, at most.")] int OutputTokens,
    [property: Description("What all of it could cost, nano-USD; null: the pin has no price.")] long? CeilingNanoUsd,
    int Answered,
    [property: Description("Calls that its limit refused (429).")] int Throttled,
    int Failed,
    long CostNanoUsd)
{
    public static DrillLoadView Of(DrillLoad load) =>
        new(load.Pin, load.Calls, load.PerMinute, load.InputTokens, load.OutputTokens, load.CeilingNanoUsd, load.Answered, load.Throttled, load.Failed, load.CostNanoUsd);
}
