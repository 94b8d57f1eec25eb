using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Gateway.Readiness;
using Causeway.Releases.Readiness;

namespace Causeway.Admin.Readiness;

/// <summary>Whether a channel can be taken back.</summary>
internal sealed record ReadinessView(
    string Channel,
    [property: JsonConverter(typeof(SnakeCaseEnum<ReadinessState>)), Description("Of the best way back. ready: score 70 or more; at_risk: 40 to 69; not_ready: below 40, or something without which it does not work is missing.")] ReadinessState State,
    [property: Description("Of the best way back: its weakest factor, 0 to 100.")] int Score,
    [property: Description("The ways back, the best first; empty: there is none.")] IReadOnlyList<WayBackView> Ways,
    [property: Description("What each pin said that was asked; null: none was."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ProbedPinView>? Probed,
    DateTimeOffset At)
{
    public static ReadinessView Of(ReadinessReport report, IReadOnlyList<ProbedPin>? probed = null) => new(
        report.Channel,
        report.State,
        report.Score,
        [.. report.Targets.Select(WayBackView.Of)],
        probed is null ? null : [.. probed.Select(one => new ProbedPinView(one.Pin, one.Answered, one.Problem))],
        report.At);
}

/// <summary>A way back.</summary>
internal sealed record WayBackView(
    string Release,
    [property: Description("It is the base of the rollout under way; false: the channel pointed at it before.")] bool Base,
    [property: JsonConverter(typeof(SnakeCaseEnum<ReadinessState>))] ReadinessState State,
    int Score,
    [property: Description("What breaks first, and when; null: nothing that is known has a date.")] ReadinessFactorView? BreaksFirst,
    IReadOnlyList<ReadinessFactorView> Factors)
{
    public static WayBackView Of(TargetReadiness target) => new(
        target.Release.ToString(),
        target.IsBase,
        target.State,
        target.Score,
        target.BreaksFirst is { } first ? ReadinessFactorView.Of(first) : null,
        [.. target.Factors.Select(ReadinessFactorView.Of)]);
}

/// <summary>One thing that a way back depends on.</summary>
internal sealed record ReadinessFactorView(
    [property: JsonConverter(typeof(SnakeCaseEnum<ReadinessFactorKind>))] ReadinessFactorKind Factor,
    [property: Description("0 to 100; null: nothing is known of it, and it counts for nothing.")] int? Score,
    [property: Description("Without it there is no way back at all.")] bool GateFailed,
    string Detail,
    [property: Description("When it breaks by itself; null: not known, or not by itself.")] DateTimeOffset? BreaksAt)
{
    public static ReadinessFactorView Of(ReadinessFactor factor) => new(factor.Kind, factor.Score, factor.IsGateFailed, factor.Detail, factor.BreaksAt);
}

/// <summary>A pin that was asked.</summary>
internal sealed record ProbedPinView(string Pin, bool Answered, string? Problem);

/// <summary>Readiness beside a channel, as it was found last.</summary>
internal sealed record ReadinessNote(
    [property: JsonConverter(typeof(SnakeCaseEnum<ReadinessState>))] ReadinessState State,
    int Score,
    [property: Description("What holds it down most; null: nothing does.")] string? Weakest,
    [property: Description("What breaks first; null: nothing that is known has a date.")] string? BreaksFirst,
    DateTimeOffset? BreaksAt,
    DateTimeOffset At)
{
    public static ReadinessNote Of(ReadinessReport report)
    {
        TargetReadiness? best = report.Targets.Count > 0 ? report.Targets[0] : null;
        return new ReadinessNote(report.State, report.Score, best is null ? "it has served no other release" : best.Weakest?.Detail, best?.BreaksFirst?.Detail, best?.BreaksFirst?.BreaksAt, report.At);
    }
}
