namespace Causeway.Simulator.Providers.Anthropic;

internal static class AnthropicRoutes
{
    public static Route Of(string path) => path switch
    {
        "/v1/messages" => new(Vendor.Anthropic, Protocol.Anthropic, Operation.Messages) { Sse = true },
        "/v1/messages/count_tokens" => new(Vendor.Anthropic, Protocol.Anthropic, Operation.CountTokens),
        _ => Route.Models(Vendor.Anthropic, Protocol.Anthropic, path, "/v1/models"),
    };
}
