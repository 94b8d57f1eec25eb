using Causeway.Simulator.Providers.Anthropic;
using Causeway.Simulator.Providers.Gemini;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers.Vertex;

/// <summary>Gemini and Claude at Google's cloud: the same bodies as at their own APIs but for a few members, other paths and OAuth.</summary>
internal sealed class VertexProvider(TimeProvider time) : IProvider
{
    private const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    private const string ClaudeVersion = "vertex-2023-10-16";

    private static readonly Rejection s_noToken = new(401, "UNAUTHENTICATED",
        "Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.")
    {
        Code = "CREDENTIALS_MISSING",
    };

    private readonly AccessTokens _tokens = new(time);
    private readonly GeminiProvider _gemini = new();
    private readonly AnthropicProvider _anthropic = new();

    public Rejection WrongKey { get; } = new(401, "UNAUTHENTICATED",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.")
    {
        Code = "ACCESS_TOKEN_TYPE_UNSUPPORTED",
    };

    public Rejection BrokenJson => _gemini.BrokenJson;

    public Rejection? NoKey(Route route) => route.Operation == Operation.Token ? null : s_noToken;

    /// <summary>An API key is not taken here.</summary>
    public string KeyOf(HttpRequest request)
    {
        string header = request.Headers.Authorization.ToString();
        return header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) ? header[7..].Trim() : "";
    }

    public Rejection? CheckHead(Incoming incoming) =>
        incoming.Route.Operation == Operation.Token || _tokens.Takes(incoming.Key) ? null : WrongKey;

    public Rejection NoSuchPath(string method, string path) => _gemini.NoSuchPath(method, path);

    public Rejection WrongMethod(string method, string path) => _gemini.WrongMethod(method, path);

    public Rejection ByStatus(int status, ScriptedError? error) => _gemini.ByStatus(status, error);

    public Reading Read(Incoming incoming) =>
        incoming.Route.Operation == Operation.Token ? ReadGrant(incoming)
        : incoming.Route.Protocol == Protocol.Gemini ? _gemini.Read(incoming)
        : ReadClaude(incoming);

    public Reply Answer(Ask ask, Behaviour then) =>
        ask.Operation == Operation.Token ? Reply.Json(Granted(ask.Model))
        : ask.Protocol == Protocol.Gemini ? _gemini.Answer(ask, then)
        : _anthropic.Answer(ask, then);

    /// <summary>Google's shape, but for what Claude's vendor says of a body and the token endpoint of a grant.</summary>
    public byte[] Error(Rejection rejection, string requestId) =>
        rejection.Type is "invalid_grant" or "unsupported_grant_type" or "invalid_request" ? Refused(rejection)
        : char.IsAsciiLetterLower(rejection.Type[0]) ? _anthropic.Error(rejection, requestId)
        : _gemini.Error(rejection, requestId);

    public Frame ErrorEvent(Rejection rejection, Ask ask, int position, string requestId) => ask.Protocol == Protocol.Gemini
        ? _gemini.ErrorEvent(rejection, ask, position, requestId)
        : _anthropic.ErrorEvent(_anthropic.ByStatus(rejection.Status, error: null) with { Message = rejection.Message }, ask, position, requestId);

    public IEnumerable<KeyValuePair<string, string>> AnswerHeaders(string requestId, DateTimeOffset now) => _gemini.AnswerHeaders(requestId, now);

    private Reading ReadGrant(Incoming incoming)
    {
        if (Form.Read(incoming.Request.ContentType, incoming.Body) is not { } form)
        {
            return new Rejection(400, "invalid_request", "Could not determine the grant type from the request body.");
        }

        if (form.Field("grant_type") != JwtBearer)
        {
            return new Rejection(400, "unsupported_grant_type", $"Invalid grant_type: {form.Field("grant_type")}");
        }

        string assertion = form.Field("assertion") ?? "";
        return _tokens.Complaint(assertion) is { } complaint
            ? new Rejection(400, "invalid_grant", complaint)
            : new Ask { Protocol = Protocol.Gemini, Operation = Operation.Token, Model = _tokens.Issue(assertion) };
    }

    /// <summary>The path names the model, the body the version, and neither does the other.</summary>
    private static Reading ReadClaude(Incoming incoming)
    {
        if (incoming.Json.Member("anthropic_version").Text() is not ClaudeVersion)
        {
            return Invalid($"anthropic_version: Input should be '{ClaudeVersion}'");
        }

        if (incoming.Route.Operation == Operation.CountTokens)
        {
            return MessagesRequest.ReadForCount(incoming);
        }

        if (incoming.Json.Member("model") is not null)
        {
            return Invalid("model: Extra inputs are not permitted");
        }

        Reading read = MessagesRequest.Read(incoming);
        return read.Ask is { } ask ? ask with { Stream = incoming.Route.Stream || ask.Stream } : read;
    }

    private static Rejection Invalid(string message) => new(400, "invalid_request_error", message);

    private static byte[] Granted(string token) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("access_token", token);
        w.WriteNumber("expires_in", AccessTokens.LifeSeconds);
        w.WriteString("token_type", "Bearer");
        w.WriteEndObject();
    });

    private static byte[] Refused(Rejection rejection) => JsonWriting.Bytes(w =>
    {
        w.WriteStartObject();
        w.WriteString("error", rejection.Type);
        w.WriteString("error_description", rejection.Message);
        w.WriteEndObject();
    });
}
