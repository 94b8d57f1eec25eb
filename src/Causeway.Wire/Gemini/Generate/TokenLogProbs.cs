using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary><c>logprobsResult</c>: the tokens that were chosen, and beside each the likeliest ones in its place.</summary>
internal static class TokenLogProbs
{
    public static List<TokenLogProb> Read(JsonElement result)
    {
        List<TokenLogProb> tokens = [];
        if (result.ValueKind != JsonValueKind.Object || !result.TryGetProperty("chosenCandidates"u8, out JsonElement chosen))
        {
            return tokens;
        }

        JsonElement[] top = result.TryGetProperty("topCandidates"u8, out JsonElement lists) ? [.. lists.EnumerateArray()] : [];
        foreach (JsonElement token in chosen.EnumerateArray())
        {
            List<TokenLogProb> others = [];
            if (tokens.Count < top.Length && top[tokens.Count].TryGetProperty("candidates"u8, out JsonElement candidates))
            {
                others.AddRange(candidates.EnumerateArray().Select(other => Read(other, [])));
            }

            tokens.Add(Read(token, others));
        }

        return tokens;
    }

    public static void Write(Utf8JsonWriter json, List<TokenLogProb> tokens)
    {
        json.WriteStartObject("logprobsResult"u8);
        json.WriteStartArray("topCandidates"u8);
        foreach (TokenLogProb token in tokens)
        {
            json.WriteStartObject();
            json.WriteStartArray("candidates"u8);
            foreach (TokenLogProb other in token.Top)
            {
                Write(json, other);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("chosenCandidates"u8);
        tokens.ForEach(token => Write(json, token));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static TokenLogProb Read(JsonElement token, IReadOnlyList<TokenLogProb> top) => new(
        GenerateReplyReader.Text(token, "token"u8) ?? "",
        token.TryGetProperty("logProbability"u8, out JsonElement probability) ? probability.GetDouble() : 0,
        top);

    private static void Write(Utf8JsonWriter json, TokenLogProb token)
    {
        json.WriteStartObject();
        json.WriteString("token"u8, token.Token);
        json.WriteNumber("logProbability"u8, token.LogProb);
        json.WriteEndObject();
    }
}
