using System.Buffers.Text;
using System.Globalization;
using System.Net.Http.Headers;
using Causeway.Wire.Http1;

namespace Causeway.Gateway.Upstream.Http1;

/// <summary>Writes the head of a request. Refuses what could be read as another field: RFC 9110, 5.5.</summary>
internal static class RequestHead
{
    /// <summary>Writes request line and fields, with the empty line.</summary>
    /// <param name="buffer">Takes the head.</param>
    /// <param name="message">The request.</param>
    /// <param name="path">Its address's path and query.</param>
    /// <param name="origin">Whom it goes to.</param>
    /// <exception cref="HttpRequestException">A field has characters that none may have.</exception>
    public static void Write(SendBuffer buffer, HttpRequestMessage message, string path, Origin origin)
    {
        buffer.Ascii(message.Method.Method);
        buffer.Ascii(" ");
        buffer.Ascii(path);
        buffer.Bytes(" HTTP/1.1\r\n"u8);
        if (message.Headers.Host is null)
        {
            Host(buffer, origin);
        }

        Fields(buffer, message.Headers.NonValidated);
        if (message.Content is SplicedContent content)
        {
            Fields(buffer, content.Headers.NonValidated);
            Length(buffer, content.Body.Length);
        }
        else if (message.Method == HttpMethod.Post || message.Method == HttpMethod.Put || message.Method == HttpMethod.Patch)
        {
            Length(buffer, 0);
        }

        buffer.Bytes("\r\n"u8);
    }

    private static void Host(SendBuffer buffer, Origin origin)
    {
        bool isAddress6 = origin.Host.Contains(':', StringComparison.Ordinal);
        buffer.Ascii(isAddress6 ? "Host: [" : "Host: ");
        buffer.Ascii(origin.Host);
        buffer.Ascii(isAddress6 ? "]" : "");
        if (origin.Port != (origin.IsSecure ? 443 : 80))
        {
            buffer.Ascii(":");
            buffer.Ascii(origin.Port.ToString(CultureInfo.InvariantCulture));
        }

        buffer.Bytes("\r\n"u8);
    }

    private static void Fields(SendBuffer buffer, HttpHeadersNonValidated fields)
    {
        foreach (KeyValuePair<string, HeaderStringValues> field in fields)
        {
            if (field.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                continue; // Said once, by whoever sends the body.
            }

            foreach (string value in field.Value)
            {
                if (!FieldText.IsSendable(value))
                {
                    throw new HttpRequestException(HttpRequestError.Unknown, $"The value of {field.Key} has characters that no header may have.");
                }

                buffer.Ascii(field.Key);
                buffer.Bytes(": "u8);
                buffer.Ascii(value);
                buffer.Bytes("\r\n"u8);
            }
        }
    }

    private static void Length(SendBuffer buffer, long length)
    {
        buffer.Bytes("Content-Length: "u8);
        Span<byte> digits = stackalloc byte[20];
        _ = Utf8Formatter.TryFormat(length, digits, out int written);
        buffer.Bytes(digits[..written]);
        buffer.Bytes("\r\n"u8);
    }
}
