using Causeway.Budgets.Keys;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Flow;

namespace Causeway.Gateway.Conformance;

/// <summary>
/// Sends one probe the way requests are sent: the same translation, and a usage record for every call, under <see cref="Attribution"/>. The schema
/// goes as it is, marked strict; nothing of the answer is mended.
/// </summary>
internal sealed class ProbeCall(BookedCall call)
{
    /// <summary>Whom probes are booked for.</summary>
    public static Attribution Attribution { get; } = new("causeway", "dialect-probe", "eval");

    /// <summary>Sends a probe, twice where its shape says so.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<ProbeExchange> SendAsync(ProbePin pin, Probe probe, CancellationToken cancellation)
    {
        if (ProbeRequest.Write(pin, probe).Failed(out ProbeRequest? request, out GatewayError? error))
        {
            return new ProbeExchange(ProbeExchange.NotSent.Reply with { Message = error.Message }, null);
        }

        ProbeExchange first = await OnceAsync(probe, request, cancellation);
        if (probe.Shape != ProbeShape.Twice || first.Reply.Kind != ProbeReplyKind.Answered)
        {
            return first;
        }

        ProbeExchange second = await OnceAsync(probe, request, cancellation);
        return new ProbeExchange(first.Reply with { Again = second.Reply }, first.CostNanoUsd + (second.CostNanoUsd ?? 0));
    }

    private async Task<ProbeExchange> OnceAsync(Probe probe, ProbeRequest request, CancellationToken cancellation)
    {
        OwnReply reply = await call.SendAsync(request.Sent, Attribution, cancellation);
        return new ProbeExchange(ProbeAnswer.Of(probe, request, reply), reply.Settled.CostNanoUsd);
    }
}

/// <summary>One probe's reply, with what it cost.</summary>
/// <param name="Reply">The reply.</param>
/// <param name="CostNanoUsd">Nano-USD; null: the model is unpriced, or nothing was used.</param>
internal sealed record ProbeExchange(ProbeReply Reply, long? CostNanoUsd)
{
    /// <summary>What stands where nothing was sent.</summary>
    public static ProbeExchange NotSent { get; } = new(new ProbeReply(ProbeReplyKind.Failed) { Message = "not sent" }, null);
}
