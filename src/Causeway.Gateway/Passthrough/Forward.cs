using Causeway.Budgets.Ledger;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Objects;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Rollouts;
using Causeway.Wire;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Passthrough;

/// <summary>Sends a native call once and relays the answer as it comes. What the call does is not known, so it is never made twice.</summary>
internal sealed class Forward(StallWatch watch, PolicyPublisher policies, CandidateLease lease, BatchAnswers batches, Owners owners, OwnPages pages, GatewayLimits limits, TimeProvider time)
{
    public async Task<(Ending Ending, bool Streamed)> RunAsync(Call call, NativeCall native, Course course)
    {
        if (call.ClientGone.IsCancellationRequested)
        {
            return (Ending.Gone(null), false);
        }

        Provider provider = native.Pin.Provider;
        using StallWatch.Deadline deadline = watch.Start(
            provider.Timeouts.Total, call.ClientGone, course.Hold!.Payer, provider.ClientGone == ClientGone.Drain || native.IsBatch ? call.Leave : null, course.Plan.Release is { } release ? new Serving(release, IsStream: false, MayReissue: false) : null);
        UpstreamTerms terms = UpstreamTerms.Now(policies.Current, native.Pin, course.DataClass, time.GetUtcNow());
        SplicedBody? body = terms.Apply(native.Body, provider, native.Operation);
        if ((terms.Refuse(provider, call.Context.Request.Method, native.Operation) ?? (body is null ? UpstreamTerms.Unreadable(provider) : null)) is { } refused)
        {
            return (await Answers.EndAsync(call, refused, course, Outcome.Denied), false);
        }

        using HttpRequestMessage message = Create(call, native, body!, terms.Vendor?.Host);
        deadline.Within(provider.Timeouts.FirstByte);
        course.Call(native.Pin);
        course.Sending();
        using Reply reply = await Reply.ReceiveAsync(native.Pin.Route.Client, message, provider, native.Pin.Protocol, deadline, new Clearance(policies, lease, course, native.Pin, terms, time), time);
        ResponseMeter? billed = native.Operation is { } answered ? ResponseMeter.OfError(answered, reply.ErrorBody.Span) : null;
        course.Meter = billed;
        course.Sent(reply.WasSent, reply.IsInDoubt, reply.IsError && billed is null, reply.Response is not null);
        call.Enter(RequestStep.Deliver);
        GatewayError? failure = reply.Failure(provider, native.Pin.Protocol, limits.ReplyBytes);
        ReadAnswer? read = null;
        if (failure is null && !reply.IsError)
        {
            owners.Watch(native, course);
            if (BatchAnswers.IsOne(call, native))
            {
                read = await batches.ReadAsync(call, native, course, reply, deadline); // Whether or not its caller is still there: it was taken.
                course.Making?.Reader?.Body(read.Body);
                await (course.Making?.KeptAsync() ?? default);
            }
            else if (native.Objects?.Listing(call) is { } listing)
            {
                (await pages.ReadAsync(call, native, course, terms, reply, listing, deadline)).Failed(out read, out failure);
            }
        }

        if (call.ClientGone.IsCancellationRequested)
        {
            return await LeftAsync(call, native, course, reply, deadline);
        }

        if (failure is not null)
        {
            return (await Answers.EndAsync(call, failure, course, Outcome.Failed), false);
        }

        return await RelayAsync(call, native, course, reply, read, deadline);
    }

    private async Task<(Ending Ending, bool Streamed)> RelayAsync(Call call, NativeCall native, Course course, Reply reply, ReadAnswer? read, StallWatch.Deadline deadline)
    {
        if (!deadline.TryForward())
        {
            await Answers.ErrorAsync(call, Reply.RevokedError, course);
            return (new Ending(Outcome.Failed, call.Context.Response.StatusCode, Reply.RevokedError.Code), false);
        }

        HttpResponse response = call.Context.Response;
        ProviderTimeouts timeouts = native.Pin.Provider.Timeouts;
        if (reply.IsError)
        {
            await Answers.RelayErrorAsync(call, course, reply);
        }
        else
        {
            Answers.CopyHead(call, course, reply.Response!);
            read?.Begin(response);
        }

        StreamShape? shape = Measure(native, course, reply);
        Stream upstream = await reply.Response!.Content.ReadAsStreamAsync(CancellationToken.None);
        RelayEnd end = shape is { } events
            ? await new StreamRelay(call, upstream, course.Meter!, deadline, timeouts, events, hideUsage: false, course.Hold!.Allowance).RunAsync()
            : await PlainRelay.RunAsync(call, upstream, shape is null && !reply.IsError ? course.Meter : null, course.Making, deadline, timeouts, limits.ReplyBytes - reply.ErrorBody.Length - (read?.Body.Length ?? 0));
        course.WasRead();
        return (End(call, course, reply, end, shape is not null), shape is not null);
    }

