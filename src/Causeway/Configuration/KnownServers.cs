namespace Causeway.Configuration;

/// <summary>The servers that speak OpenAI's protocol and are known by name: where their vendors run them, and whose prices apply.</summary>
internal static class KnownServers
{
    /// <summary>What is meant where the file names none.</summary>
    public const string Default = "openai";

    // A server of one's own has no address that could be known, and no price.
    private static readonly (string Name, string? Endpoint, string Catalogue)[] All =
    [
        (Default, "https://api.openai.com/v1", "openai"),
        ("vllm", null, "none"),
        ("llamacpp", null, "none"),
        ("ollama", null, "none"),
        ("groq", "https://api.groq.com/openai/v1", "none"),
        ("together", "https://api.together.xyz/v1", "none"),
        ("mistral", "https://api.mistral.ai/v1", "mistral"),
        ("deepseek", "https://api.deepseek.com/v1", "deepseek"),
        ("xai", "https://api.x.ai/v1", "xai"),
        ("openrouter", "https://openrouter.ai/api/v1", "none"),
    ];

    public static IEnumerable<string> Names => All.Select(server => server.Name);

    /// <summary>The vendor's own address; null: there is none.</summary>
    public static Uri? EndpointOf(string server) => Of(server).Endpoint is { } endpoint ? new Uri(endpoint) : null;

    /// <summary>The platform of the catalogue whose models and prices apply, or <c>none</c>.</summary>
    public static string CatalogueOf(string server) => Of(server).Catalogue;

    private static (string Name, string? Endpoint, string Catalogue) Of(string server) => All.First(known => known.Name == server);
}
