using Causeway.Contracts.Dialects;
using Causeway.Gateway.Policy;
using Causeway.Wire;

namespace Causeway.Gateway.Conformance;

/// <summary>Which dialect a provider speaks for a model: the seam between how a provider is called and how its structured output behaves.</summary>
public static class DialectNames
{
    /// <summary>The dialect itself; of a server that has no profile of its own, OpenAI's, whose shapes it takes.</summary>
    public static DialectProfile ProfileOf(Provider provider, string model) => DialectCatalogue.Find(Of(provider, model)) ?? DialectCatalogue.Find("openai")!;

    /// <summary>The dialect's name, as the profiles have it.</summary>
    public static string Of(Provider provider, string model) => provider.Platform switch
    {
        Platform.AzureOpenAI => "azure-openai",
        Platform.Bedrock => "bedrock",
        Platform.Vertex => provider.ProtocolOf(model) == Protocol.Anthropic ? "anthropic" : "vertex",
        _ => provider.Protocol switch
        {
            Protocol.Anthropic => "anthropic",
            Protocol.Gemini => "gemini",
            Protocol.Bedrock => "bedrock",
            _ => provider.Server,
        },
    };
}
