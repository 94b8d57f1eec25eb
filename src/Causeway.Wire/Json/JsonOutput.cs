using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Wire.Json;

/// <summary>How this room writes JSON: compact, escaping what JSON requires and nothing more, so that messages stay legible.</summary>
internal static class JsonOutput
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static Utf8JsonWriter To(IBufferWriter<byte> output) => new(output, Options);
}
