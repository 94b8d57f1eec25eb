using System.Buffers;
using Causeway.Contracts.Compilation;
using Causeway.Gateway.Shape;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.OpenAI;
using Causeway.Wire.Requests;

namespace Causeway.Gateway.Flow;

/// <summary>
/// What one pin is sent. Same protocol and nothing to change: the caller's bytes with splices. Otherwise a fresh translation of what the
/// caller sent, never of a translation.
/// </summary>
internal static class Compose
{
    private const int FirstBuffer = 4096;

    /// <summary>Composes what a pin is sent.</summary>
    /// <param name="call">The request.</param>
    /// <param name="received">Its body.</param>
    /// <param name="plan">What has to be kept to.</param>
    /// <param name="pin">The pin.</param>
    /// <param name="corrections">Answers of this pin that broke the contract, with what it is told of them.</param>
    public static Verdict<Outgoing> Run(Call call, Received received, Plan plan, PinRoute pin, params IReadOnlyList<Correction> corrections)
    {
        Operation? operation = OperationAt(pin, call, received, plan);
        if (operation is not { } called)
        {
            return new GatewayError(
                ErrorKind.Malformed,
                "protocol_mismatch",
                $"\"{received.Model}\" is served by {pin.Provider.Name}, which speaks {ProtocolNames.Of(pin.Protocol)}; {Operations.RouteName(call.Operation)} has no equivalent there. Use a model of a provider that speaks {ProtocolNames.Of(call.Protocol)}.")
            { Param = "model" };
        }

        return plan.Contract is { } contract ? UnderContract(call, received, plan, contract, pin, called, corrections)
            : Passes(call, received, plan, pin, called) ? Outgoing.Spliced(pin, called, received, CapOf(plan, pin))
            : Translate(call, received, plan, pin, called);
    }

    /// <summary>Token counts of another protocol's model are estimated here: there is nobody to ask in the caller's terms.</summary>
    public static bool CountsHere(Call call, PinRoute pin) => call.Operation is Operation.MessagesCountTokens or Operation.GeminiCountTokens && pin.Protocol != call.Protocol;

    // What is called at a pin; null: the provider has nothing like it.
    private static Operation? OperationAt(PinRoute pin, Call call, Received received, Plan plan)
    {
        Operation asked = call.Operation;
        if (!Generates(asked))
        {
            return pin.Protocol == call.Protocol ? asked : null;
        }

        return pin.Protocol switch
        {
            Protocol.OpenAI => OpenAIEndpoint.For(pin.Model, pin.Provider.Server, HasTools(call, received), Effort(call, received, plan), asked),
            Protocol.Anthropic => Operation.Messages,
            Protocol.Gemini when asked is Operation.GenerateContent or Operation.StreamGenerateContent => asked,
            Protocol.Gemini => received.Stream ? Operation.StreamGenerateContent : Operation.GenerateContent,
            Protocol.Bedrock => received.Stream ? Operation.ConverseStream : Operation.Converse,
            _ => null,
        };
    }

    public static bool Generates(Operation operation) => operation
        is Operation.ChatCompletions or Operation.Responses or Operation.Messages or Operation.GenerateContent or Operation.StreamGenerateContent or Operation.Converse or Operation.ConverseStream;

    // Nothing may have another name there, be refused there, or belong to another vendor.
    private static bool Passes(Call call, Received received, Plan plan, PinRoute pin, Operation called) =>
        called == call.Operation
        && (!Generates(called)
            || (plan.Changes is null
                && !RequestTranslation.HoldsForeignState(received.Body.Memory.Span)
                && (called != Operation.ChatCompletions || OpenAIEndpoint.TakesAsIs(pin.Model, pin.Provider.Server, received.Body.Memory.Span))));

    // OpenAI's own fields are scanned in passing; of the other protocols they are known once the request is read.
    private static bool HasTools(Call call, Received received) =>
        call.Protocol == Protocol.OpenAI ? received.Scan.HasTools : received.TryTranslation(call.Operation, out RequestTranslation? read, out _) && read.HasTools;

    private static string? Effort(Call call, Received received, Plan plan) =>
        plan.Changes?.ReasoningEffort is { } set ? set :
        call.Protocol == Protocol.OpenAI ? received.Scan.ReasoningEffort
        : received.TryTranslation(call.Operation, out RequestTranslation? read, out _) ? read.ReasoningEffort : null;

    // Only where the grant sets one: a caller's own cap stays in its own bytes.
    private static long? CapOf(Plan plan, PinRoute pin) => plan.OutputCap is null ? null : plan.CapAt(pin);

