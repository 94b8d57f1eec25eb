using System.Text.Json.Serialization;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers;

[JsonConverter(typeof(SnakeCaseEnum<Protocol>))]
internal enum Protocol
{
    Openai,
    Anthropic,
    Gemini,
}

[JsonConverter(typeof(SnakeCaseEnum<Operation>))]
internal enum Operation
{
    ChatCompletions,
    Responses,
    Embeddings,
    Messages,
    GenerateContent,
    CountTokens,
    EmbedContent,
    BatchEmbedContents,
    Models,
}
