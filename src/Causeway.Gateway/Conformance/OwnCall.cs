using System.Buffers;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Rollouts;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Conformance;

/// <summary>
/// Sends what Causeway asks for itself the way requests are sent: the same connections, credential, time limits and retries. There is no caller, so the
/// answer is read to its end before anything becomes of it.
/// </summary>
internal sealed class OwnCall(PolicyPublisher policies, TimeProvider time) : IDisposable
{
    /// <summary>Bytes of an answer: many times what the caps on tokens allow.</summary>
    private const int MaxBytes = 1 << 20;

    private readonly StallWatch _watch = new(time);

    /// <summary>Calls until there is an answer, or until no further try is allowed.</summary>
    /// <param name="request">What is sent.</param>
    /// <param name="course">Takes every call.</param>
    /// <param name="cancellation">Ends it at once.</param>
    /// <param name="retries">The rules for further tries; null: the provider's own.</param>
    /// <param name="lease">The right to serve candidates, where the course has a release; null: none is behind the call.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<OwnReply> SendAsync(OwnRequest request, Course course, CancellationToken cancellation, ProviderRetries? retries = null, CandidateLease? lease = null)
    {
        retries ??= request.Provider.Retries;
        for (int attempt = 1; ; attempt++)
        {
            course.Call(request.Pin);
            (OwnReply reply, TimeSpan? retryAfter) = await OnceAsync(request, course, lease, cancellation);
            if (retryAfter is not { } delay || attempt > retries.Max)
            {
                return reply;
            }

            course.Failed(reply.Problem!.Code, reply.Status == 0 ? null : reply.Status);
            await Task.Delay(delay < retries.MaxBackoff ? delay : retries.MaxBackoff, time, cancellation);
        }
    }

    public void Dispose() => _watch.Dispose();

    // The reply, and how long to wait before it may be asked again; null: the reply stands.
    private async Task<(OwnReply Reply, TimeSpan? RetryAfter)> OnceAsync(OwnRequest request, Course course, CandidateLease? lease, CancellationToken cancellation)
    {
        Provider provider = request.Provider;
        DateTimeOffset at = time.GetUtcNow();
        long began = time.GetTimestamp();
        course.Meter = new ResponseMeter(request.Target.Operation, request.Stream);
        using StallWatch.Deadline deadline = _watch.Start(provider.Timeouts.Total, cancellation);
        UpstreamTerms terms = UpstreamTerms.Now(policies.Current, request.Pin, course.DataClass, at);
        SplicedBody body = terms.Apply(request.Body, provider, request.Target.Operation) ?? request.Body; // Made here: it is always an object.
        using HttpRequestMessage message = UpstreamRequest.Create(request.Pin.Route.Client, provider, request.Target, body, request.Stream, terms.Vendor?.Host);
        deadline.Within(provider.Timeouts.FirstByte);
        using Reply reply = await Reply.ReceiveAsync(request.Pin.Route.Client, message, provider, request.Target.Protocol, deadline, new Clearance(policies, lease, course, request.Pin, terms, time), time);
        cancellation.ThrowIfCancellationRequested();
        OwnReply read = await ReadAsync(request, reply, course.Meter, deadline, cancellation);
        cancellation.ThrowIfCancellationRequested();
        read = read with { Took = time.GetElapsedTime(began), Settled = read.Answer is null ? Settlement.Nothing : Settled(request, course.Meter, at) };
        return (read, reply.MayRetry ? reply.RetryDelay ?? provider.Retries.FirstBackoff : null);
    }

    private static async Task<OwnReply> ReadAsync(OwnRequest request, Reply reply, ResponseMeter meter, StallWatch.Deadline deadline, CancellationToken cancellation)
    {
        var without = new OwnReply { Status = reply.Status, UpstreamCode = reply.UpstreamCode, Meter = meter };
        if (reply.Failure(request.Provider, request.Target.Protocol, MaxBytes) is { } failure)
        {
            return without with { Problem = failure };
        }

        if (reply.IsError)
        {
            return without with { Error = reply.Error, Problem = new GatewayError(ErrorKind.UpstreamFailed, reply.UpstreamCode!, reply.Error.Message ?? reply.Reason) };
        }

        var gathered = new GatheredReply(request.Target, request.Carrier);
        using Stream stream = await reply.Response!.Content.ReadAsStreamAsync(CancellationToken.None);
        Incoming incoming = new(stream, deadline, request.Provider.Timeouts.Idle, cancellation);
        RelayEnd end = request.Stream && StreamShapes.Of(request.Target.Operation, reply.Response) is { } shape
            ? await Gathering.EventsAsync(incoming, meter, shape, gathered, MaxBytes)
            : await PlainAsync(incoming, meter, gathered);
        return gathered.Failure is { } fault ? without with { Problem = new GatewayError(fault.Kind, fault.Code, fault.Message) }
            : end == RelayEnd.Complete ? without with { Answer = gathered }
            : without with { Problem = IncompleteReply.Of(end, request.Provider.Name, MaxBytes) };
    }

    private static async Task<RelayEnd> PlainAsync(Incoming incoming, ResponseMeter meter, GatheredReply gathered)
    {
        var body = new ArrayBufferWriter<byte>();
        RelayEnd end = await Gathering.BodyAsync(incoming, meter, body, MaxBytes);
        if (end == RelayEnd.Complete)
        {
            gathered.Plain(body.WrittenMemory);
        }

        return end;
    }

    private static Settlement Settled(OwnRequest request, ResponseMeter meter, DateTimeOffset at)
    {
        TokenCounts tokens = meter.HasUsage
            ? Settle.ToCounts(meter.Usage)
            : new TokenCounts(TokenEstimate.Of(request.Body.Length), 0, 0, 0, 0, 0, TokenEstimate.Of(meter.GeneratedBytes), 0);
        return new Settlement(tokens, meter.HasUsage ? UsageSource.Provider : UsageSource.Counted, Settle.CostOf(at, request.Pin, meter, tokens));
    }
}