    private static RequestChanges? ChangesAt(Plan plan, PinRoute pin) =>
        CapOf(plan, pin) is { } cap ? (plan.Changes ?? new RequestChanges()) with { MaxOutputTokens = cap } : plan.Changes;

    private static Verdict<Outgoing> Translate(Call call, Received received, Plan plan, PinRoute pin, Operation called)
    {
        if (!received.TryTranslation(call.Operation, out RequestTranslation? translation, out RequestFault fault))
        {
            return Refused(fault);
        }

        Target target = TargetOf(pin, called);
        ArrayBufferWriter<byte> body = new(FirstBuffer);
        return translation.TryWrite(target, ChangesAt(plan, pin), plan.Unsupported, shape: null, body, out IReadOnlyList<string> dropped, out fault, StrictForms.Of(translation, pin, plan.Schemas))
            ? Outgoing.Translated(pin, target, translation, body.WrittenSpan, dropped, contract: null)
            : Refused(fault);
    }

    // The schema as this pin takes it. Where the caller's own bytes say the same already, they pass.
    private static Verdict<Outgoing> UnderContract(
        Call call, Received received, Plan plan, BoundContract contract, PinRoute pin, Operation called, IReadOnlyList<Correction> corrections)
    {
        if (!received.TryTranslation(call.Operation, out RequestTranslation? translation, out RequestFault fault))
        {
            return Refused(fault);
        }

        CompiledContract compiled = contract.CompileFor(pin, translation, received.Stream);
        return corrections.Count == 0 && compiled.Impossible.IsEmpty && contract.IsStatedBy(compiled, called) && Passes(call, received, plan, pin, called)
            ? Outgoing.Verbatim(pin, TargetOf(pin, called), translation, received, compiled, CapOf(plan, pin))
            : UnderContract(translation, plan, contract, compiled, pin, called, corrections);
    }

    /// <summary>A translation with the contract as a pin takes it, whoever made the request.</summary>
    public static Verdict<Outgoing> UnderContract(
        RequestTranslation translation, Plan plan, BoundContract contract, CompiledContract compiled, PinRoute pin, Operation called, IReadOnlyList<Correction> corrections)
    {
        if (!compiled.Impossible.IsEmpty)
        {
            return Impossible(contract, pin, compiled);
        }

        Target target = TargetOf(pin, called);
        ArrayBufferWriter<byte> body = new(FirstBuffer);
        AnswerShape? shape = compiled.IsCallersTool && corrections.Count == 0 ? null : contract.ShapeOf(compiled, corrections);
        if (!translation.TryWrite(target, ChangesAt(plan, pin), plan.Unsupported, shape, body, out IReadOnlyList<string> dropped, out RequestFault fault, StrictForms.Of(translation, pin, plan.Schemas)))
        {
            return Refused(fault);
        }

        // The caller's tool travels as a format: what was thought in sight of it is bound to a request that has it.
        byte[]? without = null;
        return contract.Tool is null || compiled.Carrier == Carrier.ForcedTool || called != Operation.Messages || HiddenReasoning.TryRemove(called, body.WrittenMemory, ownAnswers: 0, answers: 0, out without)
            ? Outgoing.Translated(pin, target, translation, without ?? body.WrittenSpan, dropped, compiled)
            : Refused(new RequestFault("field_invalid", "The thinking of earlier answers cannot be read.", "messages", 0));
    }

    /// <summary>Whom a pin's call goes to, in the wire's words.</summary>
    public static Target TargetOf(PinRoute pin, Operation called) => new()
    {
        Provider = pin.Provider.Name,
        Operation = called,
        Model = pin.Model,
        Server = pin.Provider.Server,
        Platform = pin.Provider.Platform,
        MaxOutputTokens = pin.Route.Catalogued.GetValueOrDefault(pin.Model)?.MaxOutputTokens ?? pin.Route.Listed.GetValueOrDefault(pin.Model)?.MaxOutputTokens,
    };

    private static GatewayError Impossible(BoundContract contract, PinRoute pin, CompiledContract compiled)
    {
        Impossibility first = compiled.Impossible[0];
        string place = first.Path.Length == 0 ? "its root" : first.Path;
        return new GatewayError(
            ErrorKind.Malformed,
            "contract_impossible",
            $"{pin.ServedBy} cannot hold the contract ({contract.Label}): at {place}: {first.Why} {first.Fix} See \"causeway contract check --for {compiled.Dialect}\".")
        { Param = contract.Asked?.Path ?? Bind.Header };
    }

    public static GatewayError Refused(in RequestFault fault) => new(ErrorKind.Malformed, fault.Code, fault.Message) { Param = fault.Param };
}
