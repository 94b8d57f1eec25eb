using System.Diagnostics;
using System.Diagnostics.Metrics;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Wire;

namespace Causeway.Gateway.Telemetry;

/// <summary>Measures requests under OpenTelemetry's GenAI names. Labels come from fixed sets; a model that nobody lists is <c>_other</c>.</summary>
internal sealed class InferenceMetrics
{
    private const string Other = "_other";
    private static readonly double[] s_seconds = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
    private static readonly double[] s_tokens = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864];
    private readonly Histogram<long> _tokens;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstToken;
    private readonly Counter<long> _cost;
    private readonly Counter<long> _unidentified;
    private readonly Counter<long> _mismatches;

    public InferenceMetrics(IMeterFactory meters)
    {
        Meter = meters.Create(GenAiNames.Source);
        _tokens = Meter.CreateHistogram(GenAiNames.TokenUsage, "{token}", "Tokens used per call", advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [.. s_tokens.Select(bound => (long)bound)] });
        _duration = Meter.CreateHistogram(GenAiNames.OperationDuration, "s", "Time from arrival to the end", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_seconds });
        _firstToken = Meter.CreateHistogram(GenAiNames.TimeToFirstToken, "s", "Time from arrival to the first byte for the caller", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = s_seconds });
        _cost = Meter.CreateCounter<long>(GenAiNames.Cost, "{nano_usd}", "Cost in nano-USD of priced calls");
        _unidentified = Meter.CreateCounter<long>(GenAiNames.Unidentified, "{request}", "Requests without a valid key");
        _mismatches = Meter.CreateCounter<long>(GenAiNames.UsageMismatches, "{call}", "Calls whose provider reports more tokens than can have been");
    }

    public Meter Meter { get; }

    public void CountUnidentified(Call call, string code) => _unidentified.Add(
        1, new KeyValuePair<string, object?>(GenAiNames.OperationName, Operations.GenAiName(call.Operation)), new KeyValuePair<string, object?>(GenAiNames.Code, code));

    /// <summary>A provider reported more than can have been.</summary>
    public void CountMismatch(PinRoute pin) => _mismatches.Add(
        1, new KeyValuePair<string, object?>(GenAiNames.ProviderAccount, pin.Provider.Name), new KeyValuePair<string, object?>(GenAiNames.RequestModel, ModelOf(pin)));

    public void Observe(Call call, PinRoute? pin, UsageRecord record)
    {
        TagList tags = new()
        {
            { GenAiNames.OperationName, Operations.GenAiName(call.Operation) },
            { GenAiNames.ProviderName, ProviderNameOf(call, pin) },
            { GenAiNames.ProviderAccount, pin?.Provider.Name ?? "" },
            { GenAiNames.RequestModel, pin is null ? "" : ModelOf(pin) },
            { GenAiNames.Team, record.Attribution.Team },
            { GenAiNames.Environment, record.Attribution.Environment },
        };
        if (record.CostNanoUsd is { } cost)
        {
            _cost.Add(cost, tags);
        }

        if (record.Source != UsageSource.None)
        {
            TagList input = tags;
            input.Add(GenAiNames.TokenType, "input");
            _tokens.Record(record.Tokens.AllInput, input);
            TagList output = tags;
            output.Add(GenAiNames.TokenType, "output");
            _tokens.Record(record.Tokens.Output, output);
        }

        if (record.TimeToFirstByte is { } first && record.Streamed)
        {
            _firstToken.Record(first.TotalSeconds, tags);
        }

        if (record.ErrorCode is not null)
        {
            tags.Add(GenAiNames.ErrorType, record.Outcome == Outcome.Failed ? "upstream_failed" : record.ErrorCode);
        }

        _duration.Record(record.Total.TotalSeconds, tags);
    }

    private static string ModelOf(PinRoute pin) => pin.Route.Knows(pin.Model) ? pin.Model : Other;

    /// <summary>Who serves; before that is known, whose protocol the caller speaks.</summary>
    public static string ProviderNameOf(Call call, PinRoute? pin) => Platforms.GenAiName(pin?.Provider.Platform ?? Platforms.HomeOf(call.Protocol));
}
