using Causeway.Simulator.Providers.OpenAI;

namespace Causeway.Simulator.Providers.Azure;

/// <summary>Azure's two ways in: by deployment (Responses: by the body) and date, and <c>v1</c> as at OpenAI.</summary>
internal static class AzureRoutes
{
    private const string Dated = "/openai/deployments/";
    private const string DatedResponses = "/openai/responses";

    public static Route Of(string path)
    {
        if (Route.Cut(path, "/openai", out string rest) && rest.StartsWith("/v1/", StringComparison.Ordinal))
        {
            return OpenAIRoutes.Of(Vendor.Azure, rest);
        }

        if (path == DatedResponses)
        {
            return new(Vendor.Azure, Protocol.Openai, Operation.Responses) { Sse = true };
        }

        string[] steps = path.StartsWith(Dated, StringComparison.Ordinal) ? path[Dated.Length..].Split('/', 2) : [];
        Operation? operation = steps is [{ Length: > 0 }, string verb]
            ? verb switch { "chat/completions" => Operation.ChatCompletions, "embeddings" => Operation.Embeddings, _ => null }
            : null;
        return new(Vendor.Azure, Protocol.Openai, operation) { Model = operation is null ? null : steps[0], Sse = operation == Operation.ChatCompletions };
    }
}
