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

    private readonly ConcurrentDictionary<(string Provider, string Model), Circuit> _circuits = new();

    /// <summary>Every circuit that a call has gone through since the start, in no order.</summary>
    public IEnumerable<PinCircuit> All => _circuits.Select(pair => new PinCircuit(
        pair.Key.Provider,
        pair.Key.Model == AnyModel ? null : pair.Key.Model,
        pair.Value.State.CircuitState switch { CircuitState.Closed => PinCircuitState.Closed, CircuitState.HalfOpen => PinCircuitState.HalfOpen, _ => PinCircuitState.Open }));

    /// <summary>Calls unless the pin's circuit is open.</summary>
    /// <param name="pin">Whom.</param>
    /// <param name="call">The call; its reply tells whether the provider is in trouble.</param>
    /// <param name="state">Given to the call.</param>
    /// <param name="cancellation">Given to the call.</param>
    /// <returns>The reply; null: the circuit is open.</returns>
    /// <remarks>
    /// While the circuit is closed the call is made beside it and its reply told afterwards, which completes at once: wrapped, each call would wait in
    /// three more state machines. What ends when the circuit is no longer closed is not told: it would decide nothing, and a circuit that closes counts anew.
    /// </remarks>
    public async ValueTask<Reply?> RunAsync<TState>(PinRoute pin, Func<TState, ValueTask<Reply>> call, TState state, CancellationToken cancellation)
    {
        Circuit circuit = CircuitOf(pin);
        if (circuit.State.CircuitState != CircuitState.Closed)
        {
            return await ProbeAsync(circuit.Pipeline, call, state, cancellation);
        }

        Reply reply = await call(state);
        if (circuit.State.CircuitState == CircuitState.Closed)
        {
            await TellAsync(circuit.Pipeline, reply);
        }

        return reply;
    }

    private static async ValueTask TellAsync(ResiliencePipeline<Reply> circuit, Reply reply)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(CancellationToken.None);
        try
        {
            await circuit.ExecuteOutcomeAsync(static (_, reply) => new ValueTask<Outcome<Reply>>(Outcome.FromResult(reply)), context, reply);
        }
        finally
        {
            ResilienceContextPool.Shared.Return(context);
        }
    }

    // Open or half open: Polly decides whether the call is made.
    private static async ValueTask<Reply?> ProbeAsync<TState>(ResiliencePipeline<Reply> circuit, Func<TState, ValueTask<Reply>> call, TState state, CancellationToken cancellation)
    {
        ResilienceContext context = ResilienceContextPool.Shared.Get(cancellation);
        try
        {
            Outcome<Reply> outcome = await circuit.ExecuteOutcomeAsync(
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

    private Circuit CircuitOf(PinRoute pin) =>
        _circuits.GetOrAdd((pin.Provider.Name, pin.Route.Knows(pin.Model) ? pin.Model : AnyModel), static (_, time) => New(time), time);

    private static Circuit New(TimeProvider time)
    {
        CircuitBreakerStateProvider state = new();
        ResiliencePipeline<Reply> pipeline = new ResiliencePipelineBuilder<Reply> { TimeProvider = time }
            .AddCircuitBreaker(new CircuitBreakerStrategyOptions<Reply>
            {
                FailureRatio = FailureRatio,
                MinimumThroughput = MinimumCalls,
                SamplingDuration = s_window,
                BreakDuration = s_pause,
                StateProvider = state,
                ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Result is { ProviderFailed: true }),
            })
            .Build();
        return new Circuit(pipeline, state);
    }

    private sealed record Circuit(ResiliencePipeline<Reply> Pipeline, CircuitBreakerStateProvider State);
}
