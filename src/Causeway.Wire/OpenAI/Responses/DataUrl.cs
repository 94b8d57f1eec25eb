using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary><c>data:image/png;base64,…</c>: a file in an address.</summary>
internal static class DataUrl
{
    private const int MaxMediaType = 128;

    /// <summary>Takes an address apart; false when it is another kind of address, or no base64.</summary>
    public static bool TryRead(JsonSlice url, out string mediaType, out JsonSlice data)
    {
        ReadOnlySpan<byte> text = url.Escaped;
        mediaType = "";
        data = default;
        int comma = text[..Math.Min(text.Length, MaxMediaType)].IndexOf((byte)',');
        if (!text.StartsWith("data:"u8) || comma < 0 || !text[..comma].EndsWith(";base64"u8))
        {
            return false;
        }

        // The slash of a media type may be spelled \/, and parameters (;charset=…) are not part of it.
        ReadOnlySpan<byte> type = text["data:".Length..(comma - ";base64".Length)];
        int parameters = type.IndexOf((byte)';');
        mediaType = Encoding.UTF8.GetString(parameters < 0 ? type : type[..parameters]).Replace("\\/", "/", StringComparison.Ordinal);
        data = JsonSlice.OfEscaped(text[(comma + 1)..]);
        return true;
    }

    /// <summary>Writes a member whose value is such an address.</summary>
    public static void Write(Utf8JsonWriter json, ReadOnlySpan<byte> name, string mediaType, JsonSlice data)
    {
        ReadOnlySpan<byte> base64 = data.Escaped;
        byte[] head = Encoding.UTF8.GetBytes("\"data:" + JsonEncodedText.Encode(mediaType) + ";base64,");
        int length = head.Length + base64.Length + 1;
        byte[] rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            head.CopyTo(rented, 0);
            base64.CopyTo(rented.AsSpan(head.Length));
            rented[length - 1] = (byte)'"';
            json.WritePropertyName(name);
            json.WriteRawValue(rented.AsSpan(0, length), skipInputValidation: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented, clearArray: true);
        }
    }
}
