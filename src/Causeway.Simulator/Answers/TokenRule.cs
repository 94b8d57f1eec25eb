using System.Text;
using System.Text.Json;

namespace Causeway.Simulator.Answers;

/// <summary>The simulator's own count, alike for every model: UTF-8 bytes divided by four, rounded up.</summary>
/// <remarks>
/// A prompt weighs the bytes of every string in its fields (messages, system text, tools), together and then divided once; roles, type
/// names and ids weigh nothing, numbers and member names neither, and each inline or linked medium costs 85 tokens flat.
/// </remarks>
internal static class TokenRule
{
    private const long MediumTokens = 85;

    private static readonly HashSet<string> s_weightless =
    [
        "role", "type", "id", "call_id", "tool_call_id", "tool_use_id", "toolUseId", "signature", "thoughtSignature", "encrypted_content", "redactedContent",
    ];

    public static long Of(string text) => Of(Encoding.UTF8.GetByteCount(text));

    public static long OfPrompt(params ReadOnlySpan<JsonElement?> fields)
    {
        long bytes = 0;
        long media = 0;
        foreach (JsonElement? field in fields)
        {
            if (field is { } value)
            {
                Weigh(value, ref bytes, ref media);
            }
        }

        return Of(bytes) + (media * MediumTokens);
    }

    /// <summary>The longest beginning that costs no more than <paramref name="tokens"/>, never half a character.</summary>
    public static string Truncate(string text, long tokens)
    {
        long room = Math.Max(0, tokens) * 4;
        int length = 0;
        foreach (Rune rune in text.EnumerateRunes())
        {
            room -= rune.Utf8SequenceLength;
            if (room < 0)
            {
                break;
            }

            length += rune.Utf16SequenceLength;
        }

        return text[..length];
    }

    private static long Of(long bytes) => (bytes + 3) / 4;

    private static void Weigh(JsonElement value, ref long bytes, ref long media)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                bytes += Encoding.UTF8.GetByteCount(value.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Weigh(item, ref bytes, ref media);
                }

                break;
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject())
                {
                    if (member.Name is "data" or "url" or "image_url" or "file_data" or "file_url" or "fileUri" or "bytes" && member.Value.ValueKind == JsonValueKind.String)
                    {
                        media++;
                    }
                    else if (!s_weightless.Contains(member.Name))
                    {
                        Weigh(member.Value, ref bytes, ref media);
                    }
                }

                break;
        }
    }
}
