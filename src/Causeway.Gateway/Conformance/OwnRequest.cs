using System.Buffers;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Conformance;

/// <summary>A request that Causeway makes for itself, as one pin gets it.</summary>
/// <param name="Pin">Whom it goes to.</param>
/// <param name="Target">The same in the wire's words.</param>
/// <param name="Body">What is sent; lives as long as the call.</param>
/// <param name="Stream">The answer is to be a stream.</param>
/// <param name="Carrier">By which way the schema of the answer travels.</param>
internal sealed record OwnRequest(PinRoute Pin, Target Target, SplicedBody Body, bool Stream, ShapeCarrier Carrier)
{
    public Provider Provider => Pin.Provider;

    /// <summary>A question that was written as a chat completion (<see cref="OwnPrompt"/>), for whoever is asked. The answer comes whole.</summary>
    public static Verdict<OwnRequest> Of(PinRoute pin, byte[] chat)
    {
        if (!RequestTranslation.TryRead(Operation.ChatCompletions, chat, stream: false, out RequestTranslation? translation, out RequestFault fault))
        {
            return Compose.Refused(fault);
        }

        Target target = Compose.TargetOf(pin, OperationAt(pin, stream: false, hasTools: false, effort: null));
        ArrayBufferWriter<byte> body = new();
        return translation.TryWrite(target, null, Unsupported.Drop, shape: null, body, out _, out fault)
            ? new OwnRequest(pin, target, new SplicedBody(body.WrittenMemory, default), Stream: false, ShapeCarrier.Prompt)
            : Compose.Refused(fault);
    }

    /// <summary>Where a pin takes what was written as a chat completion.</summary>
    public static Operation OperationAt(PinRoute pin, bool stream, bool hasTools, string? effort) => pin.Protocol switch
    {
        Protocol.Anthropic => Operation.Messages,
        Protocol.Gemini => stream ? Operation.StreamGenerateContent : Operation.GenerateContent,
        Protocol.Bedrock => stream ? Operation.ConverseStream : Operation.Converse,
        _ => OpenAIEndpoint.For(pin.Model, pin.Provider.Server, hasTools, effort, Operation.ChatCompletions),
    };
}
