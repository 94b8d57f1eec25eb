using System.Text.Json;
using System.Text.Unicode;

namespace Causeway.Wire.Requests;

/// <summary>Finds what the gateway acts upon in a request body, and refuses a body that two readers could understand differently.</summary>
/// <remarks>
/// The whole body must be strict JSON (RFC 8259) in UTF-8: an object, at most 64 levels deep, no byte order mark, comments, trailing commas or
/// trailing data, and no escape that is half of a character. A member that decides target, cost, metering or what is said may stand there once, however it is spelled, and has no case twin
/// (<c>Model</c>): some servers read without regard to case. Every other member passes byte for byte, duplicates included. Allocates the model's name and, for Gemini lists, their ranges; nothing else.
/// </remarks>
public static class RequestScanner
{
    /// <summary>The longest model name in bytes of UTF-8, after unescaping.</summary>
    public const int MaxModelBytes = 256;

    /// <summary>The most answers that one request may ask for: OpenAI's limit of <c>n</c>.</summary>
    public const int MaxChoices = 128;

    /// <summary>Reads the whole body once.</summary>
    /// <param name="operation">What the path asked for; it decides which members matter.</param>
    /// <param name="body">The complete body.</param>
    /// <param name="bounds">What its lists may have at most.</param>
    /// <param name="scan">What was found.</param>
    /// <param name="fault">Why the body is refused, when it is.</param>
    /// <param name="isModelNamed">The model is named already, by the path: Azure's deployments, Vertex.</param>
    public static bool TryScan(Operation operation, ReadOnlySpan<byte> body, in RequestBounds bounds, out RequestScan scan, out RequestFault fault, bool isModelNamed = false)
    {
        scan = default;
        if (!Utf8.IsValid(body))
        {
            fault = Malformed("is not valid UTF-8", InvalidUtf8At(body));
            return false;
        }

        if (SurrogatePairs.LoneHalfAt(body) is >= 0 and int half)
        {
            fault = Malformed("has half of a surrogate pair in a text: a character was cut in two", half);
            return false;
        }

        WireFormat format = WireFormat.Of(operation);
        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = 64 });
        RequestWalk walk = new(bounds, ImageCount.MayExceed(body, bounds.Images));
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                fault = Malformed("must be a JSON object", 0);
                return false;
            }

            int objectStart = (int)reader.TokenStartIndex;
            if (!walk.Object(ref reader, format.FieldsOf(operation), out fault))
            {
                return false;
            }

            // Only white space may follow: reading on throws at anything else.
            reader.Read();
            if (walk.Model is null && !format.ModelInPath && !isModelNamed && operation != Operation.Native)
            {
                fault = new RequestFault("model_missing", "The request names no model.", "model", objectStart);
                return false;
            }

            scan = walk.Result(operation, objectStart, body.Length);
            return true;
        }
        catch (JsonException exception)
        {
            fault = Malformed("is not valid JSON of at most 64 levels", PositionOf(exception, body));
            return false;
        }
        catch (InvalidOperationException)
        {
            // Readers disagree about what such a name is.
            fault = Malformed("has a member whose name is not text", reader.TokenStartIndex);
            return false;
        }
    }

    /// <summary>The same for a body whose lists are bounded by its bytes alone.</summary>
    public static bool TryScan(Operation operation, ReadOnlySpan<byte> body, out RequestScan scan, out RequestFault fault) =>
        TryScan(operation, body, new RequestBounds(), out scan, out fault);

    private static RequestFault Malformed(string what, long position) =>
        new("request_malformed", $"The request body {what} (byte {position}).", Param: null, position);

    private static long PositionOf(JsonException exception, ReadOnlySpan<byte> body)
    {
        int lineStart = 0;
        for (long line = exception.LineNumber ?? 0; line > 0; line--)
        {
            lineStart += body[lineStart..].IndexOf((byte)'\n') + 1;
        }

        return lineStart + (exception.BytePositionInLine ?? 0);
    }

    private static int InvalidUtf8At(ReadOnlySpan<byte> body)
    {
        int at = 0;
        while (System.Text.Rune.DecodeFromUtf8(body[at..], out _, out int consumed) == System.Buffers.OperationStatus.Done)
        {
            at += consumed;
        }

        return at;
    }
}
