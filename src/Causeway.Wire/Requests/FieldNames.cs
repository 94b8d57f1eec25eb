using System.Text;
using System.Text.Json;

namespace Causeway.Wire.Requests;

/// <summary>Finds the field that a member's name stands for, however it is spelled.</summary>
internal static class FieldNames
{
    // \u0061 is the longest spelling of a byte. No name that is acted upon comes near the bound.
    private const int LongestEscape = 6;
    private const int MaxNameBytes = 64;

    /// <summary>Looks a name up that the reader stands on. Throws what the reader throws where the name is not text.</summary>
    /// <param name="reader">Stands on the name.</param>
    /// <param name="fields">The fields that matter there.</param>
    /// <param name="twin">The field whose name differs by upper and lower case alone; null: there is none.</param>
    /// <returns>Its place among the fields; -1: it is none of them.</returns>
    public static int Find(ref Utf8JsonReader reader, RequestField[] fields, out RequestField? twin) =>
        reader.ValueIsEscaped ? FindEscaped(ref reader, fields, out twin) : Find(reader.ValueSpan, fields, out twin);

    private static int FindEscaped(ref Utf8JsonReader reader, RequestField[] fields, out RequestField? twin)
    {
        twin = null;
        Span<byte> name = stackalloc byte[MaxNameBytes * LongestEscape];
        return reader.ValueSpan.Length > name.Length ? -1 : Find(name[..reader.CopyString(name)], fields, out twin);
    }

    private static int Find(ReadOnlySpan<byte> name, RequestField[] fields, out RequestField? twin)
    {
        twin = null;
        for (int i = 0; i < fields.Length; i++)
        {
            foreach (byte[] spelling in fields[i].Names)
            {
                if (name.SequenceEqual(spelling))
                {
                    twin = null;
                    return i;
                }

                twin ??= Ascii.EqualsIgnoreCase(name, spelling) ? fields[i] : null;
            }
        }

        return -1;
    }
}
