using Causeway.Simulator.Answers;
using Causeway.Simulator.Providers.OpenAI;

namespace Causeway.Simulator.Providers.Compatible;

/// <summary>Signed reasoning details come back as they were or not at all.</summary>
internal static class OpenRouterTurns
{
    public static Rejection? Check(Incoming incoming, string model) => incoming.Json.Member("messages").Items()
        .SelectMany(message => message.Member(ChatReasoning.Details).Items())
        .Select(detail => detail.Member("signature").Text())
        .Any(signature => signature is not null && Seal.Read(ChatReasoning.Details, signature, "") is null)
            ? new(400, "invalid_request_error", "Invalid signature in reasoning_details")
            : null;
}
