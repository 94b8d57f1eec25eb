using Causeway.Gateway.Flow;
using Causeway.Wire;
using Causeway.Wire.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Gateway.Inbound;

/// <summary>The paths that the vendors' SDKs call. Every one of them asks for a key; a path that is not here is refused.</summary>
public static class InferenceRoutes
{
    private const string Models = "/v1/models/";
    private const string GeminiModels = "/v1beta/models/";
    private static readonly string[] s_reads = ["GET", "HEAD"];
    private static readonly Dictionary<string, Operation> s_posts = new(StringComparer.OrdinalIgnoreCase)
    {
        ["/v1/chat/completions"] = Operation.ChatCompletions,
        ["/v1/responses"] = Operation.Responses,
        ["/v1/embeddings"] = Operation.Embeddings,
        ["/v1/messages"] = Operation.Messages,
        ["/v1/messages/count_tokens"] = Operation.MessagesCountTokens,
    };
    private static readonly RouteBudget s_reserved = new(BudgetPolicy.Reserved);
    private static readonly RouteBudget s_native = new(BudgetPolicy.Native);
    private static readonly RouteBudget s_lists = new(BudgetPolicy.None, "lists what is served");
    private static readonly RouteBudget s_feedback = new(BudgetPolicy.None, "takes a word on an answer that is booked");
    private static readonly RouteBudget s_notHere = new(BudgetPolicy.None, "answers that nothing is there");

    /// <summary>Maps the inference paths.</summary>
    /// <returns>The group, so that the composition can say on which address it is served.</returns>
    public static RouteGroupBuilder MapInference(this IEndpointRouteBuilder routes, InferenceGateway gateway)
    {
        RouteGroupBuilder group = routes.MapGroup("");
        foreach ((string path, Operation operation) in s_posts)
        {
            group.MapPost(path, (RequestDelegate)(context => gateway.RunAsync(context, operation, null))).WithMetadata(s_reserved);
        }

        group.MapPost(GeminiModels + "{**rest}", (RequestDelegate)(context => GeminiAsync(context, gateway))).WithMetadata(s_reserved);
        group.MapPost(Models + "{**rest}", (RequestDelegate)(context => GeminiAsync(context, gateway))).WithMetadata(s_reserved); // Google's SDK from 2.0 on calls v1, a subset of v1beta.
        group.MapMethods(Models + "{**id}", s_reads, (RequestDelegate)(context => gateway.Models.AnswerAsync(context, InboundProtocol.Guess(context.Request), NameIn(context, "id")))).WithMetadata(s_lists);
        group.MapMethods(GeminiModels + "{**id}", s_reads, (RequestDelegate)(context => gateway.Models.AnswerAsync(context, Protocol.Gemini, NameIn(context, "id")))).WithMetadata(s_lists);
        group.Map("/passthrough/{provider}/{**path}", (RequestDelegate)(context => gateway.PassAsync(context, "passthrough", (string)context.Request.RouteValues["provider"]!))).WithMetadata(s_native);
        group.MapPost("/v1/feedback", (RequestDelegate)(context => gateway.Feedback is { } desk ? desk.AnswerAsync(context) : NotHereAsync(context))).WithMetadata(s_feedback);
        Native(group, gateway, "images");
        Native(group, gateway, "audio");
        Native(group, gateway, "moderations");
        Native(group, gateway, "files");
        Native(group, gateway, "batches");
        group.Map("/passthrough/{**rest}", (RequestDelegate)NotHereAsync).WithMetadata(s_notHere);
        group.Map("/v1/{**rest}", (RequestDelegate)NotHereAsync).WithMetadata(s_notHere);
        group.Map("/v1beta/{**rest}", (RequestDelegate)NotHereAsync).WithMetadata(s_notHere);
        return group;
    }

    // OpenAI's own paths for what has no equivalent elsewhere; the model or channel that the request names finds the provider.
    private static void Native(RouteGroupBuilder group, InferenceGateway gateway, string name) =>
        group.Map($"/v1/{name}/{{**rest}}", (RequestDelegate)(context => gateway.PassAsync(context, name, provider: null))).WithMetadata(s_native);

    // "models/{model}:{verb}", where the model may hold slashes (provider/model) and colons (tuned models).
    private static Task GeminiAsync(HttpContext context, InferenceGateway gateway)
    {
        string rest = NameIn(context, "rest");
        int colon = rest.LastIndexOf(':');
        string model = colon > 0 ? rest[..colon] : "";
        return model.Length is > 0 and <= 256 && !model.Any(char.IsControl) && Operations.TryParseGemini(rest[(colon + 1)..], out Operation operation)
            ? gateway.RunAsync(context, operation, model)
            : NotHereAsync(context);
    }

    // The vendors' SDKs escape a name as one segment, and a slash within it stays escaped in the path.
    private static string NameIn(HttpContext context, string value) =>
        ((string?)context.Request.RouteValues[value] ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static Task NotHereAsync(HttpContext context)
    {
        GatewayError error = new(
            ErrorKind.NotFound,
            "route_unknown",
            $"{context.Request.Method} {Printable(context.Request.Path)} is not served here. Inference is at /v1/chat/completions, /v1/responses, /v1/embeddings, /v1/messages, /v1/models and /v1beta/models/MODEL:generateContent; everything else of a provider is at /passthrough/PROVIDER/…");
        if (AllowedAt(context.Request.Path) is { } allowed && !allowed.Contains(context.Request.Method, StringComparison.Ordinal))
        {
            context.Response.Headers.Allow = allowed; // RFC 9110, 15.5.6: a 405 names them.
            error = new(ErrorKind.MethodNotAllowed, "method_not_allowed", $"{Printable(context.Request.Path)} takes {allowed}, not {context.Request.Method}.");
        }

        return Answers.ErrorAsync(context, InboundProtocol.Guess(context.Request), error, RequestId.New());
    }

    // The methods of a path that is there; null: it is not.
    private static string? AllowedAt(PathString path) =>
        s_posts.ContainsKey(path.Value ?? "") ? "POST"
        : path.StartsWithSegments(Models[..^1], out PathString rest) || path.StartsWithSegments(GeminiModels[..^1], out rest) ? rest.Value!.Contains(':', StringComparison.Ordinal) ? "POST" : "GET, HEAD"
        : null;

    private static string Printable(string? path) => path is { Length: > 200 } ? path[..200] + "…" : path ?? "/";
}
