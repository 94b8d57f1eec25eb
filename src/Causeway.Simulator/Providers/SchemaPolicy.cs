using System.Text.Json;
using Causeway.Simulator.Shapes;

namespace Causeway.Simulator.Providers;

/// <summary>How a server that speaks OpenAI's protocols takes a schema for its answer and for the arguments of a tool.</summary>
internal sealed record SchemaPolicy
{
    /// <summary>What becomes of <c>json_schema</c>.</summary>
    public required Func<AskedFormat, Verdict> Format { get; init; }

    /// <summary>What becomes of <c>json_object</c>; taken where nothing is said.</summary>
    public Func<AskedFormat, Rejection?> JsonObject { get; init; } = _ => null;

    /// <summary>What becomes of a tool's parameters.</summary>
    public Func<AskedTool, Verdict> Tool { get; init; } = _ => default;

    /// <summary>A schema outside <c>json_schema</c>, where the server knows such a place.</summary>
    public Func<JsonElement, JsonElement?> Elsewhere { get; init; } = _ => null;

    /// <summary>How its models write what nothing holds them to.</summary>
    public Hand Hand { get; init; } = Hand.Plain;
}

/// <param name="Place">Where the format stands: <c>response_format</c> or <c>text.format</c>.</param>
/// <param name="Fields">The object that holds name, schema and strict.</param>
internal sealed record AskedFormat(Incoming Incoming, string Model, string Place, JsonElement? Fields, JsonElement? Schema)
{
    private static readonly string[] s_told = ["messages", "input", "instructions"];

    public bool IsStrict => Fields.Member("strict").IsTrue();

    public string Name => Fields.Member("name").Text() ?? "";

    public JsonElement Body => Incoming.Json;

    public bool HasTools => Body.Member("tools").Items().Any();

    /// <summary>Whether the word occurs in what the model is told.</summary>
    public bool SaysJson => s_told
        .Any(name => Body.Member(name)?.GetRawText().Contains("json", StringComparison.OrdinalIgnoreCase) is true);
}

/// <param name="Place">Where its schema stands: <c>tools[0].function.parameters</c>.</param>
/// <param name="Strict">As sent, null if not.</param>
/// <param name="IsForced">Whether the request leaves the model no choice but to call.</param>
internal sealed record AskedTool(Incoming Incoming, string Model, string Place, string Name, JsonElement Parameters, bool? Strict, bool IsForced);

/// <summary>A refusal, or the dialect that holds the model to the schema; neither where the model only reads it.</summary>
internal readonly record struct Verdict(Rejection? Refused, Dialect? Held)
{
    /// <summary>Where another schema than the sent one is enforced.</summary>
    public JsonElement? Instead { get; init; }

    public static implicit operator Verdict(Rejection refused) => new(refused, null);

    public static implicit operator Verdict(Dialect held) => new(null, held);
}
