namespace Causeway.Wire.Neutral;

/// <summary>The shape that a request asks of its answer, in whatever way its protocol has: a format, or a tool that must be called.</summary>
public sealed record AskedAnswer
{
    /// <summary>JSON Schema, an object or a boolean. Gemini's OpenAPI subset is translated.</summary>
    public required ReadOnlyMemory<byte> Schema { get; init; }

    /// <summary>Where it stands, in the caller's words.</summary>
    public required string Path { get; init; }

    /// <summary>The tool that must be called, whose arguments are the answer; null: the answer is text.</summary>
    public string? Tool { get; init; }

    /// <summary>The schema's name; null: it has none.</summary>
    public string? Name { get; init; }

    /// <summary>What the answer is for; null: not said.</summary>
    public string? Description { get; init; }

    /// <summary>The caller's own word on whether the provider must hold the schema; null: none.</summary>
    public bool? Strict { get; init; }

    internal static AskedAnswer? Of(NeutralRequest request)
    {
        // A format beside the tool is that of an answer which is text; the tool is one of the caller's, with a choice that goes as it is.
        if (request.Format is { Kind: OutputKind.JsonSchema, Schema.IsAbsent: false } asked)
        {
            return new AskedAnswer
            {
                Schema = asked.Schema.Raw,
                Path = request.Uses.Find(use => use.Concept == Concept.JsonSchema).Path ?? "format",
                Name = asked.Name.Text(),
                Description = asked.Description.Text(),
                Strict = asked.Strict,
            };
        }

        return ForcedTool(request) is { Schema.IsAbsent: false } tool
            ? new AskedAnswer
            {
                Schema = tool.SchemaIsOpenApi ? OpenApiSchema.ToJsonSchema(tool.Schema).Raw : tool.Schema.Raw,
                Path = "tool_choice",
                Tool = tool.Name.Text(),
                Description = tool.Description.Text(),
                Strict = tool.Strict,
            }
            : null;
    }

    // "Some tool" is one tool where there is one.
    private static ToolDefinition? ForcedTool(NeutralRequest request) => request.ToolChoice switch
    {
        { Mode: ToolChoiceMode.Named, Name: var name } => request.Tools.Find(tool => tool.Kind == ToolKind.Function && tool.Name.Text() == name.Text()),
        { Mode: ToolChoiceMode.Required, Allowed: null or { Count: 1 } } => request.Tools is [{ Kind: ToolKind.Function } only] ? only : null,
        _ => null,
    };
}
