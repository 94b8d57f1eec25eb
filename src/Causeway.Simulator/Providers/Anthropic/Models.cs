using System.Globalization;
using System.Text.Json;

namespace Causeway.Simulator.Providers.Anthropic;

internal static class Models
{
    public static byte[] List() => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteStartArray("data");
        foreach (ListedModel model in ModelList.Anthropic)
        {
            Write(w, model);
        }

        w.WriteEndArray();
        w.WriteString("first_id", ModelList.Anthropic[0].Id);
        w.WriteString("last_id", ModelList.Anthropic[^1].Id);
        w.WriteBoolean("has_more", value: false);
        w.WriteEndObject();
    });

    public static byte[] One(string id) => JsonWriting.Bytes(w => Write(w, ModelList.Find(ModelList.Anthropic, id)));

    private static void Write(Utf8JsonWriter w, ListedModel model)
    {
        w.WriteStartObject();
        w.WriteString("type", "model");
        w.WriteString("id", model.Id);
        w.WriteString("display_name", model.Title);
        w.WriteString("created_at", model.ReleasedOn.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        w.WriteString("lifecycle", "active");
        w.WriteNull("deprecated_at");
        w.WriteNull("retires_at");
        w.WriteNumber("max_input_tokens", model.InputLimit);
        w.WriteNumber("max_tokens", model.OutputLimit);
        w.WriteEndObject();
    }
}
