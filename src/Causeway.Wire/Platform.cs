namespace Causeway.Wire;

/// <summary>Who hosts a model and how it is addressed: paths and credentials differ where the wire format is the same.</summary>
public enum Platform : byte
{
    /// <summary>OpenAI and the servers compatible with it.</summary>
    OpenAI,

    /// <summary>Anthropic's own API.</summary>
    Anthropic,

    /// <summary>The Gemini API.</summary>
    Gemini,

    /// <summary>Amazon Bedrock.</summary>
    Bedrock,

    /// <summary>Azure OpenAI.</summary>
    AzureOpenAI,

    /// <summary>Google Vertex AI, which serves Gemini and Claude.</summary>
    Vertex,
}
