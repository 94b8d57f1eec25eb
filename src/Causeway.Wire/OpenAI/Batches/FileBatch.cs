using System.Text.Json;
using Causeway.Wire.Batches;
using Causeway.Wire.Requests;

namespace Causeway.Wire.OpenAI.Batches;

/// <summary>
/// What <c>POST /v1/batches</c> asks for: the requests of a file that was uploaded before. Such a file never changes (the API has no way to), so what is read of it before the batch begins is what is
/// run.
/// </summary>
/// <param name="File">The file's id, safe in a path.</param>
/// <param name="Endpoint">Where each request goes, as the caller writes it: <c>/v1/chat/completions</c>.</param>
/// <param name="Operation">What that is; null: it is not understood.</param>
public sealed record FileBatch(string File, string Endpoint, Operation? Operation)
{
    /// <summary>The vendor's own bound on the requests of one batch.</summary>
    public const int MaxRequests = 50_000;

    /// <summary>The vendor's own bound on the file: 200 MB, of the larger kind.</summary>
    public const long MaxFileBytes = 200L << 20;

    /// <summary>What a file for a batch was uploaded as.</summary>
    public const string Purpose = "batch";

    /// <summary>Where the provider says what the file is, as OpenAI has it behind <c>/v1</c>.</summary>
    public string Path => $"/files/{File}";

    /// <summary>Where its bytes are.</summary>
    public string ContentPath => ContentOf(File);

    /// <summary>Reads the body. One that two readers could understand differently is refused.</summary>
    public static bool TryRead(ReadOnlySpan<byte> body, out FileBatch batch, out RequestFault fault)
    {
        batch = new FileBatch("", "", null);
        Utf8JsonReader reader = new(body, new JsonReaderOptions { MaxDepth = 64 });
        try
        {
            if (!TryWords(ref reader, out string? file, out string? endpoint, out fault))
            {
                return false;
            }

            if (!BatchObject.IsId(file))
            {
                fault = new RequestFault("request_malformed", "A batch names the file of its requests in \"input_file_id\": upload one with the purpose \"batch\" first.", "input_file_id", 0);
                return false;
            }

            if (endpoint is null)
            {
                fault = new RequestFault("request_malformed", "A batch says in \"endpoint\" where its requests go, as \"/v1/chat/completions\".", "endpoint", 0);
                return false;
            }

            batch = new FileBatch(file!, endpoint, OperationOf(endpoint));
            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            fault = new RequestFault("request_malformed", $"The request body is not valid JSON of at most 64 levels (byte {reader.TokenStartIndex}).", Param: null, reader.TokenStartIndex);
            return false;
        }
    }

    /// <summary>Where the bytes of a file are.</summary>
    internal static string ContentOf(string file) => $"/files/{file}/content";

    /// <summary>What the requests of a batch ask for; null: it is not understood. Azure leaves the version out.</summary>
    internal static Operation? OperationOf(string endpoint) => NativePath.OperationOf(Protocol.OpenAI, endpoint) is { } known and not Wire.Operation.Native ? known : null;

    private static bool TryWords(ref Utf8JsonReader reader, out string? file, out string? endpoint, out RequestFault fault)
    {
        (file, endpoint, fault) = (null, null, default);
        (bool hasFile, bool hasEndpoint) = (false, false);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            fault = new RequestFault("request_malformed", "The request body must be a JSON object (byte 0).", Param: null, 0);
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            (bool isFile, bool isEndpoint) = (reader.ValueTextEquals("input_file_id"u8), reader.ValueTextEquals("endpoint"u8));
            reader.Read();
            if ((isFile && hasFile) || (isEndpoint && hasEndpoint))
            {
                fault = new RequestFault("field_duplicated", $"\"{(isFile ? "input_file_id" : "endpoint")}\" stands there twice (byte {reader.TokenStartIndex}).", isFile ? "input_file_id" : "endpoint", reader.TokenStartIndex);
                return false;
            }

            string? text = (isFile || isEndpoint) && reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            (file, hasFile) = isFile ? (text, true) : (file, hasFile);
            (endpoint, hasEndpoint) = isEndpoint ? (text, true) : (endpoint, hasEndpoint);
            reader.Skip();
        }

        reader.Read(); // Only white space may follow: reading on throws at anything else.
        return true;
    }
}
