using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Causeway.Shadow.Detect;

namespace Causeway.Gateway.Flow;

/// <summary>The texts of a body. A number of JSON is none of a card, and a name of a member is the protocol's: texts alone are looked at, once their escapes are undone.</summary>
internal static class OutgoingTexts
{
    private const int MaxDepth = 256;

    // Nothing that is sought is shorter.
    private const int ShortestText = 6;
    private static readonly JsonReaderOptions s_reading = new() { MaxDepth = MaxDepth, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Counts what is found.</summary>
    /// <param name="body">JSON; or anything else, which is then looked at as it is.</param>
    /// <param name="detector">What to look for.</param>
    /// <param name="isJson">Which of the two it is.</param>
    public static SortedDictionary<DetectedKind, int> Count(ReadOnlySpan<byte> body, Detector detector, out bool isJson)
    {
        SortedDictionary<DetectedKind, int> found = [];
        try
        {
            var reader = new Utf8JsonReader(body, s_reading);
            while (reader.Read())
            {
                if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length >= ShortestText)
                {
                    Count(reader, detector, found);
                }
            }

            isJson = true;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            found.Clear();
            isJson = false;
            Add(Encoding.Latin1.GetString(body), detector, found);
        }

        return found;
    }

    /// <summary>Puts placeholders into the texts of a body of JSON; everything else stays byte for byte.</summary>
    public static byte[] Redact(ReadOnlySpan<byte> body, Detector detector, Redaction redaction)
    {
        var clean = new ArrayBufferWriter<byte>(body.Length);
        var reader = new Utf8JsonReader(body, s_reading);
        int at = 0;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length < ShortestText)
            {
                continue;
            }

            string text = reader.GetString()!;
            IReadOnlyList<Detection> found = detector.Find(text);
            if (found.Count > 0)
            {
                clean.Write(body[at..(int)reader.TokenStartIndex]);
                at = (int)reader.BytesConsumed;
                clean.Write("\""u8);
                clean.Write(JsonEncodedText.Encode(redaction.Apply(text, found), JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
                clean.Write("\""u8);
            }
        }

        clean.Write(body[at..]);
        return clean.WrittenSpan.ToArray();
    }

    private static void Count(in Utf8JsonReader reader, Detector detector, SortedDictionary<DetectedKind, int> found)
    {
        // One character for each byte will do: all that is sought is ASCII. An escape would hide what follows it.
        char[] rented = ArrayPool<char>.Shared.Rent(reader.ValueSpan.Length);
        int length = reader.ValueIsEscaped ? reader.CopyString(rented) : Encoding.Latin1.GetChars(reader.ValueSpan, rented);
        Add(rented.AsSpan(0, length), detector, found);
        ArrayPool<char>.Shared.Return(rented, clearArray: true);
    }

    private static void Add(ReadOnlySpan<char> text, Detector detector, SortedDictionary<DetectedKind, int> found)
    {
        foreach (Detection one in detector.Find(text))
        {
            found[one.Kind] = found.GetValueOrDefault(one.Kind) + 1;
        }
    }
}
