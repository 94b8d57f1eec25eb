using Microsoft.AspNetCore.Http;

namespace Causeway.Composition;

/// <summary>Answers a path that nothing is at.</summary>
internal static class Nowhere
{
    public static Task AnswerAsync(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return context.Response.WriteAsync(
            "Nothing is here. Inference is under /v1 and /v1beta, the console at /console/, the admin API under /api/v1 (described at /openapi/v1.json), health at /healthz and /readyz, metrics at /metrics.\n",
            context.RequestAborted);
    }
}
