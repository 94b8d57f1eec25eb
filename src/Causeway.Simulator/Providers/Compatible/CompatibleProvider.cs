using System.Globalization;
using System.Text.Json;
using Causeway.Simulator.Providers.OpenAI;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers.Compatible;

/// <summary>A server of the list: OpenAI's chat completions with that server's deviations.</summary>
internal sealed class CompatibleProvider(Server server) : IProvider
{
    private readonly OpenAIProvider _openAI = new(server.Style, server.Schemas);

    public Rejection WrongKey => _openAI.WrongKey;

    public Rejection BrokenJson => _openAI.BrokenJson;

    public Rejection? NoKey(Route route) => server.NeedsKey ? _openAI.NoKey(route) : null;

    public string KeyOf(HttpRequest request) => _openAI.KeyOf(request);

    public Rejection? CheckHead(Incoming incoming) => null;

    public Rejection NoSuchPath(string method, string path) => _openAI.NoSuchPath(method, path);

    public Rejection WrongMethod(string method, string path) => _openAI.WrongMethod(method, path);

    public Rejection ByStatus(int status, ScriptedError? error) => _openAI.ByStatus(status, error);

    public Reading Read(Incoming incoming)
    {
        if (incoming.Route.Operation != Operation.ChatCompletions)
        {
            return _openAI.Read(incoming);
        }

        Reading read = ChatRequest.Read(incoming, (body, model) => Fields(body) ?? server.Turns(incoming, model), server.Schemas);
        return read.Ask is { } ask
            ? ask with
            {
                MaxOutputTokens = server.KnowsMaxCompletionTokens ? ask.MaxOutputTokens : incoming.Json.Member("max_tokens").Number(),
                Reasons = server.Reasons(incoming, ask.Model) || IsAsked(incoming.Json),
            }
            : read;
    }

    public Reply Answer(Ask ask, Behaviour then) => _openAI.Answer(ask, then);

    public byte[] Error(Rejection rejection, string requestId) => server.Errors switch
    {
        ErrorShape.NumberedCode => JsonWriting.Bytes(w =>
        {
            w.WriteStartObject();
            w.WriteStartObject("error");
            w.WriteString("message", rejection.Message);
            w.WriteString("type", rejection.Type);
            w.WriteString("param", rejection.Param);
            w.WriteNumber("code", rejection.Status);
            w.WriteEndObject();
            w.WriteEndObject();
        }),
        ErrorShape.Flat => rejection.Status == StatusCodes.Status422UnprocessableEntity ? Detail(rejection) : Flat(rejection),
        _ => _openAI.Error(rejection, requestId),
    };

    /// <summary>Whatever the shape elsewhere, inside a stream it is <c>{"error":…}</c>.</summary>
    public Frame ErrorEvent(Rejection rejection, Ask ask, int position, string requestId) =>
        server.Errors == ErrorShape.Flat ? _openAI.ErrorEvent(rejection, ask, position, requestId) : Sse.Data(Error(rejection, requestId));

    public IEnumerable<KeyValuePair<string, string>> AnswerHeaders(string requestId, DateTimeOffset now) => [new("x-request-id", requestId)];

    /// <summary>Every way in which a server lets reasoning be switched on.</summary>
    private static bool IsAsked(JsonElement body) =>
        body.Member("reasoning_effort").Text() is not (null or "none")
        || body.Member("prompt_mode").Text() == "reasoning"
        || body.Member("reasoning") is { ValueKind: JsonValueKind.Object }
        || body.Member("chat_template_kwargs").Member("enable_thinking").IsTrue();

    private Rejection? Fields(JsonElement body)
    {
        if (server.KnownFields is { } known && body.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            return new(422, "extra_forbidden", "Extra inputs are not permitted") { Param = unknown };
        }

        if (server.Refused.FirstOrDefault(name => body.Member(name) is { ValueKind: not JsonValueKind.False }) is { } refused)
        {
            return new(400, "invalid_request_error", $"`{refused}` is not supported with this model") { Param = refused };
        }

        return body.Member("n").Number() > server.MaxChoices ? new(400, "invalid_request_error", $"'n' : number must be at most {server.MaxChoices}") { Param = "n" }
            : body.Member("temperature") is { ValueKind: JsonValueKind.Number } temperature && temperature.GetDouble() > server.MaxTemperature
                ? new(server.KnownFields is null ? 400 : 422, "less_than_equal", string.Create(CultureInfo.InvariantCulture, $"Input should be less than or equal to {server.MaxTemperature}")) { Param = "temperature" }
                : null;
    }

    private static byte[] Flat(Rejection rejection) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("object", "error");
        w.WriteString("message", rejection.Message);
        w.WriteString("type", rejection.Type);
        w.WriteString("param", rejection.Param);
        w.WriteString("code", rejection.Code);
        w.WriteEndObject();
    });

    private static byte[] Detail(Rejection rejection) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteStartArray("detail");
        w.WriteStartObject();
        w.WriteString("type", rejection.Type);
        w.WriteStartArray("loc");
        w.WriteStringValue("body");
        w.WriteStringValue(rejection.Param);
        w.WriteEndArray();
        w.WriteString("msg", rejection.Message);
        w.WriteEndObject();
        w.WriteEndArray();
        w.WriteEndObject();
    });
}
