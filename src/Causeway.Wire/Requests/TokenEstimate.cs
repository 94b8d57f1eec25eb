using System.Buffers;
using System.Text.Json;
using Causeway.Wire.Json;

namespace Causeway.Wire.Requests;

/// <summary>A prompt's tokens where nobody counts them: the vendors' own rule of thumb for English, four bytes a token.</summary>
public static class TokenEstimate
{
    private const int BytesPerToken = 4;

    /// <summary>Tokens of a body of this length, 1 or more.</summary>
    public static long Of(long bytes) => Math.Max(1, (bytes + BytesPerToken - 1) / BytesPerToken);

    /// <summary>Writes the reply of an operation that counts tokens.</summary>
    public static void WriteReply(IBufferWriter<byte> output, Operation operation, long tokens)
    {
        using Utf8JsonWriter json = JsonOutput.To(output);
        json.WriteStartObject();
        json.WriteNumber(operation == Operation.GeminiCountTokens ? "totalTokens"u8 : "input_tokens"u8, tokens);
        json.WriteEndObject();
    }
}
