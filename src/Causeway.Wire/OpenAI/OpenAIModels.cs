using System.Text.Json;
using Causeway.Wire.Models;

namespace Causeway.Wire.OpenAI;

/// <summary><c>{"object":"list","data":[{"id","object","created","owned_by","shutdown_date"}]}</c></summary>
internal static class OpenAIModels
{
    private static readonly long LatestSecond = DateTimeOffset.MaxValue.ToUnixTimeSeconds();

    public static ListedModel? Read(JsonElement model) =>
        ModelFields.Text(model, "id") is not string id
            ? null
            : new ListedModel(
                id,
                DisplayName: null,
                ModelFields.Count(model, "created") is long created && created <= LatestSecond ? DateTimeOffset.FromUnixTimeSeconds(created) : null,
                ModelFields.Date(model, "shutdown_date"),
                ModelFields.Text(model, "owned_by") ?? "openai");

    public static void Write(Utf8JsonWriter json, IReadOnlyList<ListedModel> models)
    {
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        foreach (ListedModel model in models)
        {
            Write(json, model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ListedModel model)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, model.Id);
        json.WriteString("object"u8, "model"u8);

        // The vendor's SDKs require a number: 0 where the time is not known.
        json.WriteNumber("created"u8, model.Created?.ToUnixTimeSeconds() ?? 0);
        json.WriteString("owned_by"u8, model.OwnedBy);
        if (model.Retires is DateOnly retires)
        {
            json.WriteString("shutdown_date"u8, ModelFields.Write(retires));
        }

        json.WriteEndObject();
    }
}
