using System.Globalization;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Providers.Anthropic.Batches;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers.Anthropic;

/// <summary>Anthropic's API: shapes as of November 2026, from the vendor's SDK types and documentation.</summary>
/// <param name="batches">Where batches are taken; null: the platform takes none.</param>
internal sealed class AnthropicProvider(KeptBatches? batches = null) : IProvider
{
    private static readonly Rejection s_noKey = new(401, "authentication_error", "x-api-key header is required");

    public Rejection WrongKey { get; } = new(401, "authentication_error", "invalid x-api-key");

    public Rejection BrokenJson { get; } = new(400, "invalid_request_error", "The request body is not valid JSON");

    public Rejection? NoKey(Route route) => s_noKey;

    public string KeyOf(HttpRequest request)
    {
        string key = request.Headers["x-api-key"].ToString();
        string bearer = request.Headers.Authorization.ToString();
        return key.Length == 0 && bearer.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? bearer[7..].Trim() : key;
    }

    public Rejection? CheckHead(Incoming incoming) => incoming.Request.Headers["anthropic-version"].ToString() switch
    {
        "" => new(400, "invalid_request_error", "anthropic-version: header is required"),
        "2023-01-01" or "2023-06-01" or ParameterRules.StrictVersion => null,
        string other => new(400, "invalid_request_error", $"anthropic-version: \"{other}\" is not a valid version"),
    };

    public Rejection NoSuchPath(string method, string path) => new(404, "not_found_error", "Not found");

    public Rejection WrongMethod(string method, string path) => new(405, "invalid_request_error", "Method Not Allowed");

    public Rejection ByStatus(int status, ScriptedError? error)
    {
        (string type, string message) = status switch
        {
            401 => ("authentication_error", "invalid x-api-key"),
            402 => ("billing_error", "Your credit balance is too low to access the API."),
            403 => ("permission_error", "Your API key does not have permission to use the specified resource."),
            404 => ("not_found_error", "The requested resource could not be found."),
            409 => ("conflict_error", "The request conflicts with the current state of the resource."),
            413 => ("request_too_large", "Request exceeds the maximum size"),
            429 => ("rate_limit_error", "This request would exceed your rate limit. Please try again later."),
            504 => ("timeout_error", "The request timed out."),
            529 or 503 => ("overloaded_error", "Overloaded"),
            >= 500 => ("api_error", "Internal server error"),
            _ => ("invalid_request_error", "The request was not accepted."),
        };
        return new Rejection(status, error?.Type ?? type, error?.Message ?? message);
    }

    public Reading Read(Incoming incoming) => incoming.Route.Operation switch
    {
        Operation.Messages => MessagesRequest.Read(incoming),
        Operation.CountTokens => MessagesRequest.ReadForCount(incoming),
        Operation.Batches or Operation.BatchStatus or Operation.BatchResults when batches is not null => batches.Read(incoming),
        _ => new Ask { Protocol = Protocol.Anthropic, Operation = Operation.Models, Model = incoming.Route.Model ?? "" },
    };

    public Reply Answer(Ask ask, Behaviour then)
    {
        switch (ask.Operation)
        {
            case Operation.Messages:
                Answer answer = Composition.Compose(ask, then);
                return ask.Stream
                    ? new Reply(200, "text/event-stream; charset=utf-8", MessagesStream.Write(ask, answer), answer.Tokens) { Stream = true }
                    : Reply.Json(Message.Write(ask, answer), answer.Tokens);
            case Operation.CountTokens:
                return Reply.Json(JsonWriting.Bytes(w =>
                {
                    w.WriteStartObject();
                    w.WriteNumber("input_tokens", then.Usage?.InputUncached ?? ask.InputTokens);
                    w.WriteEndObject();
                }));
            case Operation.BatchStatus when ask.Look is { } look:
                return look(then);
            case Operation.Batches or Operation.BatchResults when ask.Act is { } act:
                return act();
            default:
                return Reply.Json(ask.Model.Length == 0 ? Models.List() : Models.One(ask.Model));
        }
    }

    public byte[] Error(Rejection rejection, string requestId) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("type", "error");
        w.WriteStartObject("error");
        w.WriteString("type", rejection.Type);
        w.WriteString("message", rejection.Message);
        w.WriteEndObject();
        w.WriteString("request_id", requestId);
        w.WriteEndObject();
    });

    public Frame ErrorEvent(Rejection rejection, Ask ask, int position, string requestId) => Sse.Named("error", Error(rejection, requestId));

    public IEnumerable<KeyValuePair<string, string>> AnswerHeaders(string requestId, DateTimeOffset now)
    {
        string reset = now.UtcDateTime.AddMinutes(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        yield return new("request-id", requestId);
        yield return new("anthropic-organization-id", "00000000-0000-4000-8000-000000000001");
        foreach ((string kind, long limit, long remaining) in new[] { ("requests", 4_000L, 3_999L), ("tokens", 2_400_000L, 2_399_000L), ("input-tokens", 2_000_000L, 1_999_000L), ("output-tokens", 400_000L, 400_000L) })
        {
            yield return new($"anthropic-ratelimit-{kind}-limit", limit.ToString(CultureInfo.InvariantCulture));
            yield return new($"anthropic-ratelimit-{kind}-remaining", remaining.ToString(CultureInfo.InvariantCulture));
            yield return new($"anthropic-ratelimit-{kind}-reset", reset);
        }
    }
}
