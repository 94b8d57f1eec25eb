using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Rollouts;
using Causeway.Wire.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Flow;

/// <summary>Calls one pin, again where that is safe: only before the first byte of an answer, within the retry budget and the deadline.</summary>
internal sealed class Dispatch(CircuitBreakers circuits, RetryBudget budget, PolicyPublisher policies, CandidateLease lease, Shedding shedding, TimeProvider time, ILogger log)
{
    /// <summary>Calls until there is a reply that stands.</summary>
    /// <param name="call">The request.</param>
    /// <param name="received">Its body.</param>
    /// <param name="hop">The pin; takes the reply.</param>
    /// <param name="course">Counts the calls.</param>
    /// <param name="hasNext">Another pin could take over: then nobody waits for one that takes no connections.</param>
    /// <returns>True, also when the release was revoked meanwhile, which the course then says. False: the pin's circuit is open, or the caller left; the hop has no reply, or the last one.</returns>
    public async Task<bool> RunAsync(Call call, Received received, Hop hop, Course course, bool hasNext)
    {
        Provider provider = hop.Pin.Provider;
        budget.CountCall();
        for (int attempt = 1; ; attempt++)
        {
            UpstreamTerms terms = UpstreamTerms.Now(policies.Current, hop.Pin, course.DataClass, time.GetUtcNow());
            if (terms.Apply(hop.Outgoing.Body, provider, hop.Outgoing.Operation) is not { } body)
            {
                hop.Take(Reply.HeldBack(UpstreamTerms.Unreadable(provider)));
                return true;
            }

            using HttpRequestMessage message = UpstreamRequest.Create(call, hop.Outgoing, received, body, terms.Vendor?.Host);
            hop.Deadline.Within(provider.Timeouts.FirstByte);
            CircuitBreakers.Circuit circuit = circuits.Of(hop.Pin);
            Reply? reply;
            if (circuit.IsClosed)
            {
                reply = await SendAsync(hop, message, terms, course);
                Sent(hop, course, call, reply);
                await circuit.TellAsync(reply);
            }
            else
            {
                reply = await ProbeAsync(circuit, hop, message, terms, course, call);
            }

            if (reply is null)
            {
                return false;
            }

            hop.Take(reply);
            if (reply.IsRevoked)
            {
                course.Revoked();
                return true;
            }

            if (reply.Status == StatusCodes.Status429TooManyRequests)
            {
                shedding.Throttled(course.Plan, hop.Pin);
            }

            if (reply.Response is { } response)
            {
                DateTimeOffset now = time.GetUtcNow();
                hop.Pin.Route.Client.Limits.Observe(hop.Pin.Model, response.Headers, now);
                if (reply.IsError && Retirement.Explains(hop.Pin, reply, now))
                {
                    reply.Retire(hop.Pin.ServedBy);
                }
            }

            if (!reply.MayRetry || (hasNext && reply.Response is null) || DelayBeforeNext(call, provider, reply, attempt) is not { } delay)
            {
                return true;
            }

            if (reply.IsInDoubt && !await HoldsAgainAsync(course))
            {
                return true;
            }

            LogEvents.Retrying(log, call.Id, attempt, provider.Name, reply.Reason, (long)delay.TotalMilliseconds);
            Settle.Failed(call, received, course, reply);
            course.Meter = hop.Outgoing.NewMeter(received.Stream);
            course.Meter.Made = course.Making?.Reader;
            hop.Deadline.Pause();
            await Task.Delay(delay, time, call.ClientGone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (call.ClientGone.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private ValueTask<Reply?> ProbeAsync(CircuitBreakers.Circuit circuit, Hop hop, HttpRequestMessage message, UpstreamTerms terms, Course course, Call call) => circuit.ProbeAsync(
        async () =>
        {
            Reply reply = await SendAsync(hop, message, terms, course);
            Sent(hop, course, call, reply);
            return reply;
        },
        hop.Deadline.Token);

    private Task<Reply> SendAsync(Hop hop, HttpRequestMessage message, UpstreamTerms terms, Course course)
    {
        course.Call(hop.Pin);
        course.Sending();
        return Reply.ReceiveAsync(
            hop.Pin.Route.Client, message, hop.Pin.Provider, hop.Pin.Protocol, hop.Deadline, new Clearance(policies, lease, course, hop.Pin, terms, time, course.Plan.Routed), time);
    }

    private static void Sent(Hop hop, Course course, Call call, Reply reply)
    {
        bool isFree = hop.Pin.Provider.ClientGone == ClientGone.Free && course.Meter is { IsStream: true } && call.ClientGone.IsCancellationRequested;
        ResponseMeter? billed = ResponseMeter.OfError(hop.Outgoing.Operation, reply.ErrorBody.Span);
        course.Meter = billed ?? course.Meter;
        course.Sent(reply.WasSent, reply.IsInDoubt && !isFree, reply.IsError && billed is null, reply.Response is not null);
    }

    // What broke off may be billed all the same: the next try needs as much beside it, as durable as the first.
    private static async ValueTask<bool> HoldsAgainAsync(Course course) => course.Hold is not { } hold || (await hold.CoverAgainAsync() is null && await hold.IsDurableAsync());

    // How long to wait before the next call, or null: this reply is the last word.
    private TimeSpan? DelayBeforeNext(Call call, Provider provider, Reply reply, int attempt)
    {
        if (attempt > provider.Retries.Max)
        {
            return null;
        }

        TimeSpan first = provider.Retries.FirstBackoff;
        TimeSpan ceiling = TimeSpan.FromTicks(Math.Clamp(first.Ticks << attempt, first.Ticks, Math.Max(first.Ticks, provider.Retries.MaxBackoff.Ticks)));
        TimeSpan delay = reply.RetryDelay ?? first + ((ceiling - first) * Random.Shared.NextDouble());
        return call.Elapsed + delay <= provider.Retries.Deadline && budget.TryTake() ? delay : null;
    }
}
