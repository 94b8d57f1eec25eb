using System.Text.Json;

namespace Causeway.Simulator.Providers.OpenAI;

internal static class Models
{
    public static byte[] List() => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("object", "list");
        w.WriteStartArray("data");
        foreach (ListedModel model in ModelList.OpenAI)
        {
            Write(w, model);
        }

        w.WriteEndArray();
        w.WriteEndObject();
    });

    public static byte[] One(string id) => JsonWriting.Bytes(w => Write(w, ModelList.Find(ModelList.OpenAI, id)));

    private static void Write(Utf8JsonWriter w, ListedModel model)
    {
        w.WriteStartObject();
        w.WriteString("id", model.Id);
        w.WriteString("object", "model");
        w.WriteNumber("created", model.ReleasedOn.ToUnixTimeSeconds());
        w.WriteString("owned_by", model.Id.StartsWith("sim-", StringComparison.Ordinal) ? "simulator" : "openai");
        w.WriteEndObject();
    }
}
