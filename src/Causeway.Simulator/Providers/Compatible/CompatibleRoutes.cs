using Causeway.Simulator.Providers.OpenAI;

namespace Causeway.Simulator.Providers.Compatible;

internal static class CompatibleRoutes
{
    /// <param name="path">Below the server's prefix.</param>
    public static Route Of(Server server, string path)
    {
        // DeepSeek's beta endpoint is the same API with more features.
        Route route = OpenAIRoutes.Of(server.Vendor, server.HasBeta && Route.Cut(path, "/beta", out string rest) ? Route.Cut(rest, "/v1", out _) ? rest : "/v1" + rest : path);
        bool offered = route.Operation switch
        {
            Operation.ChatCompletions or Operation.Models => true,
            Operation.Embeddings => server.Embeds,
            Operation.Responses or Operation.StoredResponses => server.HasResponses,
            _ => false,
        };
        return offered ? route : route with { Operation = null };
    }
}
