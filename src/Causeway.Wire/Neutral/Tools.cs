namespace Causeway.Wire.Neutral;

internal enum ToolKind : byte
{
    /// <summary>A function whose arguments a schema describes.</summary>
    Function,

    /// <summary>Free text in, by a grammar or none (OpenAI).</summary>
    Custom,

    /// <summary>Run by the provider (search, code, computer, MCP): known to its own protocol only.</summary>
    Hosted,
}

/// <summary>A tool that the model may call.</summary>
internal sealed class ToolDefinition(ToolKind kind)
{
    public ToolKind Kind { get; } = kind;

    /// <summary>A string; absent for hosted tools.</summary>
    public JsonSlice Name { get; init; }

    /// <summary>A string.</summary>
    public JsonSlice Description { get; init; }

    /// <summary>JSON Schema, an object; absent: no arguments.</summary>
    public JsonSlice Schema { get; init; }

    /// <summary>Gemini's OpenAPI subset (upper-case types) in place of JSON Schema.</summary>
    public bool SchemaIsOpenApi { get; init; }

    /// <summary>Whether arguments must follow the schema; null: not said, which means different things to different protocols.</summary>
    public bool? Strict { get; init; }

    /// <summary>Custom tools: the format. Hosted tools: the whole entry.</summary>
    public JsonSlice Raw { get; init; }

    public CacheMark? Cache { get; set; }

    /// <summary>Members that only the origin knows.</summary>
    public Extras? Extras { get; set; }

    /// <summary>The same function with another schema.</summary>
    public ToolDefinition With(JsonSlice schema, bool isStrict) =>
        new(Kind) { Name = Name, Description = Description, Schema = schema, Strict = isStrict, Raw = Raw, Cache = Cache, Extras = Extras };
}

internal enum ToolChoiceMode : byte
{
    Auto,
    None,

    /// <summary>Some tool must be called.</summary>
    Required,

    /// <summary>The one tool named must be called.</summary>
    Named,
}

/// <summary>Whether and what the model must call.</summary>
/// <param name="Mode">How free the model is.</param>
/// <param name="Name">The tool of <see cref="ToolChoiceMode.Named"/>, a string.</param>
/// <param name="Allowed">The only tools that may be called, strings; null: all that are defined.</param>
internal sealed record ToolChoice(ToolChoiceMode Mode, JsonSlice Name = default, IReadOnlyList<JsonSlice>? Allowed = null);
