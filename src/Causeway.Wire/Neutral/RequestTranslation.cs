using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Causeway.Wire.Json;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Neutral;

/// <summary>A request read once, to be written for as many targets as are tried: each gets a fresh translation of what the caller sent.</summary>
public sealed class RequestTranslation
{
    private readonly NeutralRequest _request;
    private readonly ReadOnlyMemory<byte> _body;
    private AskedAnswer? _asked;

    private RequestTranslation(NeutralRequest request, ReadOnlyMemory<byte> body) => (_request, _body) = (request, body);

    internal NeutralRequest Request => _request;

    /// <summary>The request defines tools.</summary>
    public bool HasTools => _request.Tools.Count > 0;

    /// <summary>All that goes into the prompt is text of the body, and all that is generated but reasoning comes back: no pictures, no state, no tools of the provider.</summary>
    public bool IsInPlainSight => _request.Uses.TrueForAll(static use => Concepts.IsInPlainSight(use.Concept));

    /// <summary>How many tools the request defines.</summary>
    /// <param name="but">One that does not count; null: all count.</param>
    public int CountTools(string? but) => but is null ? _request.Tools.Count : _request.Tools.Count(tool => tool.Name.Text() != but);

    /// <summary>The reasoning effort asked for, in words or as a budget; null: none was.</summary>
    public string? ReasoningEffort => _request.Reasoning switch
    {
        { Effort: { } effort } => Efforts.Word(effort),
        { BudgetTokens: { } tokens } => Efforts.Word(Efforts.OfBudget(tokens)),
        _ => null,
    };

    /// <summary>Responses: the answer is to be fetched later.</summary>
    public bool RunsInBackground => _request.Fields.Exists(kept => kept.Path == "background" && kept.Value.Raw.Span.SequenceEqual("true"u8));

    /// <summary>The shape that the request asks of its answer; null: none.</summary>
    public AskedAnswer? AskedAnswer => _asked ??= AskedAnswer.Of(_request);

    /// <summary>The functions whose arguments must follow their schemas, in their order.</summary>
    public IReadOnlyList<StrictTool> StrictTools => _request.Tools.Count == 0 ? [] : ToolForms.Of(_request);

    /// <summary>In whose words it came.</summary>
    public Protocol Protocol => Operations.ProtocolOf(_request.Origin);

    /// <summary>Some tool must be called.</summary>
    public bool ForcesCall => _request.ToolChoice?.Mode is ToolChoiceMode.Required or ToolChoiceMode.Named;

    /// <summary>Whether a target can be told to make the call that this request forces, in its own words.</summary>
    public bool IsForcedAt(Target target) => WireFormat.CodecOf(target.Operation)!.Forces(_request, target);

    /// <summary>The answer is to be JSON, of a schema or of any shape.</summary>
    public bool AsksForJson => _request.Format is { Kind: OutputKind.JsonSchema or OutputKind.JsonObject };

    /// <summary>What the request says, from its latest piece to its first.</summary>
    public IEnumerable<SaidPiece> LatestFirst => SaidPiece.LatestFirst(_request);

    /// <summary>What makes the same words another request: the conversation that a provider keeps, the seed, the temperature. JSON, in a fixed order.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Circumstances =>
        [.. _request.Fields.Where(kept => kept.Concept == Concept.ProviderState).Select(kept => kept.Value.Raw), _request.Seed.Raw, _request.Temperature.Raw];

    /// <summary>Whether the body holds reasoning state of another vendor, so that it must not pass byte for byte.</summary>
    public static bool HoldsForeignState(ReadOnlySpan<byte> body) => ReasoningSeal.MayHoldEnvelope(body);

    /// <summary>Reads a body that the scanner has accepted.</summary>
    /// <param name="operation">What it was sent to.</param>
    /// <param name="body">Must stay as it is while the translation is used.</param>
    /// <param name="stream">The operation or the body asks for a stream.</param>
    /// <param name="translation">The request.</param>
    /// <param name="fault">Why it makes no sense in its own protocol, when it does not.</param>
    public static bool TryRead(
        Operation operation, ReadOnlyMemory<byte> body, bool stream, [NotNullWhen(true)] out RequestTranslation? translation, out RequestFault fault)
    {
        NeutralRequest request = new() { Origin = operation, Stream = stream };
        translation = null;
        try
        {
            using JsonBody json = new(body);
            WireFormat.CodecOf(operation)!.Read(json, request);
        }
        catch (RequestException exception)
        {
            fault = new RequestFault("field_invalid", exception.Message, exception.Param, 0);
            return false;
        }
        catch (KeyNotFoundException)
        {
            fault = new RequestFault("field_invalid", "A field that this protocol requires is missing: a kind of its own (\"type\"), a name, or what an object of that kind holds.", Param: null, 0);
            return false;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException)
        {
            // A member of another type than its protocol has: the element's getters say so this way.
            fault = new RequestFault("field_invalid", "A field of the request has a type that this protocol does not have there.", Param: null, 0);
            return false;
        }

        request.Stream = stream;
        translation = new RequestTranslation(request, body);
        fault = default;
        return true;
    }

