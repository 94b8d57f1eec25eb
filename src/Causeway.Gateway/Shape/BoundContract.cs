using System.Text.RegularExpressions;
using Causeway.Contracts.Compilation;
using Causeway.Contracts.Conformance;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Streams;
using Causeway.Contracts.Validation;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Wire;
using Causeway.Wire.Neutral;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Shape;

/// <summary>The contract of one request: whose schema, what is done about violations, and in what form the caller waits for its answer.</summary>
internal sealed partial record BoundContract
{
    /// <summary>A registered contract.</summary>
    /// <param name="served">The contract.</param>
    /// <param name="cache">Where its compiled forms are kept.</param>
    /// <param name="asked">What the request itself says; null: nothing.</param>
    public static BoundContract Of(ServedContract served, ContractCache cache, AskedAnswer? asked) => new()
    {
        Label = served.FullName,
        Schema = served.Contract.Schema,
        Validator = served.Validator,
        Policy = served.Contract.Policy,
        Cache = cache,
        Asked = asked,
    };

    /// <summary>For records: <c>NAME@VERSION</c>, or <c>inline</c>.</summary>
    public required string Label { get; init; }

    public required JsonSchema Schema { get; init; }

    public required Validator Validator { get; init; }

    public required ContractPolicy Policy { get; init; }

    public required ContractCache Cache { get; init; }

    /// <summary>What the request itself says; null: the contract came by a header or a release.</summary>
    public AskedAnswer? Asked { get; init; }

    /// <summary>The tool whose call the caller waits for; null: text.</summary>
    public string? Tool => Asked?.Tool;

    /// <summary>The name of the schema, or of the tool, as providers are told it.</summary>
    public string Name => Tool ?? Named(Asked?.Name ?? Label);

    /// <summary>The schema as one pin gets it. A tool that the caller forces stays that tool wherever it can be forced.</summary>
    public CompiledContract CompileFor(PinRoute pin, RequestTranslation request, bool stream) => Cache.Compile(
        Schema,
        DialectNames.ProfileOf(pin.Provider, pin.Model),
        new ContractAsk(
            pin.Model,
            HasTools: request.CountTools(Tool) > 0,
            stream,
            Thinking: request.ReasoningEffort is not null and not "none",
            AsTool: Tool is not null && request.IsForcedAt(Compose.TargetOf(pin, OperationOf(pin.Protocol))),
            IsStrict: Asked?.Strict == true,
            HasForcedTool: Tool is null && request.ForcesCall,
            IsOwn: Asked is { Tool: null } && request.Protocol == pin.Protocol));

    /// <summary>Whether measurements prove that a pin holds it.</summary>
    public Proof ProofOf(PinRoute pin, Received received, LatestConformance measured, DateTimeOffset now) =>
        received.TryTranslation(received.Scan.Operation, out RequestTranslation? request, out _)
            ? Eligibility.Of(CompileFor(pin, request, received.Stream).Reliance, pin.Provider.Name, pin.Model, measured, now)
            : new Proof(["the request cannot be read"]);

    /// <summary>What the wire is told.</summary>
    public AnswerShape ShapeOf(CompiledContract compiled, IReadOnlyList<Correction> corrections) => new()
    {
        Carrier = CarrierOf(compiled),
        Schema = compiled.Schema,
        Strict = compiled.Strict,
        Instruction = compiled.Instruction,
        Name = Name,
        Description = Asked?.Description,
        CallerTool = Tool,
        Corrections = corrections,
    };

    /// <summary>How an answer flows that the provider enforces.</summary>
    /// <param name="compiled">As the pin got it.</param>
    /// <param name="maxBytes">The bound of an answer.</param>
    /// <param name="before">What calls before this one used: they are part of the same answer.</param>
    public AnswerChannel ChannelOf(CompiledContract compiled, long maxBytes, in TokenUsage before) =>
        new(() => new ContractFlow(this, new ContractStream(Validator, compiled, (int)Math.Min(maxBytes, SchemaLimits.MaxDocumentBytes))), CarrierOf(compiled), Tool, Name) { Before = before };

    /// <summary>Whether the request's own bytes state the contract as a compiled one would: nothing has to be set.</summary>
    public bool IsStatedBy(CompiledContract compiled, Operation called) =>
        compiled.IsCallersTool
        || (Asked is { Tool: null } asked
        && compiled is { Carrier: Carrier.Format, Instruction: null, IsVerbatim: true }
        && (Operations.ProtocolOf(called) != Protocol.OpenAI || (asked.Strict ?? false) == compiled.Strict));

    public static ShapeCarrier CarrierOf(CompiledContract compiled) => compiled.Carrier switch
    {
        _ when compiled.IsCallersTool => ShapeCarrier.CallersTool,
        Carrier.Format => ShapeCarrier.Format,
        Carrier.ForcedTool => ShapeCarrier.ForcedTool,
        Carrier.JsonMode => ShapeCarrier.JsonMode,
        _ => ShapeCarrier.Prompt,
    };

    // Whether a tool can be forced is a question of the model and the server, whichever of its operations is called.
    private static Operation OperationOf(Protocol protocol) => protocol switch
    {
        Protocol.Anthropic => Operation.Messages,
        Protocol.Gemini => Operation.GenerateContent,
        Protocol.Bedrock => Operation.Converse,
        _ => Operation.ChatCompletions,
    };

    // What every vendor takes for a name.
    private static string Named(string name)
    {
        string plain = Unnameable().Replace(name, "_");
        return plain.Length > 64 ? plain[..64] : plain.Length == 0 ? "answer" : plain;
    }

    [GeneratedRegex("[^A-Za-z0-9_-]", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Unnameable();
}
