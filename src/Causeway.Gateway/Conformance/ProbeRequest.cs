using System.Buffers;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Dialects;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Shape;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Conformance;

/// <summary>One probe as one model gets it.</summary>
/// <param name="Sent">What is sent.</param>
/// <param name="Compiled">What has to be undone in an answer; null: nothing, the schema went as it is.</param>
internal sealed record ProbeRequest(OwnRequest Sent, CompiledContract? Compiled)
{
    private const int FirstBuffer = 4096;

    /// <summary>Writes a probe for its pin.</summary>
    /// <returns>The request, or why Causeway cannot send it there.</returns>
    public static Verdict<ProbeRequest> Write(ProbePin probed, Probe probe)
    {
        var pin = new PinRoute(probed.Route, probed.Model);
        bool stream = probe.Shape == ProbeShape.Streamed;
        if (!RequestTranslation.TryRead(Operation.ChatCompletions, ProbeBody.Of(probe, pin.Model), stream, out RequestTranslation? translation, out RequestFault fault))
        {
            return Compose.Refused(fault);
        }

        CompiledContract? compiled = probe.Shape == ProbeShape.Carried ? Compile(probed, probe) : null;
        if (compiled?.Impossible is [var impossible, ..])
        {
            return new GatewayError(ErrorKind.Malformed, "contract_impossible", impossible.Why);
        }

        AnswerShape shape = compiled is null
            ? new AnswerShape { Carrier = ShapeCarrier.Format, Schema = probe.Schema.Text, Strict = true, Name = probe.Id }
            : new AnswerShape { Carrier = BoundContract.CarrierOf(compiled), Schema = compiled.Schema, Strict = compiled.Strict, Instruction = compiled.Instruction, Name = probe.Id };
        Target target = Compose.TargetOf(pin, OwnRequest.OperationAt(pin, stream, probe.Shape == ProbeShape.WithTool, effort: null));
        ArrayBufferWriter<byte> body = new(FirstBuffer);
        return translation.TryWrite(target, null, Unsupported.Drop, shape, body, out _, out fault)
            ? new ProbeRequest(new OwnRequest(pin, target, new SplicedBody(body.WrittenMemory, default), stream, shape.Carrier), compiled)
            : Compose.Refused(fault);
    }

    private static CompiledContract? Compile(ProbePin pin, Probe probe) =>
        DialectCatalogue.Find(pin.Dialect) is { } dialect ? ContractCompiler.Compile(probe.Schema, dialect, new ContractAsk(pin.Model)) : null;
}
