using System.Text.Json;
using Causeway.Wire.Models;

namespace Causeway.Wire.Anthropic;

/// <summary><c>{"data":[{"type","id","display_name","created_at",…}],"has_more","first_id","last_id"}</c></summary>
internal static class AnthropicModels
{
    public static ListedModel? Read(JsonElement model) =>
        ModelFields.Text(model, "id") is not string id
            ? null
            : new ListedModel(
                id,
                ModelFields.Text(model, "display_name"),
                ModelFields.Time(model, "created_at"),
                ModelFields.Date(model, "retires_at"),
                "anthropic",
                ModelFields.Count(model, "max_input_tokens"),
                ModelFields.Count(model, "max_tokens"));

    public static void Write(Utf8JsonWriter json, IReadOnlyList<ListedModel> models, bool hasMore)
    {
        json.WriteStartObject();
        json.WriteStartArray("data"u8);
        foreach (ListedModel model in models)
        {
            Write(json, model);
        }

        json.WriteEndArray();
        json.WriteBoolean("has_more"u8, hasMore);
        json.WriteString("first_id"u8, models.Count == 0 ? null : models[0].Id);
        json.WriteString("last_id"u8, models.Count == 0 ? null : models[^1].Id);
        json.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter json, ListedModel model)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "model"u8);
        json.WriteString("id"u8, model.Id);
        json.WriteString("display_name"u8, model.DisplayName ?? model.Id);

        // The vendor writes the epoch where it does not know the time; its SDKs require the member.
        json.WriteString("created_at"u8, ModelFields.Write(model.Created ?? DateTimeOffset.UnixEpoch));
        if (model.Retires is DateOnly retires)
        {
            json.WriteString("retires_at"u8, ModelFields.Write(new DateTimeOffset(retires, default, TimeSpan.Zero)));
        }

        WriteCount(json, "max_input_tokens"u8, model.ContextWindow);
        WriteCount(json, "max_tokens"u8, model.MaxOutputTokens);
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
