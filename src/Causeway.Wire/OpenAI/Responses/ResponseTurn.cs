using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.Json;
using Causeway.Wire.Sse;

namespace Causeway.Wire.OpenAI.Responses;

/// <summary>One turn of a conversation whose history a provider keeps: what was said, and what was answered.</summary>
/// <param name="Id">The answer's id: what a later request calls <c>previous_response_id</c>.</param>
/// <param name="Input">The request's <c>input</c> as it was written: a string, or a list of items.</param>
/// <param name="Output">The answer's <c>output</c> as it was written: a list of items.</param>
public sealed record ResponseTurn(string Id, ReadOnlyMemory<byte> Input, ReadOnlyMemory<byte> Output)
{
    /// <summary>Letters of an id at most.</summary>
    public const int MaxId = 256;

    /// <summary>The provider keeps it under its id, as far as the answer says; where it says nothing, it does.</summary>
    public bool IsStored { get; private init; } = true;

    /// <summary>Whether an answer's id is one that is given where the provider gave none of this operation: the request's own. Vendors' have more digits.</summary>
    public static bool IsTranslated(string id) => id.StartsWith("resp_", StringComparison.Ordinal) && Guid.TryParseExact(id.AsSpan(5), "N", out Guid request) && request.Version == 7;

    /// <summary>The id of the answer that a request goes on from; null: it names none, or something else of the provider's too, which has a history of its own.</summary>
    public static string? PreviousOf(ReadOnlySpan<byte> request)
    {
        Utf8JsonReader reader = new(request);
        string? previous = null;
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                (bool isPrevious, bool isConversation) = (reader.ValueTextEquals("previous_response_id"u8), reader.ValueTextEquals("conversation"u8));
                reader.Read();
                if (isConversation && reader.TokenType != JsonTokenType.Null)
                {
                    return null;
                }

                previous = isPrevious && reader.TokenType == JsonTokenType.String ? reader.GetString() : previous;
                reader.Skip();
            }

            return previous is { Length: > 0 and <= MaxId } ? previous : null;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Reads a turn out of a request and its answer, plain or as a stream of events.</summary>
    /// <returns>False: the answer did not come to its end (it is still being made, was cut, or is none), or one of them cannot be read.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> request, ReadOnlyMemory<byte> answer, [NotNullWhen(true)] out ResponseTurn? turn)
    {
        turn = null;
        try
        {
            using var asked = JsonDocument.Parse(request);
            using var said = JsonDocument.Parse(IsObject(answer.Span) ? answer : LastOf(answer.Span));
            JsonElement response = said.RootElement.TryMember("response", out JsonElement inner) ? inner : said.RootElement;
            if (response.Word("status") is not ("completed" or "incomplete") || response.Word("id") is not { Length: > 0 and <= MaxId } id
                || !response.TryMember("output", out JsonElement output) || output.ValueKind != JsonValueKind.Array)
            {
                return false;
            }

            turn = new ResponseTurn(id, asked.RootElement.TryMember("input", out JsonElement input) ? Raw(input) : "[]"u8.ToArray(), Raw(output))
            {
                IsStored = !(response.TryMember("store", out JsonElement store) && store.ValueKind == JsonValueKind.False),
            };
            return true;
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsObject(ReadOnlySpan<byte> answer) => answer.TrimStart(" \t\r\n"u8) is [(byte)'{', ..];

    // The event with which a stream ends has the response whole.
    private static byte[] LastOf(ReadOnlySpan<byte> answer)
    {
        SseReader reader = new();
        reader.Feed(answer);
        byte[] last = [];
        while (reader.TryRead(out SseMessage? message))
        {
            last = message.Name is "response.completed" or "response.incomplete" ? message.Data : last;
        }

        return last;
    }

    private static byte[] Raw(JsonElement element) => JsonMarshal.GetRawUtf8Value(element).ToArray();
}
