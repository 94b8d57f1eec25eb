namespace Causeway.Wire;

/// <summary>What is true of an operation whoever calls it.</summary>
public static class Operations
{
    /// <summary>The protocol whose envelopes, headers and streams the operation uses.</summary>
    public static Protocol ProtocolOf(Operation operation) => operation switch
    {
        Operation.ChatCompletions or Operation.Responses or Operation.Embeddings or Operation.Native => Protocol.OpenAI,
        Operation.Messages or Operation.MessagesCountTokens => Protocol.Anthropic,
        Operation.Converse or Operation.ConverseStream or Operation.ConverseCountTokens => Protocol.Bedrock,
        _ => Protocol.Gemini,
    };

    /// <summary>Whether two operations have the same body: Gemini and Bedrock ask for a stream by the path alone.</summary>
    internal static bool HaveOneBody(Operation one, Operation other) =>
        one == other || (IsGenerate(one) && IsGenerate(other)) || (IsConverse(one) && IsConverse(other));

    /// <summary>The value of OpenTelemetry's <c>gen_ai.operation.name</c>; <c>count_tokens</c> and <c>native</c> are ours, the conventions have none.</summary>
    public static string GenAiName(Operation operation) => operation switch
    {
        Operation.ChatCompletions or Operation.Responses or Operation.Messages or Operation.Converse or Operation.ConverseStream => "chat",
        Operation.GenerateContent or Operation.StreamGenerateContent => "generate_content",
        Operation.Embeddings or Operation.EmbedContent or Operation.BatchEmbedContents => "embeddings",
        Operation.Native => "native",
        _ => "count_tokens",
    };

    /// <summary>The name under which usage is recorded: the vendor's path in dots, or Gemini's verb.</summary>
    public static string RouteName(Operation operation) => operation switch
    {
        Operation.ChatCompletions => "chat.completions",
        Operation.Responses => "responses",
        Operation.Embeddings => "embeddings",
        Operation.Messages => "messages",
        Operation.MessagesCountTokens => "messages.count_tokens",
        Operation.GenerateContent => "generateContent",
        Operation.StreamGenerateContent => "streamGenerateContent",
        Operation.GeminiCountTokens => "countTokens",
        Operation.EmbedContent => "embedContent",
        Operation.BatchEmbedContents => "batchEmbedContents",
        Operation.Native => "native",
        Operation.Converse => "converse",
        Operation.ConverseStream => "converse_stream",
        Operation.ConverseCountTokens => "converse.count_tokens",
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    /// <summary>Reads the verb after the colon of a Gemini path, case-sensitive as Google does.</summary>
    public static bool TryParseGemini(string verb, out Operation operation)
    {
        Operation? parsed = verb switch
        {
            "generateContent" => Operation.GenerateContent,
            "streamGenerateContent" => Operation.StreamGenerateContent,
            "countTokens" => Operation.GeminiCountTokens,
            "embedContent" => Operation.EmbedContent,
            "batchEmbedContents" => Operation.BatchEmbedContents,
            _ => null,
        };
        operation = parsed.GetValueOrDefault();
        return parsed.HasValue;
    }

    private static bool IsGenerate(Operation operation) => operation is Operation.GenerateContent or Operation.StreamGenerateContent;

    private static bool IsConverse(Operation operation) => operation is Operation.Converse or Operation.ConverseStream;
}
