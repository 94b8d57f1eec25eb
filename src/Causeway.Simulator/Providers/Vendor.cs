using System.Text.Json.Serialization;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Providers;

/// <summary>Whose API is pretended. Each but the bare paths of the first three has its name as prefix: <c>/groq/v1/…</c>.</summary>
[JsonConverter(typeof(SnakeCaseEnum<Vendor>))]
internal enum Vendor
{
    Openai,
    Anthropic,
    Gemini,
    Bedrock,
    Azure,
    Vertex,
    Vllm,
    Llamacpp,
    Ollama,
    Groq,
    Together,
    Mistral,
    Deepseek,
    Xai,
    Openrouter,
}
