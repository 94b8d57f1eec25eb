using System.Text.Json;

namespace Causeway.Wire.Requests;

/// <summary>Counts the images of messages: parts of type <c>image_url</c> (chat), <c>input_image</c> (responses) or <c>image</c> (Anthropic), and Gemini's parts of media.</summary>
internal static class ImageCount
{
    // {"type":"image","source":{"type":"url","url":""}}: nothing shorter is one.
    private const int LeastBytes = 32;

    /// <summary>More than so many may be there: otherwise nobody needs to count. Looks at bytes alone.</summary>
    public static bool MayExceed(ReadOnlySpan<byte> body, int images) =>
        body.Length / LeastBytes > images
        && (body.Count("image"u8) > images || body.Count("nline"u8) + body.Count("ile"u8) > images || body.IndexOf("\\u00"u8) >= 0); // Letters that are written as escapes hide a word.

    /// <summary>Reads a value to its end.</summary>
    public static int Of(ref Utf8JsonReader reader)
    {
        int count = 0;
        int depth = reader.CurrentDepth;
        bool isOpen = reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray;
        while (isOpen && reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.TokenType != JsonTokenType.PropertyName)
            {
                continue;
            }

            bool isType = reader.ValueTextEquals("type"u8);
            bool isMedia = !isType && IsMedia(ref reader);
            reader.Read();
            count += isMedia && reader.TokenType == JsonTokenType.StartObject ? 1 : 0;
            count += isType && reader.TokenType == JsonTokenType.String && IsImage(ref reader) ? 1 : 0;
        }

        return count;
    }

    private static bool IsMedia(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("inlineData"u8) || reader.ValueTextEquals("inline_data"u8) || reader.ValueTextEquals("fileData"u8) || reader.ValueTextEquals("file_data"u8);

    private static bool IsImage(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("image_url"u8) || reader.ValueTextEquals("input_image"u8) || reader.ValueTextEquals("image"u8);
}
