using System.Diagnostics.Metrics;
using Causeway.Gateway.Books;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Upstream;
using Causeway.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Inbound;

/// <summary>The data plane: made once by the composition, mapped with <see cref="InferenceRoutes.MapInference"/>.</summary>
public sealed class InferenceGateway : IDisposable
{
    private readonly StallWatch _watch;
    private readonly Admit _admit;
    private readonly InferencePipeline _pipeline;
    private readonly TimeProvider _time;

    /// <summary>Puts the steps together.</summary>
    public InferenceGateway(
        PolicyPublisher policies, ModelDiscovery discovery, UsageRecorder recorder, GatewayLimits limits, TimeProvider time, IMeterFactory meters, ILogger<InferenceGateway> log)
    {
        _time = time;
        _watch = new StallWatch(time);
        _admit = new Admit(limits, recorder);
        var identify = new Identify(time);
        var metrics = new InferenceMetrics(meters);
        metrics.Meter.CreateObservableGauge(GenAiNames.OpenRequests, () => _admit.Requests, "{request}", "Requests being worked on");
        metrics.Meter.CreateObservableGauge(GenAiNames.OpenStreams, () => _admit.Streams, "{stream}", "Streams being relayed");
        metrics.Meter.CreateObservableGauge(GenAiNames.UnbookedRecords, () => recorder.Unbooked, "{record}", "Usage records waiting to be booked");
        metrics.Meter.CreateObservableGauge(GenAiNames.PolicyRevision, () => policies.Current.Number, "{revision}", "Number of the policy revision in force");
        _pipeline = new InferencePipeline(
            policies,
            identify,
            new Receive(limits),
            new Resolve(discovery),
            _admit,
            new Attempt(_watch, new RetryBudget(time), limits, time, log),
            new Record(recorder, metrics),
            log);
        Models = new ServedModels(policies, discovery, identify, time);
    }

    /// <summary>Requests being worked on.</summary>
    public int OpenRequests => _admit.Requests;

    /// <summary>Streams among them.</summary>
    public int OpenStreams => _admit.Streams;

    internal ServedModels Models { get; }

    /// <inheritdoc/>
    public void Dispose() => _watch.Dispose();

    internal Task RunAsync(HttpContext context, Operation operation, string? pathModel) =>
        _pipeline.RunAsync(new Call(context, operation, pathModel, _time));
}
