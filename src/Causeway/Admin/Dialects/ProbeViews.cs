using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Conformance;

namespace Causeway.Admin.Dialects;

/// <summary>What a run of probes takes at most.</summary>
internal sealed record ProbeEstimates(
    [property: Description("By model.")] IReadOnlyList<ProbeEstimateLine> Models,
    [property: Description("Probes that each model is sent.")] int Probes,
    [property: Description("Calls in all; what a provider fails may be tried again.")] int Calls,
    [property: Description("Tokens sent, at most.")] long InputTokens,
    [property: Description("Tokens of answers, each up to its cap.")] long OutputTokens,
    [property: Description("What the priced models cost at most, nano-USD.")] long CostNanoUsd,
    [property: Description("The same in USD.")] string CostUsd,
    [property: Description("Models without a price: only tokens bound what they cost.")] IReadOnlyList<string> Unpriced,
    [property: Description("No call is made that could go beyond this, in USD.")] string MaxUsd)
{
    public static ProbeEstimates Of(ProbePlan plan, DateTimeOffset at)
    {
        IReadOnlyList<ProbeEstimate> all = plan.Estimate(at);
        long cost = all.Sum(one => one.NanoUsd ?? 0);
        return new ProbeEstimates(
            [.. all.Select(one => new ProbeEstimateLine(one.Pin.ToString(), one.Pin.Dialect, one.Calls, one.InputTokens, one.OutputTokens, one.NanoUsd, one.NanoUsd is { } nano ? Money.Usd(nano) : null))],
            plan.Probes.Count,
            all.Sum(one => one.Calls),
            all.Sum(one => one.InputTokens),
            all.Sum(one => one.OutputTokens),
            cost,
            Money.Usd(cost),
            [.. all.Where(one => one.NanoUsd is null).Select(one => one.Pin.ToString())],
            Money.Usd(plan.MaxNanoUsd));
    }
}

/// <summary>What one model takes at most.</summary>
internal sealed record ProbeEstimateLine(
    [property: Description("provider/model.")] string Model,
    [property: Description("The dialect that it is expected to speak.")] string Dialect,
    int Calls,
    long InputTokens,
    long OutputTokens,
    [property: Description("Nano-USD; null: it is unpriced.")] long? CostNanoUsd,
    [property: Description("The same in USD.")] string? CostUsd);

/// <summary>A run of probes, as far as it is.</summary>
internal sealed record ProbeRunView(
    [property: Description("run_ and 32 hex digits.")] string Id,
    [property: JsonConverter(typeof(SnakeCaseEnum<ProbeRunState>)), Description("How it stands.")] ProbeRunState State,
    DateTimeOffset StartedAt,
    [property: Description("Null: it runs.")] DateTimeOffset? EndedAt,
    [property: Description("Probes sent.")] int Done,
    [property: Description("Probes that it has in all.")] int Total,
    [property: Description("What it cost so far, nano-USD, unpriced models apart.")] long CostNanoUsd,
    [property: Description("The same in USD.")] string CostUsd,
    [property: Description("Its bound, in USD.")] string MaxUsd,
    [property: Description("In the order in which they came.")] IReadOnlyList<ProbeResultView> Results)
{
    public static ProbeRunView Of(ProbeRun run)
    {
        // The state first: of a run that has ended, every result is there.
        (ProbeRunState state, DateTimeOffset? ended) = (run.State, run.EndedAt);
        ProbeResultView[] results = [.. run.Results.Select(ProbeResultView.Of)];
        long cost = results.Sum(result => result.CostNanoUsd ?? 0);
        return new ProbeRunView(run.Id, state, run.StartedAt, ended, results.Length, run.Total, cost, Money.Usd(cost), Money.Usd(run.Plan.MaxNanoUsd), results);
    }
}

/// <summary>What one probe of a run showed.</summary>
internal sealed record ProbeResultView(
    [property: Description("provider/model.")] string Model,
    [property: Description("The dialect that it is expected to speak.")] string Dialect,
    [property: Description("The probe's id.")] string Probe,
    [property: Description("What it is about, for people.")] string Title,
    [property: JsonConverter(typeof(SnakeCaseEnum<ProbeVerdict>)), Description("What it showed. Inconclusive is not kept.")] ProbeVerdict Verdict,
    [property: Description("What was seen; null: nothing beyond the verdict.")] string? Detail,
    DateTimeOffset At,
    [property: Description("Nano-USD; null: the model is unpriced, or nothing was used.")] long? CostNanoUsd,
    [property: Description("What it showed before, where that was something else; null: no change.")] string? ChangedFrom)
{
    public static ProbeResultView Of(ProbeResult result) => new(
        $"{result.Measurement.Provider}/{result.Measurement.Model}",
        result.Measurement.Dialect,
        result.Measurement.Probe,
        ProbeSet.Find(result.Measurement.Probe)?.Title ?? result.Measurement.Probe,
        result.Measurement.Verdict,
        result.Measurement.Detail,
        result.Measurement.At,
        result.CostNanoUsd,
        result.Change is { } change ? change.From.Word() : null);
}
