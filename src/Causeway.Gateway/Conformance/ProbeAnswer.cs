using System.Buffers;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Validation;
using Causeway.Gateway.Relay;
using Causeway.Gateway.Upstream;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Conformance;

/// <summary>Reads what a provider answered to a probe.</summary>
internal static class ProbeAnswer
{
    /// <summary>Bytes of an answer: many times what the cap on tokens allows.</summary>
    private const int MaxBytes = 1 << 20;

    private const int MinRead = 8192;

    // Refused with 400, and not for the schema's sake.
    private static readonly string[] s_otherCodes = ["model_not_found", "model_decommissioned", "context_length_exceeded", "content_filter", "content_policy_violation"];

    /// <summary>Reads the whole answer; the meter sees it in passing.</summary>
    /// <exception cref="OperationCanceledException">The deadline passed, or it was cancelled.</exception>
    /// <exception cref="IOException">It broke off.</exception>
    public static async Task<ProbeReply> ReadAsync(Probe probe, ProbeRequest request, Reply reply, ResponseMeter meter, StallWatch.Deadline deadline)
    {
        if (reply.Failure(request.Provider, request.Target.Protocol, MaxBytes) is { } failure)
        {
            return Failed(reply, failure.Message);
        }

        if (reply.IsError)
        {
            return OfError(reply);
        }

        var gathered = new GatheredReply(request.Target, request.Carrier);
        using Stream stream = await reply.Response!.Content.ReadAsStreamAsync(deadline.Token);
        bool isWhole = request.Stream && StreamShapes.Of(request.Target.Operation, reply.Response) is { } shape
            ? await EventsAsync(stream, shape, gathered, meter, request, deadline)
            : await PlainAsync(stream, gathered, meter, request, deadline);
        return gathered.Failure is { } fault ? Failed(reply, fault.Message)
            : isWhole ? OfAnswer(probe, request, gathered.Answer(0), reply, meter)
            : Failed(reply, "the answer broke off, or is larger than any answer to a probe");
    }

    private static ProbeReply OfError(Reply reply) =>
        reply.Status is 400 or 422 && !reply.Error.SpendExhausted && !s_otherCodes.Contains(reply.UpstreamCode)
            ? new ProbeReply(ProbeReplyKind.Rejected) { Status = reply.Status, Code = reply.UpstreamCode, Message = reply.Error.Message ?? reply.UpstreamCode }
            : Failed(reply, reply.Error.Message ?? reply.Reason);

    private static ProbeReply OfAnswer(Probe probe, ProbeRequest request, GatheredAnswer answer, Reply reply, ResponseMeter meter) => new(ProbeReplyKind.Answered)
    {
        Status = reply.Status,
        Text = request.Compiled is { } compiled && answer.Kind == AnswerKind.Document
            ? new Normaliser(Validator.Of(probe.Schema), compiled, Coercions.Default).Run(answer.Text).Document
            : answer.Text,
        IsTruncated = answer.Kind == AnswerKind.Truncated,
        IsRefusal = answer.Kind == AnswerKind.Refused,
        IsToolCall = answer.Kind is AnswerKind.ToolCalls or AnswerKind.Malformed,
        CacheReadTokens = meter.HasUsage ? meter.Usage.CacheRead : 0,
    };

    private static ProbeReply Failed(Reply reply, string? why) =>
        new(ProbeReplyKind.Failed) { Status = reply.Status, Code = reply.UpstreamCode, Message = why };

    private static async Task<bool> PlainAsync(Stream stream, GatheredReply gathered, ResponseMeter meter, ProbeRequest request, StallWatch.Deadline deadline)
    {
        var body = new ArrayBufferWriter<byte>(MinRead);
        while (body.WrittenCount <= MaxBytes)
        {
            deadline.Within(request.Provider.Timeouts.Idle);
            Memory<byte> room = body.GetMemory(MinRead);
            int read = await stream.ReadAsync(room, deadline.Token);
            if (read == 0)
            {
                gathered.Plain(body.WrittenMemory);
                return meter.Ended;
            }

            meter.Body(room.Span[..read]);
            body.Advance(read);
        }

        return false;
    }

    // All of it first, events afterwards: an answer to a probe is small.
    private static async Task<bool> EventsAsync(
        Stream stream, StreamShape shape, GatheredReply gathered, ResponseMeter meter, ProbeRequest request, StallWatch.Deadline deadline)
    {
        var body = new ArrayBufferWriter<byte>(MinRead);
        int read;
        do
        {
            deadline.Within(request.Provider.Timeouts.Idle);
            read = await stream.ReadAsync(body.GetMemory(MinRead), deadline.Token);
            body.Advance(read);
        }
        while (read > 0 && body.WrittenCount <= MaxBytes);

        using var events = new UpstreamEvents(shape);
        return body.WrittenCount <= MaxBytes && Replay(events, body.WrittenMemory, gathered, meter);
    }

    private static bool Replay(UpstreamEvents events, ReadOnlyMemory<byte> rest, GatheredReply gathered, ResponseMeter meter)
    {
        while (events.TryNext(rest, out int length, out ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> data, out bool isEvent))
        {
            rest = rest[length..];
            if (isEvent)
            {
                meter.Event(name, data.Span);
                gathered.Event(name, data);
            }
        }

        return gathered.Close();
    }
}
