using System.Buffers;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Shape;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Upstream;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Usage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Flow;

/// <summary>Gives the caller the reply that stands: as it came where the protocols are the same, else in the caller's own.</summary>
internal sealed class Deliver(GatewayLimits limits, TimeProvider time, ILogger log)
{
    public async Task<Ending> RunAsync(Call call, Received received, Hop hop, Course course)
    {
        if (call.ClientGone.IsCancellationRequested)
        {
            return await LeftAsync(call, received, hop, course);
        }

        Reply reply = hop.Reply!;
        if (reply.Failure(hop.Pin.Provider, hop.Pin.Protocol, limits.ReplyBytes) is { } failure)
        {
            return await FailAsync(call, hop, course, failure);
        }

        if (reply.IsError)
        {
            return hop.Pin.Protocol == call.Protocol ? await RelayErrorAsync(call, hop, course) : await TranslateErrorAsync(call, hop, course);
        }

        return hop.Outgoing.Translation is null
            ? await RelayAsync(call, received, hop, course)
            : await TranslateAsync(call, received, hop, course);
    }

    /// <summary>The caller left before anything of the answer reached it: the answer is read, if it is one and the provider is set to.</summary>
    public async Task<Ending> LeftAsync(Call call, Received received, Hop hop, Course course)
    {
        if (hop is { Deadline.Drains: true, Reply: { IsError: false } reply } && reply.Failure(hop.Pin.Provider, hop.Pin.Protocol, limits.ReplyBytes) is null)
        {
            var incoming = Incoming.Of(call, hop, await reply.Response!.Content.ReadAsStreamAsync(CancellationToken.None));
            await (received.Stream && StreamShapes.Of(hop.Outgoing.Operation, reply.Response) is { } shape
                ? Drain.EventsAsync(incoming, course.Meter!, new UpstreamEvents(shape), default)
                : Drain.BodyAsync(incoming, course.Meter!, limits.ReplyBytes));
        }

        return Ending.Gone(null);
    }

    /// <summary>Gives the caller an answer that was gathered: the provider's own body where it is one of the caller's protocol, as the caller asked for it otherwise.</summary>
    public async Task<Ending> GatheredAsync(Call call, Received received, Hop hop, Course course, Trial trial)
    {
        if (!hop.Deadline.TryForward())
        {
            return TakenBack(call, received, course);
        }

        HttpResponse response = call.Context.Response;
        ReadOnlyMemory<byte> told;
        if (trial.Body is { } body)
        {
            Answers.CopyHead(call, course, hop.Reply!.Response!);
            told = body;
        }
        else
        {
            bool array = received.Stream && StreamShapes.WantsArray(call);
            var output = new ArrayBufferWriter<byte>(1024);
            trial.Reply!.AddUsage(course.SpentUsage);
            var translation = new ReplyTranslation(
                hop.Outgoing.Translation!, hop.Outgoing.Target!, call.Id, time.GetUtcNow(), array, TokenEstimate.Of(received.Scan.BodyLength), received.Stream ? output : null);
            translation.Write(trial.Reply, output);
            Answers.Head(call, course, StatusCodes.Status200OK, received.Stream && !array ? "text/event-stream" : "application/json");
            told = output.WrittenMemory;
        }

        Answers.TellCost(call, received, course);
        response.ContentLength = told.Length;
        await response.BodyWriter.WriteAsync(told, CancellationToken.None);
        call.MarkFirstByte();
        return new Ending(Outcome.Completed, StatusCodes.Status200OK, null);
    }

    /// <summary>Counts a prompt's tokens for a caller whose model's provider cannot be asked in the caller's terms.</summary>
    public static async Task<Ending> TokenCountAsync(Call call, Received received, Course course)
    {
        var body = new ArrayBufferWriter<byte>(64);
        TokenEstimate.WriteReply(body, call.Operation, TokenEstimate.Of(received.Scan.BodyLength));
        Answers.Head(call, course, StatusCodes.Status200OK, "application/json");
        call.Context.Response.ContentLength = body.WrittenCount;
        await call.Context.Response.BodyWriter.WriteAsync(body.WrittenMemory, CancellationToken.None);
        return new Ending(Outcome.Completed, StatusCodes.Status200OK, null);
    }

    private async Task<Ending> FailAsync(Call call, Hop hop, Course course, GatewayError failure)
    {
        if (failure.Code == "upstream_key_refused")
        {
            LogEvents.KeyRefused(log, hop.Pin.Provider.Name, hop.Reply!.Status);
        }

        return await Answers.EndAsync(call, course.Attempts > 1 ? failure with { ShouldRetry = false } : failure, course, Outcome.Failed);
    }

    private async Task<Ending> RelayErrorAsync(Call call, Hop hop, Course course)
    {
        Reply reply = hop.Reply!;
        await Answers.RelayErrorAsync(call, course, reply);
        Stream rest = await reply.Response!.Content.ReadAsStreamAsync(CancellationToken.None);
        RelayEnd end = await PlainRelay.RunAsync(call, rest, meter: null, making: null, hop.Deadline, hop.Pin.Provider.Timeouts, limits.ReplyBytes - reply.ErrorBody.Length);
        if (end == RelayEnd.ClientGone)
        {
            return Ending.Gone(reply.Status);
        }

        if (end != RelayEnd.Complete)
        {
            call.Context.Abort();
        }

        return new Ending(Outcome.Failed, reply.Status, reply.UpstreamCode);
    }

