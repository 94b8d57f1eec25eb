using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Causeway.Gateway.Runaway;

/// <summary>
/// A tool call's arguments as they mean: whether a protocol has them as an object or as a string, with blanks or without, and in whichever
/// order their members stand. What is no JSON, or larger than <see cref="MaxBytes"/>, is taken as it is spelled.
/// </summary>
internal static class ArgumentsText
{
    private const int MaxBytes = 64 * 1024;

    public static void Append(IncrementalHash hash, ReadOnlyMemory<byte> arguments, FingerprintAllowance allowance)
    {
        if (arguments.Length > MaxBytes || !allowance.TryTake(arguments.Length))
        {
            allowance.Append(hash, arguments.Span);
            return;
        }

        try
        {
            ReadOnlyMemory<byte> json = arguments.Span is [(byte)'"', ..] ? Encoding.UTF8.GetBytes(Unquote(arguments.Span)) : arguments;
            using JsonDocument document = JsonDocument.Parse(IsBlank(json.Span) ? "{}"u8.ToArray() : json);
            Append(hash, document.RootElement);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            hash.AppendData(arguments.Span); // Models err, and a string may spell half a surrogate pair.
        }
    }

    private static string Unquote(ReadOnlySpan<byte> quoted)
    {
        Utf8JsonReader reader = new(quoted);
        reader.Read();
        return reader.GetString()!;
    }

    private static bool IsBlank(ReadOnlySpan<byte> text) => text.Trim(" \t\r\n"u8).IsEmpty;

    private static void Append(IncrementalHash hash, JsonElement value)
    {
        hash.AppendData([(byte)value.ValueKind]);
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (JsonProperty member in value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal))
                {
                    Append(hash, member.Name);
                    Append(hash, member.Value);
                }

                break;
            case JsonValueKind.Array:
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Append(hash, item);
                }

                break;
            case JsonValueKind.String:
                Append(hash, value.GetString()!);
                return;
            case JsonValueKind.Number:
                hash.AppendData(JsonMarshal.GetRawUtf8Value(value));
                break;
        }

        hash.AppendData([0xFF]); // Ends what has several members, and a number.
    }

    private static void Append(IncrementalHash hash, string text)
    {
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        hash.AppendData(length);
        hash.AppendData(utf8);
    }
}
