namespace Causeway.Wire;

/// <summary>A wire format of inference. Each has one folder in this room that holds everything it needs.</summary>
public enum Protocol : byte
{
    /// <summary>Chat Completions, Responses and Embeddings, as OpenAI and the compatible servers speak them.</summary>
    OpenAI,

    /// <summary>Anthropic Messages.</summary>
    Anthropic,

    /// <summary>Gemini generateContent and its siblings.</summary>
    Gemini,

    /// <summary>Bedrock Converse. Spoken to providers only: no caller's request arrives in it.</summary>
    Bedrock,
}