    private static async Task<Ending> TranslateErrorAsync(Call call, Hop hop, Course course)
    {
        Reply reply = hop.Reply!;
        var told = UpstreamFailure.Of(hop.Pin.Provider.Name, reply.Status, reply.Error);
        ErrorKind kind = told.Code == "insufficient_quota" && call.Protocol == Protocol.Anthropic ? ErrorKind.Spent : told.Kind; // There it is a 402; with the others a 429.
        GatewayError error = new(kind, told.Code, told.Message)
        {
            HeaderCode = Answers.CodeOfRelayed(reply),
            RetryAfter = reply.RetryDelay,
            ShouldRetry = course.Attempts > 1 || reply.Error.SpendExhausted ? false : reply.ShouldRetry, // What else may be tried again its status tells.
        };
        await Answers.ErrorAsync(call, error, course);
        return new Ending(Outcome.Failed, call.Context.Response.StatusCode, reply.UpstreamCode);
    }

    private async Task<Ending> RelayAsync(Call call, Received received, Hop hop, Course course)
    {
        if (!hop.Deadline.TryForward())
        {
            return TakenBack(call, received, course);
        }

        HttpResponseMessage response = hop.Reply!.Response!;
        ProviderTimeouts timeouts = hop.Pin.Provider.Timeouts;
        ResponseMeter meter = course.Meter!;
        received.Dispose(); // Sent and answered: a stream that runs for minutes need not keep its prompt in memory.
        Answers.CopyHead(call, course, response);
        Stream upstream = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        StreamShape? shape = received.Stream ? StreamShapes.Of(hop.Outgoing.Operation, response) : null;
        RelayEnd end = shape is not null
            ? await new StreamRelay(call, upstream, meter, hop.Deadline, timeouts, shape.Value, hideUsage: !received.Scan.UsageAsked, course.Hold?.Allowance).RunAsync()
            : await PlainRelay.RunAsync(call, upstream, meter, course.Making, hop.Deadline, timeouts, limits.ReplyBytes);
        course.WasRead();
        return End(call, hop, end, course, streamed: shape is not null);
    }

    private async Task<Ending> TranslateAsync(Call call, Received received, Hop hop, Course course)
    {
        HttpResponseMessage response = hop.Reply!.Response!;
        Stream upstream = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        if (!received.Stream || StreamShapes.Of(hop.Outgoing.Operation, response) is not { } shape)
        {
            var plain = new TranslatedReply(call, received, hop, course, limits.ReplyBytes, time);
            RelayEnd gathered = await plain.RunAsync(upstream);
            if (gathered == RelayEnd.Revoked)
            {
                return TakenBack(call, received, course);
            }

            return gathered == RelayEnd.ErrorTold
                ? new Ending(Outcome.Failed, call.Context.Response.StatusCode, plain.ErrorCode)
                : End(call, hop, gathered, course, streamed: false);
        }

        if (!hop.Deadline.TryForward())
        {
            return TakenBack(call, received, course);
        }

        using var stream = new TranslatedStream(call, received, hop, course, upstream, shape, limits.ReplyBytes, time);
        RelayEnd end = await stream.RunAsync();
        if (stream.BrokenContract is { } code)
        {
            course.ContractOutcome = code == "answer_empty" ? "blank" : "violated";
            LogEvents.ContractBroken(log, call.Id, hop.Pin.ServedBy, course.Plan.Contract!.Label, code);
            return new Ending(Outcome.Interrupted, StatusCodes.Status200OK, code);
        }

        if (end != RelayEnd.Complete)
        {
            course.ContractOutcome = null; // There is no whole answer of which it could be said.
        }

        return End(call, hop, end, course, streamed: true);
    }

    // The release was rolled back in the moment before its answer would have been given: what it used is booked, and another release is asked.
    private static Ending TakenBack(Call call, Received received, Course course)
    {
        course.Revoked();
        if (!course.IsSettled)
        {
            course.Broke(Ending.Revoked.ErrorCode!, Settle.Broken(call, received, course, isWhole: false));
        }

        return Ending.Revoked;
    }

    private Ending End(Call call, Hop hop, RelayEnd end, Course course, bool streamed)
    {
        int status = call.Context.Response.StatusCode;
        switch (end)
        {
            case RelayEnd.Complete:
                return new Ending(Outcome.Completed, status, null);
            case RelayEnd.ClientGone:
                return Ending.Gone(status);
            case RelayEnd.Spent:
                return new Ending(Outcome.Interrupted, status, "budget_ended");
        }

        string code = end switch
        {
            RelayEnd.ErrorTold => course.Meter!.ErrorCode ?? "upstream_error_event",
            RelayEnd.Stalled => "upstream_timeout",
            RelayEnd.Cut => "grant_revoked",
            RelayEnd.Revoked => Ending.Revoked.ErrorCode!,
            RelayEnd.TooLarge => streamed ? "upstream_event_too_large" : "upstream_reply_too_large",
            _ => "upstream_truncated",
        };
        LogEvents.Interrupted(log, call.Id, hop.Pin.Provider.Name, code);
        if (!streamed)
        {
            call.Context.Abort(); // Half a JSON document must not look like a whole one.
        }

        return new Ending(Outcome.Interrupted, status, code);
    }
}
