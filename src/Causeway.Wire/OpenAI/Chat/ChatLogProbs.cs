using System.Text;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Chat;

/// <summary>Log probabilities of tokens, as chat spells them.</summary>
internal static class ChatLogProbs
{
    public static IReadOnlyList<TokenLogProb> Read(JsonElement tokens)
    {
        List<TokenLogProb> read = new(tokens.GetArrayLength());
        foreach (JsonElement token in tokens.EnumerateArray())
        {
            bool hasTop = token.TryGetProperty("top_logprobs"u8, out JsonElement top) && top.ValueKind == JsonValueKind.Array && top.GetArrayLength() > 0;
            read.Add(new TokenLogProb(token.GetProperty("token"u8).GetString() ?? "", token.GetProperty("logprob"u8).GetDouble(), hasTop ? Read(top) : []));
        }

        return read;
    }

    /// <summary>Writes the list of one channel, <c>content</c> or <c>refusal</c>.</summary>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<TokenLogProb> tokens, bool isRefusal)
    {
        json.WriteStartObject("logprobs"u8);
        json.WriteStartArray(isRefusal ? "refusal"u8 : "content"u8);
        foreach (TokenLogProb token in tokens)
        {
            WriteToken(json, token, top: token.Top);
        }

        json.WriteEndArray();
        json.WriteNull(isRefusal ? "content"u8 : "refusal"u8);
        json.WriteEndObject();
    }

    private static void WriteToken(Utf8JsonWriter json, TokenLogProb token, IReadOnlyList<TokenLogProb>? top)
    {
        json.WriteStartObject();
        json.WriteString("token"u8, token.Token);
        json.WriteNumber("logprob"u8, token.LogProb);
        json.WriteStartArray("bytes"u8);
        foreach (byte one in Encoding.UTF8.GetBytes(token.Token))
        {
            json.WriteNumberValue(one);
        }

        json.WriteEndArray();
        if (top is not null)
        {
            json.WriteStartArray("top_logprobs"u8);
            foreach (TokenLogProb other in top)
            {
                WriteToken(json, other, top: null);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
