namespace Causeway.Wire;

/// <summary>One call of a protocol: what the path of a request asks for.</summary>
public enum Operation : byte
{
    /// <summary><c>POST /v1/chat/completions</c></summary>
    ChatCompletions,

    /// <summary><c>POST /v1/responses</c></summary>
    Responses,

    /// <summary><c>POST /v1/embeddings</c></summary>
    Embeddings,

    /// <summary><c>POST /v1/messages</c></summary>
    Messages,

    /// <summary><c>POST /v1/messages/count_tokens</c>; generates nothing.</summary>
    MessagesCountTokens,

    /// <summary><c>POST /v1beta/models/{model}:generateContent</c></summary>
    GenerateContent,

    /// <summary><c>POST /v1beta/models/{model}:streamGenerateContent</c>; server-sent events with <c>alt=sse</c>, else one JSON array sent piecewise.</summary>
    StreamGenerateContent,

    /// <summary><c>POST /v1beta/models/{model}:countTokens</c>; generates nothing.</summary>
    GeminiCountTokens,

    /// <summary><c>POST /v1beta/models/{model}:embedContent</c></summary>
    EmbedContent,

    /// <summary><c>POST /v1beta/models/{model}:batchEmbedContents</c></summary>
    BatchEmbedContents,

    /// <summary>Any other call of a provider's own API, passed on without being understood.</summary>
    Native,

    /// <summary><c>POST /model/{model}/converse</c></summary>
    Converse,

    /// <summary><c>POST /model/{model}/converse-stream</c>; frames of an event stream instead of server-sent events.</summary>
    ConverseStream,

    /// <summary><c>POST /model/{model}/count-tokens</c>; generates nothing.</summary>
    ConverseCountTokens,
}
