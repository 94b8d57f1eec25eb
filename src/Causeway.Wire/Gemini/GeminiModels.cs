using System.Text.Json;
using Causeway.Wire.Models;

namespace Causeway.Wire.Gemini;

/// <summary><c>{"models":[{"name":"models/…","displayName","inputTokenLimit","outputTokenLimit",…}]}</c></summary>
internal static class GeminiModels
{
    private const string Prefix = "models/";

    public static ListedModel? Read(JsonElement model) =>
        ModelFields.Text(model, "name") is not string name
            ? null
            : new ListedModel(
                name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name,
                ModelFields.Text(model, "displayName"),
                Created: null,
                Retires: null,
                "google",
                ModelFields.Count(model, "inputTokenLimit"),
                ModelFields.Count(model, "outputTokenLimit"));

    public static void Write(Utf8JsonWriter json, IReadOnlyList<ListedModel> models, bool hasMore)
    {
        json.WriteStartObject();
        json.WriteStartArray("models"u8);
        foreach (ListedModel model in models)
        {
            Write(json, model);
        }

        json.WriteEndArray();
        if (hasMore)
        {
            json.WriteString("nextPageToken"u8, models[^1].Id); // The page after it is asked for by its last.
        }

        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ListedModel model)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, Prefix + model.Id);
        json.WriteString("displayName"u8, model.DisplayName ?? model.Id);
        WriteCount(json, "inputTokenLimit"u8, model.ContextWindow);
        WriteCount(json, "outputTokenLimit"u8, model.MaxOutputTokens);
        json.WriteStartArray("supportedGenerationMethods"u8);
        json.WriteStringValue("generateContent"u8);
        json.WriteStringValue("streamGenerateContent"u8);
        json.WriteStringValue("countTokens"u8);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteCount(Utf8JsonWriter json, ReadOnlySpan<byte> name, long? count)
    {
        if (count is long known)
        {
            json.WriteNumber(name, known);
        }
    }
}
