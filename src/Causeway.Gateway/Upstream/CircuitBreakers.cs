using System.Collections.Concurrent;
using Causeway.Gateway.Flow;
using Polly;
using Polly.CircuitBreaker;

namespace Causeway.Gateway.Upstream;

/// <summary>
/// One circuit per pin: it opens when half of twenty or more calls of ten seconds failed, and lets a probe through after five seconds, so
/// that a provider in trouble is left alone and its callers go to the next pin at once.
/// </summary>
internal sealed class CircuitBreakers(TimeProvider time)
{
    private const double FailureRatio = 0.5;
    private const int MinimumCalls = 20;
    private const string AnyModel = "*"; // A name that nobody lists is the caller's to choose: those of a provider share a circuit.
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Provider, string Model), ResiliencePipeline<Reply>> _circuits = new();

    /// <summary>Calls unless the pin's circuit is open.</summary>
    /// <param name="pin">Whom.</param>
    /// <param name="call">The call; its reply tells whether the provider is in trouble.</param>
    /// <param name="state">Given to the call.</param>
    /// <param name="cancellation">Given to the call.</param>
    /// <returns>The reply; null: the circuit is open.</returns>
    public async ValueTask<Reply?> RunAsync<TState>(PinRoute pin, Func<TState, ValueTask<Reply>> call, TState state, CancellationToken cancellation)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellation);
        try
        {
            Outcome<Reply> outcome = await CircuitOf(pin).ExecuteOutcomeAsync(
                static async (_, work) => Outcome.FromResult(await work.call(work.state)), context, (call, state));
            if (outcome.Exception is BrokenCircuitException)
            {
                return null;
            }

            outcome.ThrowIfException();
            return outcome.Result;
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    private ResiliencePipeline<Reply> CircuitOf(PinRoute pin) =>
        _circuits.GetOrAdd((pin.Provider.Name, pin.Route.Knows(pin.Model) ? pin.Model : AnyModel), static (_, time) => New(time), time);

    private static ResiliencePipeline<Reply> New(TimeProvider time) => new ResiliencePipelineBuilder<Reply> { TimeProvider = time }
        .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Reply>
        {
            FailureRatio = FailureRatio,
            MinimumThroughput = MinimumCalls,
            SamplingDuration = s_window,
            BreakDuration = s_pause,
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { ProviderFailed: true }),
        })
        .Build();
}
