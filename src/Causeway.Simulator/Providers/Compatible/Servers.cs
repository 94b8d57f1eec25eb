using Causeway.Simulator.Providers.OpenAI;

namespace Causeway.Simulator.Providers.Compatible;

/// <summary>The servers, each with its deviations. Vendors' documentation and server sources, November 2026.</summary>
internal static class Servers
{
    private static readonly ChatStyle s_plain = ChatStyle.OpenAI with { ShowsTier = false, Usage = ChatUsage.Bare };

    public static IReadOnlyList<Server> All { get; } =
    [
        new(Vendor.Vllm)
        {
            Schemas = ServerSchemas.Vllm,
            Style = s_plain with { ReasoningMember = "reasoning" },
            NeedsKey = false,
            HasResponses = true,
            Embeds = true,
            Errors = ErrorShape.NumberedCode,
        },
        new(Vendor.Llamacpp)
        {
            Schemas = ServerSchemas.LlamaCpp,
            Style = s_plain with { ReasoningMember = "reasoning_content", Extras = ServerExtras.Timings },
            NeedsKey = false,
            HasResponses = true,
            KnowsMaxCompletionTokens = false,
            Embeds = true,
            Errors = ErrorShape.NumberedCode,
        },
        new(Vendor.Ollama)
        {
            Schemas = ServerSchemas.Ollama,
            Style = s_plain with { ReasoningMember = "reasoning" },
            NeedsKey = false,
            HasResponses = true,
            KnowsMaxCompletionTokens = false,
            Embeds = true,
        },
        new(Vendor.Groq)
        {
            Schemas = ServerSchemas.Groq,
            Style = s_plain with { ReasoningMember = "reasoning", Usage = ServerUsage.Groq, StreamUsage = StreamUsage.LastChunkInside },
            Refused = ["logprobs", "top_logprobs", "logit_bias"],
            MaxChoices = 1,
            HasResponses = true,
        },
        new(Vendor.Together)
        {
            Schemas = ServerSchemas.Together,
            Style = s_plain with { ReasoningMember = "reasoning", StreamUsage = StreamUsage.LastChunk },
            KnowsMaxCompletionTokens = false,
            Embeds = true,
        },
        new(Vendor.Mistral)
        {
            Schemas = ServerSchemas.Mistral,
            Style = s_plain with { ThinkingInContent = true, Usage = ServerUsage.Mistral, StreamUsage = StreamUsage.LastChunk, CallId = call => call.Id[..MistralTurns.IdChars] },
            KnowsMaxCompletionTokens = false,
            KnownFields = new HashSet<string>(StringComparer.Ordinal)
            {
                "model", "messages", "max_tokens", "temperature", "top_p", "stream", "stream_options", "stop", "random_seed", "response_format", "tools",
                "tool_choice", "parallel_tool_calls", "presence_penalty", "frequency_penalty", "n", "prediction", "prompt_mode", "reasoning_effort",
                "safe_prompt", "metadata", "guardrails", "prompt_cache_key", "service_tier",
            },
            MaxTemperature = 1.5,
            Embeds = true,
            Errors = ErrorShape.Flat,
            Turns = MistralTurns.Check,
        },
        new(Vendor.Deepseek)
        {
            Schemas = ServerSchemas.DeepSeek,
            Style = s_plain with { ReasoningMember = "reasoning_content", Usage = ServerUsage.DeepSeek, StreamUsage = StreamUsage.LastChunk, KeepAlive = "keep-alive" },
            KnowsMaxCompletionTokens = false,
            Turns = DeepSeekTurns.Check,
            HasResponses = true,
            HasBeta = true,
            Reasons = DeepSeekTurns.Reasons,
        },
        new(Vendor.Xai)
        {
            Schemas = ServerSchemas.Xai,
            Style = s_plain with { ReasoningMember = "reasoning_content", Usage = ServerUsage.Xai, StreamUsage = StreamUsage.OwnChunkAlways },
            HasResponses = true,
            Turns = GrokRules.Check,
            Reasons = (_, model) => GrokRules.Reasons(model),
        },
        new(Vendor.Openrouter)
        {
            Schemas = ServerSchemas.OpenRouter,
            Style = s_plain with
            {
                ReasoningMember = "reasoning",
                ReasoningDetails = true,
                Usage = ServerUsage.OpenRouter,
                StreamUsage = StreamUsage.OwnChunkAlways,
                KeepAlive = "OPENROUTER PROCESSING",
                Extras = ServerExtras.Provider,
            },
            Embeds = true,
            HasResponses = true,
            Errors = ErrorShape.NumberedCode,
            Turns = OpenRouterTurns.Check,
        },
    ];

    private static readonly Dictionary<string, Server> s_byPrefix = All.ToDictionary(server => server.Vendor.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    public static Server? Find(string prefix) => s_byPrefix.GetValueOrDefault(prefix);
}
