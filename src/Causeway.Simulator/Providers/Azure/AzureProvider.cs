using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Simulator.Providers.OpenAI;
using Causeway.Simulator.Providers.OpenAI.Kept;
using Causeway.Simulator.Scripts;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers.Azure;

/// <summary>OpenAI's models at Azure: what differs from OpenAI's own API, as of November 2026.</summary>
/// <param name="desk">What runs batches; null: they stay in progress.</param>
internal sealed partial class AzureProvider(BatchDesk? desk = null) : IProvider
{
    private static readonly Rejection s_notFound = new(404, "invalid_request_error", "Resource not found") { Code = "404" };

    private readonly OpenAIProvider _openAI = new(ChatStyle.OpenAI with { ShowsFilter = true }, StrictSchemas.Azure, Deployments.ModelOf, desk);

    public Rejection WrongKey { get; } = new(401, "invalid_request_error",
        "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.")
    {
        Code = "401",
    };

    public Rejection BrokenJson => _openAI.BrokenJson;

    public string KeyOf(HttpRequest request) => _openAI.KeyOf(request);

    public Rejection? NoKey(Route route) => WrongKey;

    /// <summary>A dated path is no path without its date.</summary>
    public Rejection? CheckHead(Incoming incoming) =>
        AzureRoutes.IsDated(incoming.Request.Path) && !ApiVersion().IsMatch(incoming.Request.Query["api-version"].ToString())
            ? s_notFound
            : null;

    public Rejection NoSuchPath(string method, string path) => s_notFound;

    public Rejection WrongMethod(string method, string path) => s_notFound;

    public Rejection ByStatus(int status, ScriptedError? error)
    {
        Rejection rejection = _openAI.ByStatus(status, error);
        return error?.Code is not null ? rejection : rejection with { Code = status.ToString(CultureInfo.InvariantCulture) };
    }

    public Reading Read(Incoming incoming) => _openAI.Read(incoming);

    public Reply Answer(Ask ask, Behaviour then) => _openAI.Answer(ask, then);

    public byte[] Error(Rejection rejection, string requestId) =>
        OpenAIProvider.Envelope(rejection, rejection.Code == "content_filter" ? w => Filtered(w, rejection.Status) : null);

    public Frame ErrorEvent(Rejection rejection, Ask ask, int position, string requestId) =>
        ask.Operation == Operation.Responses ? _openAI.ErrorEvent(rejection, ask, position, requestId) : Sse.Data(Error(rejection, requestId));

    public IEnumerable<KeyValuePair<string, string>> AnswerHeaders(string requestId, DateTimeOffset now) =>
    [
        new("apim-request-id", requestId),
        new("x-request-id", requestId),
        new("x-ms-region", "Sweden Central"),
        new("x-ratelimit-remaining-requests", "999"),
        new("x-ratelimit-remaining-tokens", "999000"),
    ];

    /// <summary>A prompt that the filter stopped.</summary>
    private static void Filtered(Utf8JsonWriter w, int status)
    {
        w.WriteNumber("status", status);
        w.WriteStartObject("innererror");
        w.WriteString("code", "ResponsibleAIPolicyViolation");
        w.WriteStartObject("content_filter_result");
        w.WriteStartObject("violence");
        w.WriteBoolean("filtered", value: true);
        w.WriteString("severity", "high");
        w.WriteEndObject();
        w.WriteEndObject();
        w.WriteEndObject();
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}(?:-preview)?$", RegexOptions.CultureInvariant, 1_000)]
    private static partial Regex ApiVersion();
}
