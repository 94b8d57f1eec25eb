using Causeway.Simulator.Providers.OpenAI;
using Microsoft.AspNetCore.Http;

namespace Causeway.Simulator.Providers.Azure;

/// <summary>Azure's two ways in: by date, most of it with the deployment in the path, and <c>v1</c> as at OpenAI.</summary>
internal static class AzureRoutes
{
    private const string Dated = "/openai/deployments/";

    /// <summary>Whether a path needs the date of an API behind it.</summary>
    /// <param name="path">With the simulator's own prefix.</param>
    public static bool IsDated(PathString path) => path.StartsWithSegments("/azure/openai") && !path.StartsWithSegments("/azure/openai/v1");

    public static Route Of(string path)
    {
        if (Route.Cut(path, "/openai", out string rest) && rest.StartsWith("/v1/", StringComparison.Ordinal))
        {
            return OpenAIRoutes.Of(Vendor.Azure, rest);
        }

        if (path is "/openai/responses" or "/openai/models")
        {
            return OpenAIRoutes.Of(Vendor.Azure, "/v1" + rest);
        }

        string[] steps = path.StartsWith(Dated, StringComparison.Ordinal) ? path[Dated.Length..].Split('/', 2) : [];
        Operation? operation = steps is [{ Length: > 0 }, string verb]
            ? verb switch { "chat/completions" => Operation.ChatCompletions, "embeddings" => Operation.Embeddings, _ => null }
            : null;
        return new(Vendor.Azure, Protocol.Openai, operation) { Model = operation is null ? null : steps[0], Sse = operation == Operation.ChatCompletions };
    }
}
