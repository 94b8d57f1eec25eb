using System.Runtime.InteropServices;
using System.Text.Json;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Parts of an answer that no other protocol has a block for, as Markdown: code that the provider ran, and media that it made.</summary>
internal static class SpokenParts
{
    /// <summary>The pieces of text, as spelled inside a JSON string; none for a part that says nothing.</summary>
    public static IReadOnlyList<byte[]> Of(JsonElement part)
    {
        if (Member(part, "executableCode", "code") is { } code)
        {
            return [@"\n```python\n"u8.ToArray(), code, @"\n```\n"u8.ToArray()];
        }

        if (Member(part, "codeExecutionResult", "output") is { } output)
        {
            return [@"\n```\n"u8.ToArray(), output, @"\n```\n"u8.ToArray()];
        }

        if (Member(part, "inlineData", "data") is { } data)
        {
            byte[] type = Member(part, "inlineData", "mimeType") ?? "application/octet-stream"u8.ToArray();
            byte[] opening = type.AsSpan().StartsWith("image/"u8) ? "![image](data:"u8.ToArray() : "[file](data:"u8.ToArray();
            return [opening, type, ";base64,"u8.ToArray(), data, ")"u8.ToArray()];
        }

        return Member(part, "fileData", "fileUri") is { } address ? ["[file]("u8.ToArray(), address, ")"u8.ToArray()] : [];
    }

    private static byte[]? Member(JsonElement part, string kind, string member) =>
        part.TryGetProperty(kind, out JsonElement value) && value.ValueKind == JsonValueKind.Object
        && value.TryGetProperty(member, out JsonElement text) && text.ValueKind == JsonValueKind.String
            ? JsonMarshal.GetRawUtf8Value(text)[1..^1].ToArray()
            : null;
}
