using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Bill;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers.Gemini;

/// <summary><c>embedContent</c> and <c>batchEmbedContents</c>. No usage is reported, as with the vendor's older models; it is billed.</summary>
internal static class Embeddings
{
    public static Reading Read(Incoming incoming)
    {
        (Route route, JsonElement body) = (incoming.Route, incoming.Json);
        bool batch = route.Operation == Operation.BatchEmbedContents;
        JsonElement[] requests = Requests(body, batch);
        if (requests.Length == 0)
        {
            return GenerateRequest.Invalid("* BatchEmbedContentsRequest.requests: requests is not specified\n");
        }

        foreach (JsonElement request in requests)
        {
            if (request.Member("content") is null)
            {
                return GenerateRequest.Invalid("* EmbedContentRequest.content: content is not specified\n");
            }

            if (request.Member("outputDimensionality", "output_dimensionality") is not null && Dimensions(request, "") is < 1 or > Vectors.MaxDimensions)
            {
                return GenerateRequest.Invalid("* EmbedContentRequest.output_dimensionality: value is out of range\n");
            }
        }

        return new Ask
        {
            Protocol = Protocol.Gemini,
            Operation = route.Operation!.Value,
            Model = route.Model!,
            InputTokens = requests.Sum(request => TokenRule.OfPrompt(request.Member("content"))),
            Body = body,
            Fingerprint = incoming.Fingerprint,
        };
    }

    public static Reply Answer(Ask ask, Behaviour then)
    {
        bool batch = ask.Operation == Operation.BatchEmbedContents;
        byte[] body = JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WritePropertyName(batch ? "embeddings" : "embedding");
            if (batch)
            {
                w.WriteStartArray();
            }

            foreach (JsonElement request in Requests(ask.Body, batch))
            {
                Embedding(w, Vectors.Of(ask.Model, request.Member("content").Member("parts").ContentText(), Dimensions(request, ask.Model)));
            }

            if (batch)
            {
                w.WriteEndArray();
            }

            w.WriteEndObject();
        });
        return Reply.Json(body, new Tokens { InputUncached = then.Usage?.InputUncached ?? ask.InputTokens });
    }

    private static void Embedding(Utf8JsonWriter w, float[] vector)
    {
        w.WriteStartObject();
        w.WriteStartArray("values");
        foreach (float value in vector)
        {
            w.WriteNumberValue(value);
        }

        w.WriteEndArray();
        w.WriteEndObject();
    }

    private static JsonElement[] Requests(JsonElement body, bool batch) => batch ? [.. body.Member("requests").Items()] : [body];

    private static int Dimensions(JsonElement request, string model) => request.Member("outputDimensionality", "output_dimensionality") is { } wanted
        ? (int)Math.Clamp(((JsonElement?)wanted).Number() ?? -1, -1, Vectors.MaxDimensions + 1)
        : Vectors.DefaultDimensions(model);
}
