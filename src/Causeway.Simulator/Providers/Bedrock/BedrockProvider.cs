using Causeway.Simulator.Answers;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers.Bedrock;

/// <summary>Bedrock's Converse API: shapes as of November 2026, from the vendor's SDK types and user guide.</summary>
internal sealed class BedrockProvider : IProvider
{
    private static readonly Rejection s_noKey = new(403, "MissingAuthenticationTokenException", "Missing Authentication Token");

    public Rejection WrongKey { get; } = new(403, "UnrecognizedClientException", "The security token included in the request is invalid.");

    public Rejection BrokenJson { get; } = new(400, "SerializationException", "Unexpected token in JSON body.");

    public Rejection? NoKey(Route route) => s_noKey;

    /// <summary>A Bedrock API key, or the id of the key that signed.</summary>
    public string KeyOf(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim()
            : header.StartsWith(SigV4.Algorithm, StringComparison.Ordinal) ? SigV4.Credential.Of(header)?.KeyId ?? "?"
            : "";
    }

    public Rejection? CheckHead(Incoming incoming) =>
        incoming.Request.Headers.Authorization.ToString().StartsWith(SigV4.Algorithm, StringComparison.Ordinal) ? SigV4.Check(incoming) : null;

    public Rejection NoSuchPath(string method, string path) => new(404, "UnknownOperationException", "The requested operation is not recognized by the service.");

    public Rejection WrongMethod(string method, string path) => NoSuchPath(method, path);

    public Rejection ByStatus(int status, ScriptedError? error)
    {
        (string type, string message) = status switch
        {
            403 => ("AccessDeniedException", "You don't have access to the model with the specified model ID."),
            404 => ("ResourceNotFoundException", "Could not resolve the foundation model from the provided model identifier."),
            408 => ("ModelTimeoutException", "Model has timed out in processing the request. Try your request again."),
            424 => ("ModelErrorException", "The system encountered an unexpected error during processing. Try your request again."),
            429 => ("ThrottlingException", "Too many requests, please wait before trying again."),
            503 or 529 => ("ServiceUnavailableException", "Bedrock is unable to process your request."),
            >= 500 => ("InternalServerException", "The system encountered an unexpected error during processing. Try your request again."),
            _ => ("ValidationException", "The provided request is not valid."),
        };
        return new Rejection(status, error?.Type ?? type, error?.Message ?? message);
    }

    public Reading Read(Incoming incoming) =>
        incoming.Route.Operation == Operation.CountTokens ? ConverseRequest.ReadForCount(incoming) : ConverseRequest.Read(incoming);

    public Reply Answer(Ask ask, Behaviour then)
    {
        if (ask.Operation == Operation.CountTokens)
        {
            return Reply.Json(JsonWriting.Bytes(w =>
            {
                w.WriteStartObject();
                w.WriteNumber("inputTokens", then.Usage?.InputUncached ?? ask.InputTokens);
                w.WriteEndObject();
            }));
        }

        Answer answer = Composition.Compose(ask, then);
        return ask.Stream
            ? new Reply(200, "application/vnd.amazon.eventstream", ConverseStream.Write(ask, answer), answer.Tokens) { Stream = true }
            : Reply.Json(ConverseResponse.Write(ask, answer), answer.Tokens);
    }

    public byte[] Error(Rejection rejection, string requestId) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("message", rejection.Message);
        if (rejection.Type == "ModelErrorException")
        {
            w.WriteNumber("originalStatusCode", 500);
            w.WriteString("resourceName", "arn:aws:bedrock:us-east-1:000000000000:model");
        }

        w.WriteEndObject();
    });

    /// <summary>Exceptions within a stream are named with a small first letter.</summary>
    public Frame ErrorEvent(Rejection rejection, Ask ask, int position, string requestId) =>
        EventFrame.Exception(char.ToLowerInvariant(rejection.Type[0]) + rejection.Type[1..], Error(rejection, requestId));

    public IEnumerable<KeyValuePair<string, string>> AnswerHeaders(string requestId, DateTimeOffset now) => [new("x-amzn-requestid", requestId)];

    public IEnumerable<KeyValuePair<string, string>> ErrorHeaders(Rejection rejection) =>
        [new("x-amzn-errortype", rejection.Type + ":http://internal.amazon.com/coral/com.amazon.bedrock/")];
}
