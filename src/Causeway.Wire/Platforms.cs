namespace Causeway.Wire;

/// <summary>What is true of a platform, whoever's account it is.</summary>
public static class Platforms
{
    /// <summary>The platform where a protocol is at home.</summary>
    public static Platform HomeOf(Protocol protocol) => protocol switch
    {
        Protocol.OpenAI => Platform.OpenAI,
        Protocol.Anthropic => Platform.Anthropic,
        Protocol.Gemini => Platform.Gemini,
        Protocol.Bedrock => Platform.Bedrock,
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };

    /// <summary>The protocol in which a platform takes calls of a model. Only Vertex has more than one: Claude is called as Anthropic says.</summary>
    public static Protocol ProtocolOf(Platform platform, string model) => platform switch
    {
        Platform.OpenAI or Platform.AzureOpenAI => Protocol.OpenAI,
        Platform.Anthropic => Protocol.Anthropic,
        Platform.Gemini => Protocol.Gemini,
        Platform.Bedrock => Protocol.Bedrock,
        Platform.Vertex => IsClaude(model) ? Protocol.Anthropic : Protocol.Gemini,
        _ => throw new ArgumentOutOfRangeException(nameof(platform)),
    };

    /// <summary>The value of OpenTelemetry's <c>gen_ai.provider.name</c>.</summary>
    public static string GenAiName(Platform platform) => platform switch
    {
        Platform.OpenAI => "openai",
        Platform.Anthropic => "anthropic",
        Platform.Gemini => "gcp.gemini",
        Platform.Bedrock => "aws.bedrock",
        Platform.AzureOpenAI => "azure.ai.openai",
        Platform.Vertex => "gcp.vertex_ai",
        _ => throw new ArgumentOutOfRangeException(nameof(platform)),
    };

    /// <summary>
    /// Whether the list of <see cref="UpstreamPath.Models(PlatformAddress)"/> holds the names that calls use. Azure lists what can be
    /// deployed, while calls name deployments; Bedrock and Vertex list nothing where they serve inference.
    /// </summary>
    public static bool ListsWhatItServes(Platform platform) => platform is Platform.OpenAI or Platform.Anthropic or Platform.Gemini;

    /// <summary>Calls name what the account has deployed, not models: only an answer says which model it came from.</summary>
    public static bool CallsDeployments(Platform platform) => platform == Platform.AzureOpenAI;

    /// <summary>The header that carries a static key.</summary>
    /// <remarks>Google's keys that begin with <c>AQ.</c> fail when they come in a second header too, so each platform has exactly one.</remarks>
    public static (string Name, string Value) KeyHeader(Platform platform, string secret) => platform switch
    {
        Platform.AzureOpenAI => ("api-key", secret),
        Platform.Vertex => (ProtocolHeaders.KeyHeader(Protocol.Gemini), secret),
        _ => KeyHeader(ProtocolOf(platform, ""), secret),
    };

    /// <summary>Headers that the platform requires, to be sent when the caller sent none of that name. Vertex has the version in the body.</summary>
    public static (string Name, string Value)[] RequiredDefaults(Platform platform) =>
        platform == Platform.Vertex ? [] : ProtocolHeaders.RequiredDefaults(ProtocolOf(platform, ""));

    /// <summary>Claude's models are the only ones of another vendor that are addressed like this; <c>claude-haiku-4-5@20251001</c>.</summary>
    internal static bool IsClaude(string model) => model.StartsWith("claude", StringComparison.OrdinalIgnoreCase);

    private static (string Name, string Value) KeyHeader(Protocol protocol, string secret) =>
        (ProtocolHeaders.KeyHeader(protocol), ProtocolHeaders.KeyValue(protocol, secret));
}
