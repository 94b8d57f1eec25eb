using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Causeway.Gateway.Alerts;

/// <summary>What a webhook is posted of an event that has nothing but words to say.</summary>
internal static class EventBody
{
    /// <param name="what">Its name, as <c>readiness.changed</c>.</param>
    /// <param name="text">In a sentence, for people.</param>
    /// <param name="subject">What it is about.</param>
    /// <param name="at">When, UTC.</param>
    /// <param name="members">What else it has to say, by name; those without a value are left out.</param>
    public static byte[] Write(string what, string text, (string Name, string Value) subject, DateTimeOffset at, params ReadOnlySpan<(string Name, string? Value)> members)
    {
        var body = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("event", what);
            json.WriteString("text", text);
            json.WriteString(subject.Name, subject.Value);
            foreach ((string name, string? value) in members)
            {
                if (value is not null)
                {
                    json.WriteString(name, value);
                }
            }

            json.WriteString("at", at);
            json.WriteEndObject();
        }

        return body.WrittenSpan.ToArray();
    }
}
