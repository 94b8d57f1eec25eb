using Causeway.Configuration;

namespace Causeway.Composition;

/// <summary>What a server is started with: a configuration file's content, or what stands in for it when there is none.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="File">The file that it came from, which a reload reads again; null: there is none.</param>
/// <param name="Development">Started with nothing: the simulator answers, and a first key is handed out.</param>
/// <param name="ResetAdminToken">Replace the generated administrator token by a new one.</param>
internal sealed record ServerSettings(CausewayConfiguration Configuration, string? File, bool Development, bool ResetAdminToken)
{
    /// <summary>The directory of a server that was started with nothing, below the current one.</summary>
    public const string DefaultDataDirectory = "causeway-data";

    /// <summary>A server that needs nothing: SQLite in a data directory and the simulator as its providers.</summary>
    public static ServerSettings FromNothing(ListenAddress listen, string dataDirectory, Uri simulator, bool resetAdminToken) => new(
        new CausewayConfiguration
        {
            Listen = listen,
            Store = new SqliteReference(Path.GetFullPath(Path.Combine(dataDirectory, "causeway.db"))),
            Admin = new AdminConfiguration { Token = null },
            Providers =
            [
                Simulated(simulator, "sim-openai", ProviderProtocol.OpenAI, "openai/v1"),
                Simulated(simulator, "sim-anthropic", ProviderProtocol.Anthropic, "anthropic"),
                Simulated(simulator, "sim-gemini", ProviderProtocol.Gemini, "gemini"),
                Simulated(simulator, "sim-bedrock", ProviderProtocol.Bedrock, "bedrock") with { Region = "us-east-1" },
            ],
            Telemetry = TelemetryConfiguration.Default,
            Limits = LimitsConfiguration.Default,
        },
        File: null,
        Development: true,
        resetAdminToken);

    private static ProviderConfiguration Simulated(Uri simulator, string name, ProviderProtocol protocol, string path) => new()
    {
        Name = name,
        Protocol = protocol,
        Endpoint = new Uri(simulator, path),
        Key = new Secret("simulator", "literal"),
        Catalogue = ProviderConfiguration.DefaultCatalogue(protocol),
    };
}
