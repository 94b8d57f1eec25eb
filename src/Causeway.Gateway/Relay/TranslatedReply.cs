using System.Buffers;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Microsoft.AspNetCore.Http;

namespace Causeway.Gateway.Relay;

/// <summary>Gathers a whole reply and gives it to the caller in its own protocol. Nothing reaches the caller before the reply is known to be whole.</summary>
internal sealed class TranslatedReply(Call call, Received received, Hop hop, Course course, long maxBytes, TimeProvider time)
{
    private const int FirstBuffer = 8192;

    /// <summary>The code of the error that the caller was told; null: none.</summary>
    public string? ErrorCode { get; private set; }

    public async Task<RelayEnd> RunAsync(Stream upstream)
    {
        var body = new ArrayBufferWriter<byte>(FirstBuffer);
        RelayEnd gathered = await Gathering.BodyAsync(Incoming.Of(call, hop, upstream), course.Meter!, body, maxBytes);
        if (gathered == RelayEnd.ClientGone || gathered == RelayEnd.Revoked || !hop.Deadline.TryForward())
        {
            return gathered == RelayEnd.ClientGone ? gathered : RelayEnd.Revoked;
        }

        if (gathered != RelayEnd.Complete)
        {
            return await TellAsync(IncompleteReply.Of(gathered, hop.Pin.Provider.Name, maxBytes));
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
        Answers.TellCost(call, received, course);
        response.ContentLength = output.WrittenCount;
        await response.BodyWriter.WriteAsync(output.WrittenMemory, CancellationToken.None);
        call.MarkFirstByte();
        return RelayEnd.Complete;
    }

    private async Task<RelayEnd> TellAsync(GatewayError error)
    {
        ErrorCode = error.Code;
        await Answers.ErrorAsync(call, error, course);
        return RelayEnd.ErrorTold;
    }
}
