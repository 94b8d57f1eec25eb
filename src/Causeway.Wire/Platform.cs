namespace Causeway.Wire;

/// <summary>Who runs an endpoint: it decides where paths lead and how a call is authorised. What is said there is a <see cref="Protocol"/>.</summary>
public enum Platform : byte
{
    /// <summary>OpenAI, and every server that is called as OpenAI is.</summary>
    OpenAI,

    /// <summary>Anthropic's own API.</summary>
    Anthropic,

    /// <summary>The Gemini API.</summary>
    Gemini,

    /// <summary>The runtime of Amazon Bedrock.</summary>
    Bedrock,

    /// <summary>Azure OpenAI: OpenAI's protocol, models by the names of deployments.</summary>
    AzureOpenAI,

    /// <summary>Google Vertex AI: Gemini and Claude, each in its own protocol.</summary>
    Vertex,
}
