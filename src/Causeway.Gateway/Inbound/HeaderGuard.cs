using System.Text;
using Causeway.Gateway.Flow;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Inbound;

/// <summary>
/// Refuses what Kestrel lets pass and what two parsers could read differently: header names with an underscore (twins of ones
/// with a hyphen), credentials sent twice, a length that Kestrel renamed because the body is chunked as well, and what cannot be sent on.
/// </summary>
public static class HeaderGuard
{
    private const int MaxQueryLength = 2048;
    private const int MaxDrainedBytes = 64 * 1024;

    /// <summary>Runs before anything else looks at a request.</summary>
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        string? problem = context.Request.QueryString.Value?.Length > MaxQueryLength ? $"The query is longer than {MaxQueryLength} characters." : null;
        foreach (KeyValuePair<string, StringValues> header in context.Request.Headers)
        {
            if (header.Key.Contains('_', StringComparison.Ordinal))
            {
                problem = "A header's name holds an underscore, which some servers read as a hyphen. Use hyphens.";
            }
            else if (header.Key.Equals("X-Content-Length", StringComparison.OrdinalIgnoreCase))
            {
                problem = "The request has both a length and chunks. Send one of them.";
            }
            else if (!Ascii.IsValid(header.Value.ToString()) && IsForwarded(header.Key))
            {
                problem = $"The header {header.Key} is passed on to the provider and may hold ASCII only.";
            }
        }

        foreach (string name in Credential.Headers)
        {
            StringValues values = context.Request.Headers[name];
            if (values.Count > 1 || (values.Count == 1 && values[0]!.Contains(',', StringComparison.Ordinal)))
            {
                problem = $"The header {name} comes more than once.";
            }
        }

        if (problem is null)
        {
            return next(context);
        }

        return RefuseAsync(context, problem);
    }

    private static bool IsForwarded(string name) => Enum.GetValues<Protocol>().Any(protocol => ProtocolHeaders.ForwardsRequest(protocol, name));

    private static async Task RefuseAsync(HttpContext context, string problem)
    {
        // A connection that is closed over unread bytes is reset, and a reset can overtake the answer: a small body is read to its end.
        if (context.Request.ContentLength is > 0 and <= MaxDrainedBytes)
        {
            try
            {
                await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
            }
            catch (Exception gone) when (gone is IOException or OperationCanceledException)
            {
                // Too slow, or left: it is told what it can be told.
            }
        }

        context.Response.Headers.Connection = "close";
        await Answers.ErrorAsync(
            context, InboundProtocol.Guess(context.Request), new GatewayError(ErrorKind.Malformed, "request_malformed", problem), RequestId.New());
    }
}

/// <summary>Which vendor's SDK a request comes from, where the path alone does not say.</summary>
internal static class InboundProtocol
{
    public static Protocol Guess(HttpRequest request) =>
        request.Path.StartsWithSegments("/v1beta", StringComparison.OrdinalIgnoreCase) || request.Headers.ContainsKey("x-goog-api-key") || request.Headers.ContainsKey("x-goog-api-client") ? Protocol.Gemini
        : request.Headers.ContainsKey("anthropic-version") || request.Path.StartsWithSegments("/v1/messages", StringComparison.OrdinalIgnoreCase) ? Protocol.Anthropic
        : Protocol.OpenAI;
}
