using System.Text;

namespace Causeway.Wire.Requests;

/// <summary>Finds the model that a form names (<c>multipart/form-data</c>, RFC 7578): images to edit and sound to transcribe come that way.</summary>
/// <remarks>Names of headers and parameters have no case. A name that servers read in different ways (RFC 5987's <c>name*</c>, a quoted pair, a folded line, one that stands twice) makes the form one that cannot be read.</remarks>
public static class MultipartModel
{
    private const int MaxBoundary = 70; // RFC 2046, 5.1.1
    private const StringComparison NoCase = StringComparison.OrdinalIgnoreCase;

    /// <summary>Looks for the part whose name is <c>model</c>.</summary>
    /// <param name="boundary">The boundary, as the content type says it, without quotes.</param>
    /// <param name="body">The whole form.</param>
    /// <param name="model">Its value; null: the form has no such part.</param>
    /// <param name="range">Where the value stands.</param>
    /// <returns>False when the form cannot be read, or names the model twice: two readers could then see two models.</returns>
    public static bool TryFind(string boundary, ReadOnlySpan<byte> body, out string? model, out ByteRange range)
    {
        model = null;
        range = default;
        if (boundary.Length is 0 or > MaxBoundary || !Ascii.IsValid(boundary))
        {
            return false;
        }

        Span<byte> delimiter = stackalloc byte[MaxBoundary + 4];
        delimiter = delimiter[..Encoding.ASCII.GetBytes("\r\n--" + boundary, delimiter)];
        int at = body.StartsWith(delimiter[2..]) ? delimiter.Length - 2 : -1;
        while (at >= 0 && !body[at..].StartsWith("--"u8))
        {
            int headers = body[at..].IndexOf("\r\n\r\n"u8);
            int content = at + headers + 4;
            int end = headers < 0 ? -1 : body[content..].IndexOf(delimiter);
            if (end < 0 || !TryNameOf(body.Slice(at, headers), out string? name))
            {
                return false;
            }

            if (name is not null && name.Equals("model", NoCase))
            {
                if (model is not null || name != "model" || end > RequestScanner.MaxModelBytes || !System.Text.Unicode.Utf8.IsValid(body.Slice(content, end)))
                {
                    return false;
                }

                model = Encoding.UTF8.GetString(body.Slice(content, end));
                range = new ByteRange(content, end);
            }

            at = content + end + delimiter.Length;
        }

        return at >= 0;
    }

    // The name of a part; null: it has none, and no server takes it for a field.
    private static bool TryNameOf(ReadOnlySpan<byte> headers, out string? name)
    {
        name = null;
        foreach (string line in Encoding.Latin1.GetString(headers).Split("\r\n"))
        {
            if (line.Length > 0 && line[0] is ' ' or '\t')
            {
                return false;
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0 && line.AsSpan(0, colon).Trim().Equals("content-disposition", NoCase) && (name is not null || !TryNameOf(line[(colon + 1)..], out name)))
            {
                return false;
            }
        }

        return true;
    }

    // form-data; name="x"; filename="y": parameters in any order, each a token or a quoted text.
    private static bool TryNameOf(string disposition, out string? name)
    {
        name = null;
        int at = disposition.IndexOf(';', StringComparison.Ordinal);
        while (at >= 0 && at < disposition.Length)
        {
            int equals = disposition.IndexOf('=', at);
            if (equals < 0)
            {
                return disposition.AsSpan(at).Trim("; \t").IsEmpty;
            }

            string parameter = disposition[(at + 1)..equals].Trim();
            int start = equals + 1;
            while (start < disposition.Length && disposition[start] is ' ' or '\t')
            {
                start++;
            }

            bool isQuoted = start < disposition.Length && disposition[start] == '"';
            int end = isQuoted ? EndOfQuoted(disposition, start) : disposition.IndexOf(';', start) is >= 0 and int next ? next : disposition.Length;
            if (end < 0)
            {
                return false;
            }

            string value = isQuoted ? disposition[(start + 1)..(end - 1)] : disposition[start..end].Trim();
            bool isName = parameter.TrimEnd('*').Trim().Equals("name", NoCase);
            if (isName && (name is not null || parameter.EndsWith('*') || value.Contains('\\', StringComparison.Ordinal)))
            {
                return false;
            }

            name = isName ? value : name;
            at = end < disposition.Length ? disposition.IndexOf(';', end) : -1;
        }

        return true;
    }

    // Behind the closing quote; -1: there is none.
    private static int EndOfQuoted(string text, int start)
    {
        for (int i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '"')
            {
                return i + 1;
            }
        }

        return -1;
    }
}
