using System.Collections.Frozen;

namespace Causeway.Wire.OpenAI.Servers;

/// <summary>The servers whose deviations are known, by name.</summary>
internal static class ServerList
{
    private static readonly FrozenDictionary<string, ServerDeviations> Servers = new[]
    {
        OpenAIServer.Deviations,
        VllmServer.Deviations,
        LlamaCppServer.Deviations,
        OllamaServer.Deviations,
        GroqServer.Deviations,
        TogetherServer.Deviations,
        MistralServer.Deviations,
        DeepSeekServer.Deviations,
        XaiServer.Deviations,
        OpenRouterServer.Deviations,
    }.ToFrozenDictionary(server => server.Name);

    /// <summary>Every name, for the check of a configuration.</summary>
    public static IReadOnlyCollection<string> Names => Servers.Keys;

    /// <summary>The server of that name (<see cref="Neutral.Target.Server"/>); OpenAI where the name is not known.</summary>
    public static ServerDeviations Of(string name) => Servers.GetValueOrDefault(name, OpenAIServer.Deviations);
}
