using System.Buffers.Text;
using System.Text.Json;

namespace Causeway.Wire.Json;

/// <summary>Small answers about raw JSON that is not worth a parser, or that a tap has handed out.</summary>
internal static class JsonText
{
    /// <summary>The longest vendor word that is kept, in bytes as spelled on the wire.</summary>
    private const int MaxWordBytes = 512;

    /// <summary>
    /// Whether some member of that name has a value other than null, at any depth. Text cannot fool it, since quotes inside a string are
    /// escaped; a string that equals the name is told from a member by the colon.
    /// </summary>
    /// <param name="json">A document, or any part of one.</param>
    /// <param name="quotedName">The name with its quotes.</param>
    public static bool HasMember(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName)
    {
        while (Next(ref json, quotedName))
        {
            if (!json.IsEmpty && json[0] != 'n')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Bytes of all string values of members of that name, at any depth, as spelled on the wire (an escape counts as its spelling).</summary>
    public static int StringBytes(ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName)
    {
        int total = 0;
        while (Next(ref json, quotedName))
        {
            if (!json.IsEmpty && json[0] == '"')
            {
                JsonValueEnd end = default;
                end.Begin((byte)'"');
                int at = 1;
                total += end.TryEnd(json, ref at) ? at - 2 : at - 1;
                json = json[at..];
            }
        }

        return total;
    }

    /// <summary>Moves to the value of the next member of that name.</summary>
    private static bool Next(scoped ref ReadOnlySpan<byte> json, ReadOnlySpan<byte> quotedName)
    {
        while (true)
        {
            int found = json.IndexOf(quotedName);
            if (found < 0)
            {
                return false;
            }

            json = json[(found + quotedName.Length)..].TrimStart(" \t\r\n"u8);
            if (!json.IsEmpty && json[0] == ':')
            {
                json = json[1..].TrimStart(" \t\r\n"u8);
                return true;
            }
        }
    }

    /// <summary>A count as a provider reports it: a whole number written without sign, point or exponent, at most <paramref name="max"/>.</summary>
    public static bool TryCount(ReadOnlySpan<byte> raw, long max, out long count) =>
        Utf8Parser.TryParse(raw, out count, out int consumed) && consumed == raw.Length && count >= 0 && count <= max;

    /// <summary>The text of a string of up to 512 bytes without control characters; null for anything else.</summary>
    public static string? Word(ReadOnlySpan<byte> raw)
    {
        if (raw.Length is < 3 or > MaxWordBytes || raw[0] != '"')
        {
            return null;
        }

        Utf8JsonReader reader = new(raw);
        try
        {
            string? text = reader.Read() ? reader.GetString() : null;
            return text is null || text.AsSpan().ContainsAnyInRange('\0', '\u001f') ? null : text;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not JSON, or not text: a word that cannot be told is not known.
            return null;
        }
    }
}
