using System.Text.Json;

namespace Causeway.Simulator.Providers.Gemini;

internal static class Models
{
    public static byte[] List() => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteStartArray("models");
        foreach (ListedModel model in ModelList.Gemini)
        {
            Write(w, model);
        }

        w.WriteEndArray();
        w.WriteEndObject();
    });

    public static byte[] One(string id) => JsonWriting.Bytes(w => Write(w, ModelList.Find(ModelList.Gemini, id)));

    private static void Write(Utf8JsonWriter w, ListedModel model)
    {
        w.WriteStartObject();
        w.WriteString("name", "models/" + model.Id);
        w.WriteString("version", "001");
        w.WriteString("displayName", model.Title);
        w.WriteString("description", model.Title);
        w.WriteNumber("inputTokenLimit", model.InputLimit);
        w.WriteNumber("outputTokenLimit", model.OutputLimit);
        w.WriteStartArray("supportedGenerationMethods");
        foreach (string method in model.Embeds ? new[] { "embedContent", "countTokens" } : ["generateContent", "streamGenerateContent", "countTokens"])
        {
            w.WriteStringValue(method);
        }

        w.WriteEndArray();
        w.WriteEndObject();
    }
}
