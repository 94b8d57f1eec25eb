using System.Text;

namespace Causeway.Wire.Requests;

/// <summary>Finds the model that a form names (<c>multipart/form-data</c>, RFC 7578): images to edit and sound to transcribe come that way.</summary>
public static class MultipartModel
{
    private const int MaxBoundary = 70; // RFC 2046, 5.1.1

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
            if (end < 0)
            {
                return false;
            }

            if (IsModel(body.Slice(at, headers)))
            {
                if (model is not null || end > RequestScanner.MaxModelBytes || !System.Text.Unicode.Utf8.IsValid(body.Slice(content, end)))
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

    private static bool IsModel(ReadOnlySpan<byte> headers)
    {
        int name = headers.IndexOf("name=\"model\""u8);
        return name > 0 && headers[name - 1] is (byte)' ' or (byte)';' || headers.EndsWith("name=model"u8);
    }
}
