using System.Globalization;
using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>OpenAI's API: shapes as of November 2026, from the vendor's SDK types and documentation.</summary>
internal sealed class OpenAIProvider : IProvider
{
    public Rejection NoKey { get; } = new(401, "invalid_request_error",
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).");

    public Rejection WrongKey { get; } = new(401, "invalid_request_error", "Incorrect API key provided.") { Code = "invalid_api_key" };

    public Rejection BrokenJson { get; } = new(400, "invalid_request_error",
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly.)");

    public string KeyOf(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : request.Headers["api-key"].ToString();
    }

    public Rejection? CheckHeaders(HttpRequest request) => null;

    public Rejection NoSuchPath(string method, string path) => new(404, "invalid_request_error", $"Invalid URL ({method} {path})");

    public Rejection WrongMethod(string method, string path) => new(405, "invalid_request_error", $"Not allowed to {method} on {path}.");

    public Rejection ByStatus(int status, ScriptedError? error)
    {
        (string type, string? code, string message) = status switch
        {
            400 => ("invalid_request_error", null, "The request was not accepted."),
            401 => ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
            403 => ("invalid_request_error", "permission_denied", "You are not allowed to do this."),
            404 => ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
            429 => ("requests", "rate_limit_exceeded", "Rate limit reached. Please try again later."),
            503 => ("server_error", "overloaded", "The engine is currently overloaded, please try again later."),
            >= 500 => ("server_error", null, "The server had an error while processing your request. Sorry about that!"),
            _ => ("invalid_request_error", (string?)null, "The request was not accepted."),
        };
        return new Rejection(status, error?.Type ?? type, error?.Message ?? message) { Code = error?.Code ?? code };
    }

    public Reading Read(Route route, JsonElement body, string fingerprint) => route.Operation switch
    {
        Operation.ChatCompletions => ChatRequest.Read(body, fingerprint),
        Operation.Responses => ResponsesRequest.Read(body, fingerprint),
        Operation.Embeddings => Embeddings.Read(body, fingerprint),
        _ => new Ask { Protocol = Protocol.Openai, Operation = Operation.Models, Model = route.Model ?? "" },
    };

    public Reply Answer(Ask ask, Behaviour then) => ask.Operation switch
    {
        Operation.ChatCompletions => Chat(ask, Composition.Compose(ask, then)),
        Operation.Responses => Responses(ask, Composition.Compose(ask, then)),
        Operation.Embeddings => Embeddings.Answer(ask, then),
        _ => Reply.Json(ask.Model.Length == 0 ? Models.List() : Models.One(ask.Model)),
    };

    public byte[] Error(Rejection rejection, string requestId) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteStartObject("error");
        w.WriteString("message", rejection.Message);
        w.WriteString("type", rejection.Type);
        w.WriteString("param", rejection.Param);
        w.WriteString("code", rejection.Code);
        w.WriteEndObject();
        w.WriteEndObject();
    });

    public Frame ErrorEvent(Rejection rejection, Ask ask, int position, string requestId) => ask.Operation == Operation.Responses
        ? Sse.Named("error", JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WriteString("type", "error");
            w.WriteNumber("sequence_number", position);
            w.WriteString("code", rejection.Code ?? rejection.Type);
            w.WriteString("message", rejection.Message);
            w.WriteNull("param");
            w.WriteEndObject();
        }))
        : Sse.Data(Error(rejection, requestId));

    public IEnumerable<KeyValuePair<string, string>> AnswerHeaders(string requestId, DateTimeOffset now) =>
    [
        new("x-request-id", requestId),
        new("openai-organization", "sim-organization"),
        new("openai-processing-ms", "1"),
        new("openai-version", "2020-10-01"),
        new("x-ratelimit-limit-requests", 10_000.ToString(CultureInfo.InvariantCulture)),
        new("x-ratelimit-limit-tokens", 2_000_000.ToString(CultureInfo.InvariantCulture)),
        new("x-ratelimit-remaining-requests", 9_999.ToString(CultureInfo.InvariantCulture)),
        new("x-ratelimit-remaining-tokens", 1_999_000.ToString(CultureInfo.InvariantCulture)),
        new("x-ratelimit-reset-requests", "6ms"),
        new("x-ratelimit-reset-tokens", "30ms"),
    ];

    private static Reply Chat(Ask ask, Answer answer) => ask.Stream
        ? new Reply(200, "text/event-stream; charset=utf-8", ChatStream.Write(ask, answer), answer.Tokens) { Stream = true }
        : Reply.Json(ChatCompletion.Write(ask, answer), answer.Tokens);

    private static Reply Responses(Ask ask, Answer answer) => ask.Stream
        ? new Reply(200, "text/event-stream; charset=utf-8", ResponsesStream.Write(ask, answer), answer.Tokens) { Stream = true }
        : Reply.Json(ResponsesObject.Write(ask, answer), answer.Tokens);
}
