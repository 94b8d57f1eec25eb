using System.Text.Json;
using Causeway.Gateway.Flow;
using Causeway.Wire;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Whether a call may have done something at its provider before it is answered: kept state, run a tool. Such a call is not made again elsewhere. What
/// cannot be read counts as one that may.
/// </summary>
internal static class Effects
{
    /// <summary>Cheap where there is nothing: bodies without tools are not read.</summary>
    public static bool Possible(Call call, Received received)
    {
        ReadOnlySpan<byte> body = received.Body.Memory.Span;
        return call.Operation switch
        {
            Operation.Responses => received.Scan.HoldsProviderState || !SaysNoStore(body) || HasForeignTools(body),
            Operation.Embeddings or Operation.MessagesCountTokens => false,
            _ => HasForeignTools(body),
        };
    }

    // Responses are kept by OpenAI unless the request says otherwise.
    private static bool SaysNoStore(ReadOnlySpan<byte> body)
    {
        Utf8JsonReader json = new(body);
        try
        {
            return Find(ref json, "store"u8) && json.TokenType == JsonTokenType.False;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool HasForeignTools(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("\"mcp_servers\""u8) >= 0)
        {
            return true;
        }

        if (body.IndexOf("\"tools\""u8) < 0)
        {
            return false;
        }

        try
        {
            Utf8JsonReader json = new(body);
            if (!Find(ref json, "tools"u8) || json.TokenType != JsonTokenType.StartArray)
            {
                return false;
            }

            while (json.Read() && json.TokenType == JsonTokenType.StartObject)
            {
                if (IsForeign(ref json))
                {
                    return true;
                }
            }

            return false;
        }
        catch (JsonException)
        {
            return true;
        }
    }

    // A tool that the caller runs: OpenAI "function" and "custom", Anthropic "custom" or no type, Gemini "functionDeclarations". Any other is the provider's.
    private static bool IsForeign(ref Utf8JsonReader json)
    {
        bool isForeign = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool isType = json.ValueTextEquals("type"u8);
            bool isGeminis = json.ValueTextEquals("googleSearch"u8) || json.ValueTextEquals("codeExecution"u8) || json.ValueTextEquals("urlContext"u8)
                || json.ValueTextEquals("googleSearchRetrieval"u8) || json.ValueTextEquals("googleMaps"u8) || json.ValueTextEquals("fileSearch"u8) || json.ValueTextEquals("computerUse"u8);
            json.Read();
            isForeign |= isGeminis || (isType && json.TokenType == JsonTokenType.String && !json.ValueTextEquals("function"u8) && !json.ValueTextEquals("custom"u8));
            json.Skip();
        }

        return isForeign;
    }

    // To the value of a member of the top-level object.
    private static bool Find(ref Utf8JsonReader json, ReadOnlySpan<byte> name)
    {
        if (!json.Read() || json.TokenType != JsonTokenType.StartObject)
        {
            return false;
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool found = json.ValueTextEquals(name);
            json.Read();
            if (found)
            {
                return true;
            }

            json.Skip();
        }

        return false;
    }
}
