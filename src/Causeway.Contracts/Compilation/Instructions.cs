using System.Text;

namespace Causeway.Contracts.Compilation;

/// <summary>What a model is told of the schema where the provider does not show it.</summary>
internal static class Instructions
{
    /// <summary>Names JSON, which several JSON modes demand of the prompt, and holds the schema's text.</summary>
    public static string Of(ReadOnlySpan<byte> schema) =>
        $"Answer with one JSON document and nothing else: no Markdown, no explanation. It follows this JSON Schema:\n{Encoding.UTF8.GetString(schema)}";
}
