using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Causeway.Releases.Releases;

/// <summary>
/// The one text of a JSON value (RFC 8785): no white space, members sorted by UTF-16 code units, numbers as ECMAScript prints them, and only
/// the escapes that must be. Two values that mean the same have the same bytes, so a digest of them names the value.
/// </summary>
public static class CanonicalJson
{
    /// <summary>The canonical bytes of a value.</summary>
    /// <exception cref="FormatException">Two members of an object have the same name, text is not Unicode, or a number has no double.</exception>
    public static byte[] Of(JsonElement value)
    {
        var text = new StringBuilder();
        try
        {
            Write(value, text);
        }
        catch (InvalidOperationException failure)
        {
            // The reader's way to say that a text or a name has no UTF-8.
            throw new FormatException("Text holds half of a surrogate pair.", failure);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteObject(value, text);
                break;
            case JsonValueKind.Array:
                WriteArray(value, text);
                break;
            case JsonValueKind.String:
                WriteText(value.GetString()!, text);
                break;
            case JsonValueKind.Number:
                text.Append(NumberOf(value));
                break;
            default:
                text.Append(value.GetRawText()); // true, false, null
                break;
        }
    }

    private static void WriteObject(JsonElement value, StringBuilder text)
    {
        List<JsonProperty> members = [.. value.EnumerateObject()];
        members.Sort((left, right) => string.CompareOrdinal(left.Name, right.Name));
        text.Append('{');
        for (int i = 0; i < members.Count; i++)
        {
            if (i > 0)
            {
                if (members[i].Name == members[i - 1].Name)
                {
                    throw new FormatException($"The member \"{members[i].Name}\" comes twice.");
                }

                text.Append(',');
            }

            WriteText(members[i].Name, text);
            text.Append(':');
            Write(members[i].Value, text);
        }

        text.Append('}');
    }

    private static void WriteArray(JsonElement value, StringBuilder text)
    {
        text.Append('[');
        bool first = true;
        foreach (JsonElement item in value.EnumerateArray())
        {
            if (!first)
            {
                text.Append(',');
            }

            first = false;
            Write(item, text);
        }

        text.Append(']');
    }

    private static void WriteText(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (char c in value)
        {
            switch (c)
            {
                case '"' or '\\':
                    text.Append('\\').Append(c);
                    break;
                case '\b':
                    text.Append("\\b");
                    break;
                case '\t':
                    text.Append("\\t");
                    break;
                case '\n':
                    text.Append("\\n");
                    break;
                case '\f':
                    text.Append("\\f");
                    break;
                case '\r':
                    text.Append("\\r");
                    break;
                case < ' ':
                    text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    break;
                default:
                    text.Append(c);
                    break;
            }
        }

        text.Append('"');
    }

    private static string NumberOf(JsonElement value) => value.TryGetDouble(out double number) && double.IsFinite(number)
        ? EcmaNumber.Format(number)
        : throw new FormatException($"{value.GetRawText()} is too large for a number of JSON.");
}
