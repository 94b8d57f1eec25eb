using Causeway.Wire;

namespace Causeway.Gateway.Flow;

/// <summary>How protocols are written in records, configuration and messages.</summary>
public static class ProtocolNames
{
    /// <summary><c>openai</c>, <c>anthropic</c>, <c>gemini</c> or <c>bedrock</c>.</summary>
    public static string Of(Protocol protocol) => protocol switch
    {
        Protocol.OpenAI => "openai",
        Protocol.Anthropic => "anthropic",
        Protocol.Gemini => "gemini",
        Protocol.Bedrock => "bedrock",
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };

    /// <summary>A provider's kind as its configuration says it: a protocol, or a platform that is called in another way (<c>azure-openai</c>, <c>vertex</c>).</summary>
    public static string Of(Platform platform) => platform switch
    {
        Platform.AzureOpenAI => "azure-openai",
        Platform.Vertex => "vertex",
        _ => Of(Platforms.ProtocolOf(platform, "")),
    };
}
