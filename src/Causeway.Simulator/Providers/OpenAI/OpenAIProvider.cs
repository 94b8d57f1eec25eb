using System.Globalization;
using System.Text.Json;
using Causeway.Simulator.Answers;
using Causeway.Simulator.Providers.OpenAI.Kept;
using Causeway.Simulator.Providers.OpenAI.Media;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>OpenAI's API: shapes as of November 2026, from the vendor's SDK types and documentation.</summary>
internal sealed class OpenAIProvider : IProvider
{
    private static readonly Rejection s_noKey = new(401, "invalid_request_error",
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).");

    private readonly ChatStyle _style;
    private readonly SchemaPolicy _schemas;
    private readonly Func<string, string>? _served;
    private readonly StoredResponses _stored = new();
    private readonly KeptFiles _files = new();
    private readonly KeptBatches _batches;

    /// <param name="style">How its answers are written.</param>
    /// <param name="schemas">What the server makes of schemas.</param>
    /// <param name="served">The model behind the one asked for, where they differ.</param>
    /// <param name="desk">What runs batches; null: they stay in progress.</param>
    public OpenAIProvider(ChatStyle style, SchemaPolicy schemas, Func<string, string>? served = null, BatchDesk? desk = null)
    {
        (_style, _schemas, _served) = (style, schemas, served);
        _batches = new KeptBatches(this, _files, desk);
    }

    public Rejection WrongKey { get; } = new(401, "invalid_request_error", "Incorrect API key provided.") { Code = "invalid_api_key" };

    public Rejection BrokenJson { get; } = new(400, "invalid_request_error",
        "We could not parse the JSON body of your request. (HINT: This likely means you aren't using your HTTP library correctly.)");

    public Rejection? NoKey(Route route) => s_noKey;

    public string KeyOf(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : request.Headers["api-key"].ToString();
    }

    public Rejection? CheckHead(Incoming incoming) => null;

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
        return new Rejection(status, error?.Type ?? type, error?.Message ?? message) { Code = error?.Code ?? code, FailedGeneration = error?.FailedGeneration };
    }

    public Reading Read(Incoming incoming) => incoming.Route.Operation switch
    {
        Operation.ChatCompletions => ChatRequest.Read(incoming, Rules, _schemas, _served),
        Operation.Responses or Operation.CountTokens => ResponsesRequest.Read(incoming, _stored, _schemas, _served),
        Operation.StoredResponses => _stored.Read(incoming),
        Operation.Files => _files.Read(incoming),
        Operation.Batches or Operation.BatchStatus => _batches.Read(incoming),
        Operation.Images => Images.Read(incoming),
        Operation.Speech => Speech.Read(incoming),
        Operation.Transcriptions or Operation.Translations => Transcripts.Read(incoming),
        Operation.Moderations => Moderations.Read(incoming),
        Operation.Embeddings => Embeddings.Read(incoming, _served),
        _ => new Ask { Protocol = Protocol.Openai, Operation = Operation.Models, Model = incoming.Route.Model ?? "" },
    };

    public Reply Answer(Ask ask, Behaviour then) => ask.Operation switch
    {
        Operation.ChatCompletions => Chat(ask, Composition.Compose(ask, then), _style),
        Operation.Responses => Responses(ask, Composition.Compose(ask, then)),
        Operation.CountTokens => Reply.Json(Counted(then.Usage?.InputUncached ?? ask.InputTokens)),
        Operation.Images => Images.Answer(ask, then),
        Operation.Speech => Speech.Answer(ask, then),
        Operation.Transcriptions or Operation.Translations => Transcripts.Answer(ask, then),
        Operation.Moderations => Moderations.Answer(ask, then),
        _ when ask.Look is { } look => look(then),
        _ when ask.Act is { } act => act(),
        Operation.Embeddings => Embeddings.Answer(ask, then),
        _ => Reply.Json(ask.Model.Length == 0 ? Models.List() : Models.One(ask.Model)),
    };

    public byte[] Error(Rejection rejection, string requestId) => Envelope(rejection);

    /// <summary>The envelope of an error, and what a platform adds to it.</summary>
    public static byte[] Envelope(Rejection rejection, Action<Utf8JsonWriter>? more = null) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteStartObject("error");
        w.WriteString("message", rejection.Message);
        w.WriteString("type", rejection.Type);
        w.WriteString("param", rejection.Param);
        w.WriteString("code", rejection.Code);
        if (rejection.FailedGeneration is { } failed)
        {
            w.WriteString("failed_generation", failed);
        }

        more?.Invoke(w);
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

    public static Reply Chat(Ask ask, Answer answer, ChatStyle style) => ask.Stream
        ? new Reply(200, "text/event-stream; charset=utf-8", ChatStream.Write(ask, answer, style), answer.Tokens) { Stream = true }
        : Reply.Json(ChatCompletion.Write(ask, answer, style), answer.Tokens);

    private static Rejection? Rules(JsonElement body, string model) => ParameterRules.CheckChat(body, model) ?? ChatTurnRules.Check(body);

    private Reply Responses(Ask ask, Answer answer)
    {
        byte[] whole = ResponsesObject.Write(ask, answer);
        if (ask.Body.Member("store") is not { ValueKind: JsonValueKind.False })
        {
            HashSet<string> calls = [.. answer.ToolCalls.Select(call => "call_" + call.Id)];
            HashSet<string> items = [.. ResponsesItem.Of(ask, answer).Select(item => item.Id)];
            _stored.Keep(new StoredResponse(ResponsesObject.Id(ask), ask.Account, whole, answer.Tokens.Input + answer.Tokens.Output, calls, items));
        }

        return ask.Stream
            ? new Reply(200, "text/event-stream; charset=utf-8", ResponsesStream.Write(ask, answer), answer.Tokens) { Stream = true }
            : Reply.Json(whole, answer.Tokens);
    }

    private static byte[] Counted(long tokens) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("object", "response.input_tokens");
        w.WriteNumber("input_tokens", tokens);
        w.WriteEndObject();
    });
}
