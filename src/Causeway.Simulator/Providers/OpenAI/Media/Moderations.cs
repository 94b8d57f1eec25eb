using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers.OpenAI.Media;

/// <summary><c>/v1/moderations</c>: free, and everything is harmless but what says <c>flag me</c>.</summary>
internal static class Moderations
{
    private const string DefaultModel = "omni-moderation-latest";
    private static readonly string[] s_categories = ["harassment", "hate", "illicit", "self-harm", "sexual", "violence"];

    public static Reading Read(Incoming incoming) => incoming.Json.Member("input") is null ? Missing.Parameter("input") : new Ask
    {
        Protocol = Protocol.Openai,
        Operation = Operation.Moderations,
        Model = incoming.Json.Member("model").Text() ?? DefaultModel,
        Body = incoming.Json,
        Fingerprint = incoming.Fingerprint,
    };

    public static Reply Answer(Ask ask, Behaviour then) => Reply.Json(JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("id", "modr-" + Fingerprint.Id(ask.Fingerprint, "moderation"));
        w.WriteString("model", then.ServedModel ?? ask.Model);
        w.WriteStartArray("results");
        foreach (string text in Inputs(ask.Body.Member("input")))
        {
            Result(w, text.Contains("flag me", StringComparison.OrdinalIgnoreCase));
        }

        w.WriteEndArray();
        w.WriteEndObject();
    }));

    /// <summary>A list of texts has a result each, a list of parts one together.</summary>
    private static IReadOnlyList<string> Inputs(JsonElement? input) => input.Texts() is { Count: > 0 } texts ? texts : [input.ContentText()];

    private static void Result(Utf8JsonWriter w, bool flagged)
    {
        w.WriteStartObject();
        w.WriteBoolean("flagged", flagged);
        w.WriteStartObject("categories");
        foreach (string category in s_categories)
        {
            w.WriteBoolean(category, flagged && category == "violence");
        }

        w.WriteEndObject();
        w.WriteStartObject("category_scores");
        foreach (string category in s_categories)
        {
            w.WriteNumber(category, flagged && category == "violence" ? 0.9375 : 0.0625);
        }

        w.WriteEndObject();
        w.WriteEndObject();
    }
}
