using System.Text.Json;
using System.Text.Unicode;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Anthropic.Batches;

/// <summary>Finds the requests of a batch of messages (<c>POST /v1/messages/batches</c>), each a body of <c>/v1/messages</c> of its own.</summary>
public static class MessageBatch
{
    /// <summary>The vendor's own bound on one batch.</summary>
    public const int MaxRequests = 100_000;

    /// <summary>Reads where every <c>requests[].params</c> stands, in their order. A body that two readers could understand differently is refused.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out IReadOnlyList<ByteRange> requests, out RequestFault fault)
    {
        List<ByteRange> found = [];
        (requests, fault) = (found, default);
        if (!Utf8.IsValid(body))
        {
            fault = Malformed("is not valid UTF-8", 0);
            return false;
        }

        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = 64 + 2 });
        try
        {
            return TryObject(ref reader, found, out fault);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            fault = Malformed("is not valid JSON of at most 64 levels in each request", reader.TokenStartIndex);
            return false;
        }
    }

    private static bool TryObject(ref Utf8JsonReader reader, List<ByteRange> found, out RequestFault fault)
    {
        fault = default;
        bool listed = false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            fault = Malformed("must be a JSON object", 0);
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isList = reader.ValueTextEquals("requests"u8);
            reader.Read();
            if (!isList)
            {
                reader.Skip();
                continue;
            }

            if (listed || reader.TokenType != JsonTokenType.StartArray)
            {
                fault = new RequestFault("request_malformed", "\"requests\" is one list.", "requests", reader.TokenStartIndex);
                return false;
            }

            listed = true;
            if (!TryList(ref reader, found, out fault))
            {
                return false;
            }
        }

        reader.Read(); // Only white space may follow: reading on throws at anything else.
        if (found.Count == 0)
        {
            fault = new RequestFault("request_malformed", "A batch has one request or more, in \"requests\".", "requests", 0);
            return false;
        }

        return true;
    }

    private static bool TryList(ref Utf8JsonReader reader, List<ByteRange> found, out RequestFault fault)
    {
        fault = default;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            long start = reader.TokenStartIndex;
            if (found.Count == MaxRequests || reader.TokenType != JsonTokenType.StartObject || ParamsOf(ref reader) is not { } range)
            {
                string where = $"requests[{found.Count}]";
                fault = new RequestFault("request_malformed", found.Count == MaxRequests ? $"A batch has at most {MaxRequests:N0} requests." : $"{where} has its request once, an object, in \"params\" (byte {start}).", where, start);
                return false;
            }

            found.Add(range);
        }

        return true;
    }

    /// <summary>Where one request stands; null: it is not there, is no object, or is there twice.</summary>
    private static ByteRange? ParamsOf(ref Utf8JsonReader reader)
    {
        ByteRange? found = null;
        bool isOne = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            bool isParams = reader.ValueTextEquals("params"u8);
            reader.Read();
            int start = (int)reader.TokenStartIndex;
            bool isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            if (isParams)
            {
                isOne &= found is null && isObject;
                found = new ByteRange(start, (int)reader.BytesConsumed - start);
            }
        }

        return isOne ? found : null;
    }

    private static RequestFault Malformed(string what, long position) =>
        new("request_malformed", $"The request body {what} (byte {position}).", Param: null, position);
}
