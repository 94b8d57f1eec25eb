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

    /// <summary>The circuit of a pin.</summary>
    public Circuit Of(PinRoute pin) =>
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

    /// <summary>One circuit.</summary>
    /// <param name="Pipeline">Decides.</param>
    /// <param name="State">Says how it stands.</param>
    /// <remarks>
    /// While it is closed the call is made beside it and its reply told afterwards, which completes at once: wrapped, each call would wait in three more state
    /// machines. What ends when it is no longer closed is not told: it would decide nothing, and a circuit that closes counts anew.
    /// </remarks>
    internal sealed record Circuit(ResiliencePipeline<Reply> Pipeline, CircuitBreakerStateProvider State)
    {
        /// <summary>Calls are simply made, and <see cref="TellAsync"/> what came of them.</summary>
        public bool IsClosed => State.CircuitState == CircuitState.Closed;

        /// <summary>Counts a reply.</summary>
        public async ValueTask TellAsync(Reply reply)
        {
            if (!IsClosed)
            {
                return;
            }

            ResilienceContext context = ResilienceContextPool.Shared.Get(CancellationToken.None);
            try
            {
                await Pipeline.ExecuteOutcomeAsync(static (_, reply) => new ValueTask<Outcome<Reply>>(Outcome.FromResult(reply)), context, reply);
            }
            finally
            {
                ResilienceContextPool.Shared.Return(context);
            }
        }

        /// <summary>Open or half open: Polly decides whether the call is made.</summary>
        /// <param name="call">The call; its reply tells whether the provider is in trouble.</param>
        /// <param name="cancellation">Given to the call.</param>
        /// <returns>The reply; null: the circuit is open.</returns>
        public async ValueTask<Reply?> ProbeAsync(Func<Task<Reply>> call, CancellationToken cancellation)
        {
            ResilienceContext context = ResilienceContextPool.Shared.Get(cancellation);
            try
            {
                Outcome<Reply> outcome = await Pipeline.ExecuteOutcomeAsync(static async (_, call) => Outcome.FromResult(await call()), context, call);
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
    }
}
