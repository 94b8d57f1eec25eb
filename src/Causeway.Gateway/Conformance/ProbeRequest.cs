using System.Buffers;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Dialects;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Conformance;

/// <summary>One probe as one model gets it.</summary>
internal sealed class ProbeRequest
{
    private const int FirstBuffer = 4096;

    private ProbeRequest()
    {
    }

    public required ProbePin Pin { get; init; }

    public required Target Target { get; init; }

    public required ReadOnlyMemory<byte> Body { get; init; }

    public required bool Stream { get; init; }

    public required ShapeCarrier Carrier { get; init; }

    /// <summary>What has to be undone in an answer; null: nothing, the schema went as it is.</summary>
    public CompiledContract? Compiled { get; init; }

    public Provider Provider => Pin.Route.Provider;

    /// <summary>Writes a probe for its pin.</summary>
    /// <returns>The request, or why Causeway cannot send it there.</returns>
    public static Verdict<ProbeRequest> Write(ProbePin pin, Probe probe)
    {
        bool stream = probe.Shape == ProbeShape.Streamed;
        if (!RequestTranslation.TryRead(Operation.ChatCompletions, ProbeBody.Of(probe, pin.Model), stream, out RequestTranslation? translation, out RequestFault fault))
        {
            return Refused(fault);
        }

        CompiledContract? compiled = probe.Shape == ProbeShape.Carried ? Compile(pin, probe) : null;
        if (compiled?.Impossible is [var impossible, ..])
        {
            return new GatewayError(ErrorKind.Malformed, "contract_impossible", impossible.Why);
        }

        AnswerShape shape = compiled is null
            ? new AnswerShape { Carrier = ShapeCarrier.Format, Schema = probe.Schema.Text, Strict = true, Name = probe.Id }
            : new AnswerShape { Carrier = CarrierOf(compiled.Carrier), Schema = compiled.Schema, Strict = compiled.Strict, Instruction = compiled.Instruction, Name = probe.Id };
        Target target = TargetOf(pin, stream, probe.Shape == ProbeShape.WithTool);
        ArrayBufferWriter<byte> body = new(FirstBuffer);
        return translation.TryWrite(target, null, Unsupported.Drop, shape, body, out _, out fault)
            ? new ProbeRequest { Pin = pin, Target = target, Body = body.WrittenMemory, Stream = stream, Carrier = shape.Carrier, Compiled = compiled }
            : Refused(fault);
    }

    private static CompiledContract? Compile(ProbePin pin, Probe probe) =>
        DialectCatalogue.Find(pin.Dialect) is { } dialect ? ContractCompiler.Compile(probe.Schema, dialect, new ContractAsk(pin.Model)) : null;

    private static ShapeCarrier CarrierOf(Carrier carrier) => carrier switch
    {
        Contracts.Compilation.Carrier.Format => ShapeCarrier.Format,
        Contracts.Compilation.Carrier.ForcedTool => ShapeCarrier.ForcedTool,
        Contracts.Compilation.Carrier.JsonMode => ShapeCarrier.JsonMode,
        _ => ShapeCarrier.Prompt,
    };

    private static Target TargetOf(ProbePin pin, bool stream, bool hasTools)
    {
        Provider provider = pin.Route.Provider;
        return new Target
        {
            Provider = provider.Name,
            Operation = provider.ProtocolOf(pin.Model) switch
            {
                Protocol.Anthropic => Operation.Messages,
                Protocol.Gemini => stream ? Operation.StreamGenerateContent : Operation.GenerateContent,
                Protocol.Bedrock => stream ? Operation.ConverseStream : Operation.Converse,
                _ => OpenAIEndpoint.For(pin.Model, provider.Server, hasTools, effort: null, Operation.ChatCompletions),
            },
            Model = pin.Model,
            Server = provider.Server,
            Platform = provider.Platform,
            MaxOutputTokens = pin.Route.Catalogued.GetValueOrDefault(pin.Model)?.MaxOutputTokens ?? pin.Route.Listed.GetValueOrDefault(pin.Model)?.MaxOutputTokens,
        };
    }

    private static GatewayError Refused(in RequestFault fault) => new(ErrorKind.Malformed, fault.Code, fault.Message);
}