    /// <summary>Writes the request for a target.</summary>
    /// <param name="target">Whom for.</param>
    /// <param name="changes">What the release adds; null: nothing.</param>
    /// <param name="unsupported">What to do where something that matters cannot be carried.</param>
    /// <param name="shape">What the target is told of the shape of its answer, in place of what the caller asked for; null: nothing else.</param>
    /// <param name="output">Where to; nothing is written when the answer is false.</param>
    /// <param name="dropped">Fields left out, in the caller's words.</param>
    /// <param name="forms">How the target takes each of <see cref="StrictTools"/>; null: as they came.</param>
    /// <param name="fault">Code <c>cannot_translate</c>, with the field and the provider; <c>field_duplicated</c> where it says a thing twice; <c>field_invalid</c> where the shape cannot be set.</param>
    public bool TryWrite(
        Target target,
        RequestChanges? changes,
        Unsupported unsupported,
        AnswerShape? shape,
        IBufferWriter<byte> output,
        out IReadOnlyList<string> dropped,
        out RequestFault fault,
        IReadOnlyList<ToolForm>? forms = null)
    {
        // To its own vendor it says what it says. In other words it would say what one reader of several makes of it.
        if (!Operations.HaveOneBody(target.Operation, _request.Origin) && ShapedBody.HasDuplicates(_body))
        {
            dropped = [];
            fault = new RequestFault("field_duplicated", $"An object of the request has two members of one name. Servers disagree about which of them counts, so it is not translated for {target.Provider}: write each once.", Param: null, 0);
            return false;
        }

        Codec codec = WireFormat.CodecOf(target.Operation)!;
        List<string> left = [];
        NeutralRequest request = changes is null ? _request : changes.Apply(_request);
        if (request is { ToolChoice.Mode: ToolChoiceMode.Required or ToolChoiceMode.Named, Tools.Count: 0 } && !request.Fields.Exists(kept => kept.Concept == Concept.HostedTool))
        {
            dropped = [];
            fault = new RequestFault("field_invalid", "A tool must be called, and the request offers none: send \"tools\", or leave the choice of one out.", "tool_choice", 0);
            return false;
        }

        request = forms is null ? request : ToolForms.Apply(request, forms, left);
        request = shape is null ? request : request.WithoutShape(shape, target);
        if (TranslationPlan.Of(request, codec, target, unsupported, out (Use Use, string? Why) denied) is not { } plan)
        {
            dropped = [];
            fault = new RequestFault("cannot_translate", Refusal(denied.Use, denied.Why, target, request.SetByRelease.Contains(denied.Use.Concept)), denied.Use.Path, 0);
            return false;
        }

        left.ForEach(plan.Say);
        ArrayBufferWriter<byte>? unshaped = shape is null ? null : new ArrayBufferWriter<byte>();
        using (Utf8JsonWriter json = JsonOutput.To(unshaped ?? output))
        {
            codec.Write(request, plan, json);
        }

        if (shape is not null && !ShapedBody.TryWrite(unshaped!.WrittenMemory, codec, shape, target, output, out fault))
        {
            dropped = [];
            return false;
        }

        dropped = plan.Dropped;
        fault = default;
        return true;
    }

    // What a release sets, no caller can leave out: the operator is told what to do instead.
    private static string Refusal(in Use use, string? why, Target target, bool setByRelease) =>
        $"\"{use.Path}\"{(setByRelease ? ", which the channel's release sets," : "")} would change the answer and cannot be carried to {target.Provider} ({target.Model}){(why is null ? "." : $": {why}.")} "
        + (setByRelease
            ? "The operator points the channel at a release without it or with a model that takes it, or sets \"unsupported: drop\" on the channel."
            : "Leave it out, choose a model that takes it, or set \"unsupported: drop\" on the channel.");
}
