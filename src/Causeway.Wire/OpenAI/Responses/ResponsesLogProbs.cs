using System.Buffers;
using System.Text;
using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>Probabilities of tokens: <c>{token, bytes, logprob, top_logprobs}</c>.</summary>
internal static class ResponsesLogProbs
{
    public static void Read(JsonElement list, ReplySink sink, int block)
    {
        if (list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0)
        {
            sink.LogProbs(block, [.. list.EnumerateArray().Select(Read)]);
        }
    }

    public static void Write(Utf8JsonWriter json, IReadOnlyList<TokenLogProb>? tokens)
    {
        json.WriteStartArray("logprobs"u8);
        foreach (TokenLogProb token in tokens ?? [])
        {
            json.WriteStartObject();
            WriteToken(json, token);
            json.WriteStartArray("top_logprobs"u8);
            foreach (TokenLogProb other in token.Top)
            {
                json.WriteStartObject();
                WriteToken(json, other);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static TokenLogProb Read(JsonElement token) =>
        new(
            token.Word("token") ?? "",
            token.TryMember("logprob", out JsonElement probability) ? probability.GetDouble() : 0,
            token.TryMember("top_logprobs", out JsonElement top) ? [.. top.EnumerateArray().Select(Read)] : []);

    private static void WriteToken(Utf8JsonWriter json, TokenLogProb token)
    {
        json.WriteString("token"u8, token.Token);
        json.WriteNumber("logprob"u8, token.LogProb);

        // The vendor's SDKs take a token with its bytes only.
        json.WriteStartArray("bytes"u8);
        byte[] rented = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(token.Token.Length));
        foreach (byte one in rented.AsSpan(0, Encoding.UTF8.GetBytes(token.Token, rented)))
        {
            json.WriteNumberValue(one);
        }

        ArrayPool<byte>.Shared.Return(rented);
        json.WriteEndArray();
    }
}
