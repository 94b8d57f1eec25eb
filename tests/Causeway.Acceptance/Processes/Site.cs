namespace Causeway.Acceptance.Processes;

/// <summary>A provider of the continent, and a model that it is known for.</summary>
internal sealed record Site(string Provider, string Model)
{
    /// <summary>Those who speak OpenAI's protocol with an accent.</summary>
    public static IReadOnlyList<string> Servers { get; } = ["vllm", "llamacpp", "ollama", "groq", "together", "mistral", "deepseek", "xai", "openrouter"];

    public static IReadOnlyList<Site> All { get; } =
    [
        new("openai", "gpt-5.4-mini"),
        new("anthropic", "claude-sonnet-4-6"),
        new("gemini", "gemini-3.5-flash"),
        new("bedrock", "eu.anthropic.claude-haiku-4-5-20251001-v1:0"),
        new("bedrock-key", "global.anthropic.claude-opus-5"),
        new("azure", "gpt-5.4-mini"),
        new("azure-dated", "gpt-4o"),
        new("vertex", "gemini-2.5-flash"),
        new("vertex-claude", "claude-sonnet-5"),
        new("vllm", "Qwen/Qwen3-32B"),
        new("llamacpp", "gemma-3-27b"),
        new("ollama", "llama3.3:70b"),
        new("groq", "llama-3.3-70b-versatile"),
        new("together", "meta-llama/Llama-3.3-70B-Instruct-Turbo"),
        new("mistral", "mistral-large-2512"),
        new("deepseek", "deepseek-flash"),
        new("xai", "grok-4.3"),
        new("openrouter", "qwen/qwen3-235b"),
    ];

    /// <summary>What a caller sends as <c>model</c>, and what <c>x-causeway-served-by</c> says.</summary>
    public string Name => $"{Provider}/{Model}";
}
