using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Simulator.Providers;

/// <summary>Writes JSON as the vendors do: compact, text as plain UTF-8.</summary>
internal static class JsonWriting
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="indented">For a model that writes its documents so; a vendor's own bodies are compact.</param>
    public static byte[] Bytes(Action<Utf8JsonWriter> write, bool indented = false)
    {
        ArrayBufferWriter<byte> buffer = new(1024);
        using (Utf8JsonWriter writer = new(buffer, Options with { Indented = indented, NewLine = "\n" }))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    public static void Member(this Utf8JsonWriter writer, string name, Action<Utf8JsonWriter> write)
    {
        writer.WritePropertyName(name);
        write(writer);
    }

    /// <summary>The member of the request as it came, or the vendor's default.</summary>
    public static void Echo(this Utf8JsonWriter writer, JsonElement body, string name, string defaultJson)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(body.Member(name)?.GetRawText() ?? defaultJson);
    }

    /// <summary>JSON text as it stands, valid or not: a script may want it broken.</summary>
    public static void Verbatim(this Utf8JsonWriter writer, string json) => writer.WriteRawValue(json, skipInputValidation: true);
}
