using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Gateway.Conformance;

/// <summary>What Causeway asks for itself as a chat completion, to be translated for whoever is asked.</summary>
internal static class OwnPrompt
{
    /// <summary>The class of what Causeway makes up itself: nobody's data is in it.</summary>
    public static readonly int DataClass = Budgets.Grants.DataClasses.Rank("public")!.Value;

    private const int FirstBuffer = 1024;

    /// <summary>Writes one.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prompt">What it is asked.</param>
    /// <param name="maxOutputTokens">The longest answer.</param>
    /// <param name="rest">Writes further members; null: there are none.</param>
    public static byte[] Write(string model, string prompt, int maxOutputTokens, Action<Utf8JsonWriter>? rest = null)
    {
        var body = new ArrayBufferWriter<byte>(FirstBuffer);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("model", model);
            json.WriteStartArray("messages");
            json.WriteStartObject();
            json.WriteString("role", "user");
            json.WriteString("content", prompt);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteNumber("max_completion_tokens", maxOutputTokens);
            rest?.Invoke(json);
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
