using System.Globalization;
using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers.Gemini;

/// <summary>The Gemini API: shapes as of November 2026, from the vendor's SDK types and documentation.</summary>
internal sealed class GeminiProvider : IProvider
{
    /// <summary>A missing key is 403 at this vendor, not 401.</summary>
    private static readonly Rejection s_noKey = new(403, "PERMISSION_DENIED",
        "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.");

    /// <summary>And a wrong one 400.</summary>
    public Rejection WrongKey { get; } = new(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.") { Code = "API_KEY_INVALID" };

    public Rejection BrokenJson { get; } = new(400, "INVALID_ARGUMENT", "Invalid JSON payload received.");

    public Rejection? NoKey(Route route) => s_noKey;

    public string KeyOf(HttpRequest request)
    {
        string key = request.Headers["x-goog-api-key"].ToString();
        if (key.Length == 0)
        {
            key = request.Query["key"].ToString();
        }

        string bearer = request.Headers.Authorization.ToString();
        return key.Length == 0 && bearer.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? bearer[7..].Trim() : key;
    }

    public Rejection? CheckHead(Incoming incoming) =>
        incoming.Request.Headers.Authorization.Count > 0 && incoming.Request.Headers["x-goog-api-key"].ToString().StartsWith("AQ.", StringComparison.Ordinal)
            ? new(400, "INVALID_ARGUMENT", "Multiple authentication credentials received. Please pass only one.")
            : null;

    public Rejection NoSuchPath(string method, string path) => new(404, "NOT_FOUND", $"Requested entity was not found: {path}");

    public Rejection WrongMethod(string method, string path) => new(404, "NOT_FOUND", $"Requested entity was not found: {method} {path}");

    public Rejection ByStatus(int status, ScriptedError? error)
    {
        (string type, string message) = status switch
        {
            401 => ("UNAUTHENTICATED", "Request had invalid authentication credentials."),
            403 => ("PERMISSION_DENIED", "The caller does not have permission"),
            404 => ("NOT_FOUND", "The model is not found for API version v1beta, or is not supported for this method."),
            409 => ("ABORTED", "The operation was aborted."),
            429 => ("RESOURCE_EXHAUSTED", "You exceeded your current quota. Please retry later."),
            499 => ("CANCELLED", "The operation was cancelled."),
            503 or 529 => ("UNAVAILABLE", "The model is overloaded. Please try again later."),
            504 => ("DEADLINE_EXCEEDED", "Deadline expired before operation could complete."),
            >= 500 => ("INTERNAL", "An internal error has occurred. Please retry."),
            _ => ("INVALID_ARGUMENT", "Request contains an invalid argument."),
        };
        return new Rejection(status, error?.Type ?? type, error?.Message ?? message) { Code = error?.Code, RetryDelayMs = error?.RetryDelayMs };
    }

    public Reading Read(Incoming incoming) => incoming.Route.Operation switch
    {
        Operation.GenerateContent => GenerateRequest.Read(incoming),
        Operation.CountTokens => GenerateRequest.ReadForCount(incoming with { Json = incoming.Json.Member("generateContentRequest", "generate_content_request") ?? incoming.Json }),
        Operation.EmbedContent or Operation.BatchEmbedContents => Embeddings.Read(incoming),
        _ => new Ask { Protocol = Protocol.Gemini, Operation = Operation.Models, Model = incoming.Route.Model ?? "" },
    };

    public Reply Answer(Ask ask, Behaviour then)
    {
        switch (ask.Operation)
        {
            case Operation.GenerateContent:
                Answer answer = Composition.Compose(ask, then);
                return ask.Stream
                    ? new Reply(200, ask.Sse ? "text/event-stream" : "application/json; charset=UTF-8", GenerateStream.Write(ask, answer), answer.Tokens) { Stream = true }
                    : Reply.Json(GenerateResponse.Write(ask, answer), answer.Tokens);
            case Operation.CountTokens:
                return Reply.Json(Counted(then.Usage?.InputUncached ?? ask.InputTokens));
            case Operation.EmbedContent or Operation.BatchEmbedContents:
                return Embeddings.Answer(ask, then);
            default:
                return Reply.Json(ask.Model.Length == 0 ? Models.List() : Models.One(ask.Model));
        }
    }

    public byte[] Error(Rejection rejection, string requestId) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteStartObject("error");
        w.WriteNumber("code", rejection.Status);
        w.WriteString("message", rejection.Message);
        w.WriteString("status", rejection.Type);
        if (rejection.Code is not null || rejection.RetryDelayMs is not null)
        {
            Details(w, rejection);
        }

        w.WriteEndObject();
        w.WriteEndObject();
    });

    public Frame ErrorEvent(Rejection rejection, Ask ask, int position, string requestId) =>
        GenerateStream.Framed(ask, Error(rejection, requestId), position, weight: 0);

    public IEnumerable<KeyValuePair<string, string>> AnswerHeaders(string requestId, DateTimeOffset now) =>
    [
        new("server-timing", "gfet4t7; dur=1"),
        new("x-sim-request-id", requestId),
    ];

    private static void Details(Utf8JsonWriter w, Rejection rejection)
    {
        w.WriteStartArray("details");
        if (rejection.Code is { } reason)
        {
            w.WriteStartObject();
            w.WriteString("@type", "type.googleapis.com/google.rpc.ErrorInfo");
            w.WriteString("reason", reason);
            w.WriteString("domain", "googleapis.com");
            w.WriteEndObject();
        }

        if (rejection.RetryDelayMs is { } delay)
        {
            w.WriteStartObject();
            w.WriteString("@type", "type.googleapis.com/google.rpc.RetryInfo");
            w.WriteString("retryDelay", (delay / 1000m).ToString("0.###", CultureInfo.InvariantCulture) + "s");
            w.WriteEndObject();
        }

        w.WriteEndArray();
    }

    private static byte[] Counted(long tokens) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteNumber("totalTokens", tokens);
        GenerateResponse.Modalities(w, "promptTokensDetails", tokens);
        w.WriteEndObject();
    });
}
