using System.Buffers;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Relay;

/// <summary>Gathers a whole reply and gives it to the caller in its own protocol. Nothing reaches the caller before the reply is known to be whole.</summary>
internal sealed class TranslatedReply(Call call, Received received, Hop hop, Course course, long maxBytes, TimeProvider time)
{
    private const int MinRead = 8192;

    /// <summary>The code of the error that the caller was told; null: none.</summary>
    public string? ErrorCode { get; private set; }

    public async Task<RelayEnd> RunAsync(Stream upstream)
    {
        var body = new ArrayBufferWriter<byte>(MinRead);
        RelayEnd gathered = await GatherAsync(upstream, body);
        if (gathered == RelayEnd.ClientGone)
        {
            return gathered;
        }

        if (gathered != RelayEnd.Complete)
        {
            return await TellAsync(Problem(gathered));
        }

        HttpResponse response = call.Context.Response;
        bool stream = received.Stream; // Asked for a stream and got a whole reply: some servers ignore the flag.
        bool array = stream && StreamShapes.WantsArray(call);
        var output = new ArrayBufferWriter<byte>(body.WrittenCount + 1024);
        ReplyTranslation translation = new(
            hop.Outgoing.Translation!, hop.Outgoing.Target!, call.Id, time.GetUtcNow(), array, TokenEstimate.Of(received.Scan.BodyLength), stream ? output : null);
        if (translation.Plain(body.WrittenMemory, output) is { } problem)
        {
            return await TellAsync(new GatewayError(problem.Kind, problem.Code, problem.Message));
        }

        Answers.Head(call, course, StatusCodes.Status200OK, stream && !array ? "text/event-stream" : "application/json");
        response.ContentLength = output.WrittenCount;
        await response.BodyWriter.WriteAsync(output.WrittenMemory, CancellationToken.None);
        call.MarkFirstByte();
        return RelayEnd.Complete;
    }

    private async Task<RelayEnd> GatherAsync(Stream upstream, ArrayBufferWriter<byte> body)
    {
        try
        {
            while (true)
            {
                hop.Deadline.Within(hop.Pin.Provider.Timeouts.Idle);
                Memory<byte> room = body.GetMemory(MinRead);
                int read = await upstream.ReadAsync(room, hop.Deadline.Token);
                if (read == 0)
                {
                    return course.Meter!.Ended ? RelayEnd.Complete : RelayEnd.Truncated;
                }

                course.Meter!.Body(room.Span[..read]);
                body.Advance(read);
                if (body.WrittenCount > maxBytes)
                {
                    return RelayEnd.TooLarge;
                }
            }
        }
        catch (OperationCanceledException)
        {
            return hop.Deadline.TimedOut ? RelayEnd.Stalled : RelayEnd.ClientGone;
        }
        catch (Exception broken) when (broken is IOException or HttpRequestException)
        {
            return call.ClientGone.IsCancellationRequested ? RelayEnd.ClientGone : RelayEnd.Truncated;
        }
    }

    private async Task<RelayEnd> TellAsync(GatewayError error)
    {
        ErrorCode = error.Code;
        await Answers.ErrorAsync(call, error, course);
        return RelayEnd.ErrorTold;
    }

    private GatewayError Problem(RelayEnd end) => end switch
    {
        RelayEnd.Stalled => new GatewayError(ErrorKind.Timeout, "upstream_timeout", $"{hop.Pin.Provider.Name} stood still in the middle of its answer."),
        RelayEnd.TooLarge => new GatewayError(ErrorKind.UpstreamFailed, "upstream_reply_too_large", $"{hop.Pin.Provider.Name} sent an answer of more than {maxBytes:N0} bytes (limits.response)."),
        _ => new GatewayError(ErrorKind.UpstreamFailed, "upstream_truncated", $"{hop.Pin.Provider.Name} broke off in the middle of its answer."),
    };
}
