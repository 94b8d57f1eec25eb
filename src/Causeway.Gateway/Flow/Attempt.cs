using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Upstream;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Flow;

/// <summary>Sends the request, again where that is safe, and relays the answer. Nothing is sent twice once a byte reached the caller.</summary>
internal sealed class Attempt(StallWatch watch, RetryBudget budget, GatewayLimits limits, TimeProvider time, ILogger log)
{
    public async Task<Ending> RunAsync(Call call, Received received, Plan plan, ResponseMeter meter)
    {
        Provider provider = plan.Route.Provider;
        using StallWatch.Deadline deadline = watch.Start(provider.Timeouts.Total, call.ClientGone);
        var body = new SplicedBody(received.Body.Memory, RequestRewrite.Plan(call.Operation, received.Scan, received.Body.Memory.Span, plan.Model));
        budget.CountCall();
        for (int attempt = 1; ; attempt++)
        {
            using HttpRequestMessage message = UpstreamRequest.Create(call, plan, received, body);
            deadline.Within(provider.Timeouts.FirstByte);
            Reply reply = await Reply.ReceiveAsync(plan.Route.Client, message, provider, deadline, time);
            using (reply)
            {
                if (reply.MayRetry && DelayBeforeNext(call, provider, reply, attempt) is { } delay)
                {
                    LogEvents.Retrying(log, call.Id, attempt, provider.Name, reply.Reason, (long)delay.TotalMilliseconds);
                    deadline.Pause();
                    if (await WaitAsync(delay, call.ClientGone))
                    {
                        continue;
                    }

                    return Ending.Gone(attempt, null);
                }

                return await AnswerAsync(call, received, plan, meter, deadline, reply, attempt);
            }
        }
    }

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

    private async Task<bool> WaitAsync(TimeSpan delay, CancellationToken clientGone)
    {
        await Task.Delay(delay, time, clientGone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !clientGone.IsCancellationRequested;
    }

    private async Task<Ending> AnswerAsync(Call call, Received received, Plan plan, ResponseMeter meter, StallWatch.Deadline deadline, Reply reply, int attempt)
    {
        if (call.ClientGone.IsCancellationRequested)
        {
            return Ending.Gone(attempt, null);
        }

        if (reply.Failure(plan.Route.Provider, limits.ReplyBytes) is { } failure)
        {
            if (failure.Code == "upstream_key_refused")
            {
                LogEvents.KeyRefused(log, plan.Route.Provider.Name, reply.Status);
            }

            await Answers.ErrorAsync(call, attempt > 1 ? failure with { ShouldRetry = false } : failure, plan, attempt);
            return new Ending(Outcome.Failed, call.Context.Response.StatusCode, failure.Code, attempt);
        }

        HttpResponseMessage response = reply.Response!;
        if (reply.IsError)
        {
            await Answers.RelayErrorAsync(call, plan, reply, attempt);
            Stream rest = await response.Content.ReadAsStreamAsync(CancellationToken.None);
            RelayEnd restEnd = await PlainRelay.RunAsync(call, rest, meter: null, deadline, plan.Route.Provider.Timeouts, limits.ReplyBytes - reply.ErrorBody.Length);
            if (restEnd == RelayEnd.ClientGone)
            {
                return Ending.Gone(attempt, reply.Status);
            }

            if (restEnd != RelayEnd.Complete)
            {
                call.Context.Abort();
            }

            return new Ending(Outcome.Failed, reply.Status, reply.UpstreamCode, attempt);
        }

        received.Dispose(); // Sent and answered: a stream that runs for minutes need not keep its prompt in memory.
        Answers.CopyHead(call, plan, response, attempt);
        Stream upstream = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        StreamShape? shape = received.Stream ? StreamShapes.Of(call, response) : null;
        RelayEnd end = shape is not null
            ? await new StreamRelay(call, upstream, meter, deadline, plan.Route.Provider.Timeouts, shape == StreamShape.Array, hideUsage: !received.Scan.UsageAsked).RunAsync()
            : await PlainRelay.RunAsync(call, upstream, meter, deadline, plan.Route.Provider.Timeouts, limits.ReplyBytes);
        return End(call, plan, end, meter, streamed: shape is not null, attempt, (int)response.StatusCode);
    }

    private Ending End(Call call, Plan plan, RelayEnd end, ResponseMeter meter, bool streamed, int attempt, int status)
    {
        switch (end)
        {
            case RelayEnd.Complete:
                return new Ending(Outcome.Completed, status, null, attempt);
            case RelayEnd.ClientGone:
                return Ending.Gone(attempt, status);
        }

        string code = end switch
        {
            RelayEnd.ErrorTold => meter.ErrorCode ?? "upstream_error_event",
            RelayEnd.Stalled => "upstream_timeout",
            RelayEnd.TooLarge => streamed ? "upstream_event_too_large" : "upstream_reply_too_large",
            _ => "upstream_truncated",
        };
        LogEvents.Interrupted(log, call.Id, plan.Route.Provider.Name, code);
        if (!streamed)
        {
            call.Context.Abort(); // Half a JSON document must not look like a whole one.
        }

        return new Ending(Outcome.Interrupted, status, code, attempt);
    }
}

/// <summary>How a request ended.</summary>
/// <param name="Outcome">In one word.</param>
/// <param name="Status">What the caller got; 499 when it left before there was a status.</param>
/// <param name="ErrorCode">The stable code, or the provider's own; null: none.</param>
/// <param name="Attempts">Calls upstream.</param>
internal sealed record Ending(Outcome Outcome, int Status, string? ErrorCode, int Attempts)
{
    public static Ending Gone(int attempts, int? status) =>
        new(Outcome.ClientGone, status ?? StatusCodes.Status499ClientClosedRequest, "client_gone", attempts);
}