    // The caller left before anything of the answer reached it.
    private async Task<(Ending Ending, bool Streamed)> LeftAsync(Call call, NativeCall native, Course course, Reply reply, StallWatch.Deadline deadline)
    {
        if (!deadline.Drains || reply.IsError || reply.Failure(native.Pin.Provider, native.Pin.Protocol, limits.ReplyBytes) is not null)
        {
            return (Ending.Gone(null), false);
        }

        StreamShape? shape = Measure(native, course, reply);
        if (course.Meter is { } meter)
        {
            var incoming = new Incoming(await reply.Response!.Content.ReadAsStreamAsync(CancellationToken.None), deadline, native.Pin.Provider.Timeouts.Idle, call.ClientGone);
            await (shape is { } events ? Drain.EventsAsync(incoming, meter, new UpstreamEvents(events), default) : Drain.BodyAsync(incoming, meter, limits.ReplyBytes));
        }

        return (Ending.Gone(null), shape is not null);
    }

    // What reads the answer, where the call is understood.
    private static StreamShape? Measure(NativeCall native, Course course, Reply reply)
    {
        if (native.Operation is not { } operation || reply.IsError)
        {
            return null;
        }

        StreamShape? shape = StreamShapes.Of(operation, reply.Response!);
        course.Meter = new ResponseMeter(operation, shape is not null) { Made = course.Making?.Reader };
        return shape;
    }

    private static Ending End(Call call, Course course, Reply reply, RelayEnd end, bool streamed)
    {
        switch (end)
        {
            case RelayEnd.Complete:
                return new Ending(reply.IsError ? Outcome.Failed : Outcome.Completed, reply.Status, reply.UpstreamCode);
            case RelayEnd.ClientGone:
                return Ending.Gone(reply.Status);
        }

        if (!streamed)
        {
            call.Context.Abort();
        }

        string code = end switch
        {
            RelayEnd.ErrorTold => course.Meter?.ErrorCode ?? "upstream_error_event",
            RelayEnd.Stalled => "upstream_timeout",
            RelayEnd.Cut => "grant_revoked",
            RelayEnd.Revoked => "release_revoked",
            RelayEnd.Spent => "budget_ended",
            RelayEnd.TooLarge => "upstream_reply_too_large",
            _ => "upstream_truncated",
        };
        return new Ending(Outcome.Interrupted, reply.Status, code);
    }

    /// <summary>The call as it is sent.</summary>
    public static HttpRequestMessage Create(Call call, NativeCall native, SplicedBody body, string? host)
    {
        HttpRequest inbound = call.Context.Request;
        UpstreamClient client = native.Pin.Route.Client;
        HttpRequestMessage message = client.Create(HttpMethod.Parse(inbound.Method), native.PathAndQuery, host);
        if (body.Length > 0)
        {
            message.Content = new SplicedContent(body, inbound.ContentType);
        }

        foreach (KeyValuePair<string, StringValues> header in inbound.Headers)
        {
            if (ProtocolHeaders.ForwardsRequest(native.Pin.Protocol, header.Key) && !UpstreamRequest.EndsHere(inbound.Headers.Connection, header.Key))
            {
                message.Headers.TryAddWithoutValidation(header.Key, (IEnumerable<string>)header.Value!);
            }
        }

        UpstreamRequest.AddName(message, call, native.Pin);
        message.Headers.TryAddWithoutValidation("Accept", inbound.Headers.Accept is { Count: 1 } accept ? accept.ToString() : "*/*");
        client.AddMissing(message);
        return message;
    }
}
