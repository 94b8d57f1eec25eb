namespace Causeway.Simulator.Providers.Anthropic;

internal static class AnthropicRoutes
{
    private static readonly string[] s_getOrPost = ["GET", "POST"];
    private static readonly string[] s_getOrDelete = ["GET", "DELETE"];
    private static readonly string[] s_get = ["GET"];

    public static Route Of(string path)
    {
        static Route To(Operation operation) => new(Vendor.Anthropic, Protocol.Anthropic, operation);

        return path.Split('/') switch
        {
            ["", "v1", "messages"] => To(Operation.Messages) with { Sse = true },
            ["", "v1", "messages", "count_tokens"] => To(Operation.CountTokens),
            ["", "v1", "messages", "batches"] => To(Operation.Batches) with { Methods = s_getOrPost },
            ["", "v1", "messages", "batches", { Length: > 0 } id] => To(Operation.BatchStatus) with { Model = id, Methods = s_getOrDelete },
            ["", "v1", "messages", "batches", { Length: > 0 } id, "results"] => To(Operation.BatchResults) with { Model = id, Methods = s_get },
            ["", "v1", "messages", "batches", { Length: > 0 } id, "cancel"] => To(Operation.Batches) with { Model = id, Verb = "cancel", TakesForm = true },
            _ => Route.Models(Vendor.Anthropic, Protocol.Anthropic, path, "/v1/models"),
        };
    }
}
