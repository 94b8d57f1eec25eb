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
    /// <summary>Cheap where there is nothing: what was found when the body was scanned says most of it.</summary>
    public static bool Possible(Call call, Received received) => received.Scan is { ReachesOutside: true } or { HoldsProviderState: true } || call.Operation switch
    {
        Operation.Responses => StoreOf(received.Body.Memory.Span) is not false, // Kept by OpenAI unless the request says otherwise.
        Operation.ChatCompletions => StoreOf(received.Body.Memory.Span) is true,
        _ => false,
    };

    private static bool? StoreOf(ReadOnlySpan<byte> body)
    {
        if (body.IndexOf("store"u8) < 0 && body.IndexOf("\\u00"u8) < 0)
        {
            return null;
        }

        Utf8JsonReader json = new(body, new JsonReaderOptions { MaxDepth = 64 });
        bool? store = null;
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            bool found = json.ValueTextEquals("store"u8);
            json.Read();
            store = !found ? store : json.TokenType switch { JsonTokenType.True => true, JsonTokenType.False => false, _ => null };
            json.Skip();
        }

        return store;
    }
}
