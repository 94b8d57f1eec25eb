using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Books;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
using Causeway.Wire;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Conformance;

/// <summary>
/// Sends one probe the way requests are sent: the same translation, the same connections and credential, and a usage record for every probe, under
/// <see cref="Attribution"/>. The schema goes as it is, marked strict; nothing of the answer is mended.
/// </summary>
internal sealed class ProbeCall(UsageRecorder recorder, TimeProvider time) : IDisposable
{
    // Names no key that anybody holds: probes are made by Causeway itself.
    private static readonly KeyId s_key = new(new Guid("00000000-0000-7000-8000-0000000ca05e"));
    private readonly StallWatch _watch = new(time);

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

    public void Dispose() => _watch.Dispose();

    private async Task<ProbeExchange> OnceAsync(Probe probe, ProbeRequest request, CancellationToken cancellation)
    {
        ProviderRetries retries = request.Provider.Retries;
        DateTimeOffset at = time.GetUtcNow();
        long began = time.GetTimestamp();
        for (int attempt = 1; ; attempt++)
        {
            var meter = new ResponseMeter(request.Target.Operation, request.Stream);
            (ProbeReply reply, TimeSpan? retryAfter) = await AskAsync(probe, request, meter, cancellation);
            if (retryAfter is not { } delay || attempt > retries.Max)
            {
                UsageRecord record = RecordOf(request, reply, meter, at, time.GetElapsedTime(began), attempt);
                recorder.Enqueue(record);
                return new ProbeExchange(reply, record.CostNanoUsd);
            }

            await Task.Delay(delay < retries.MaxBackoff ? delay : retries.MaxBackoff, time, cancellation);
        }
    }

    // The reply, and how long to wait before it may be asked again; null: the reply stands.
    private async Task<(ProbeReply Reply, TimeSpan? RetryAfter)> AskAsync(Probe probe, ProbeRequest request, ResponseMeter meter, CancellationToken cancellation)
    {
        Provider provider = request.Provider;
        using StallWatch.Deadline deadline = _watch.Start(provider.Timeouts.Total, cancellation);
        using HttpRequestMessage message = UpstreamRequest.Create(request.Pin.Route.Client, provider, request.Target, new SplicedBody(request.Body, default), request.Stream);
        deadline.Within(provider.Timeouts.FirstByte);
        long began = time.GetTimestamp();
        using Reply reply = await Reply.ReceiveAsync(request.Pin.Route.Client, message, provider, request.Target.Protocol, deadline, time);
        cancellation.ThrowIfCancellationRequested();
        if (reply.MayRetry)
        {
            ProbeReply failed = await ProbeAnswer.ReadAsync(probe, request, reply, meter, deadline);
            return (failed, reply.RetryDelay ?? provider.Retries.FirstBackoff);
        }

        try
        {
            ProbeReply answered = await ProbeAnswer.ReadAsync(probe, request, reply, meter, deadline);
            return (answered with { Took = time.GetElapsedTime(began) }, null);
        }
        catch (OperationCanceledException) when (deadline.TimedOut)
        {
            return (new ProbeReply(ProbeReplyKind.Failed) { Status = reply.Status, Message = "the answer stood still" }, null);
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            return (new ProbeReply(ProbeReplyKind.Failed) { Status = reply.Status, Message = "the answer broke off" }, null);
        }
    }

    private static UsageRecord RecordOf(ProbeRequest request, ProbeReply reply, ResponseMeter meter, DateTimeOffset at, TimeSpan took, int attempts)
    {
        bool answered = reply.Kind == ProbeReplyKind.Answered;
        TokenCounts tokens = !answered ? default
            : meter.HasUsage ? Settle.ToCounts(meter.Usage)
            : new TokenCounts(TokenEstimate.Of(request.Body.Length), 0, 0, 0, 0, 0, TokenEstimate.Of(meter.OutputTextBytes), 0);
        return new UsageRecord
        {
            Request = Guid.CreateVersion7(at),
            At = at,
            Attribution = Attribution,
            Key = s_key,
            Protocol = ProtocolNames.Of(request.Target.Protocol),
            Route = Operations.RouteName(request.Target.Operation),
            ModelAsked = request.Pin.ToString(),
            ModelSent = request.Pin.Model,
            ModelServed = meter.Model,
            Provider = request.Provider.Name,
            Region = request.Provider.Region,
            Tokens = tokens,
            CostNanoUsd = answered
                ? request.Pin.Route.PriceOf(request.Pin.Model, meter.Model)?.CostNanoUsd(tokens, at, meter.ServiceTier, request.Provider.Region is not null)
                : null,
            Source = !answered ? UsageSource.None : meter.HasUsage ? UsageSource.Provider : UsageSource.Counted,
            Status = reply.Status == 0 ? 502 : reply.Status,
            Outcome = answered ? Outcome.Completed : Outcome.Failed,
            ErrorCode = answered ? null : reply.Code ?? "upstream_failed",
            StopReason = meter.StopReason,
            Attempts = attempts,
            Streamed = request.Stream,
            Total = took,
        };
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
