using System.Runtime.ExceptionServices;
using Xunit.Sdk;

namespace Causeway.Acceptance.Processes;

/// <summary>A gateway with a configuration file in front of simulated providers that a test can script and whose bill it can read.</summary>
public class House : IAsyncLifetime
{
    /// <summary>The provider keys: canaries that may appear upstream and nowhere else.</summary>
    internal const string OpenAIKey = "sk-upstream-openai-4f1d9c0a7b3e8652";
    internal const string AnthropicKey = "sk-upstream-anthropic-92ab7764c1fe03d8";
    internal const string GeminiKey = "upstream-gemini-5d0e41b8a9c2f673";
    private protected const string AdminToken = "acceptance-admin-token-7c9b24ee81d35f06";
    private readonly TemporaryFolder _folder = new();
    private SkipException? _missing;

    /// <summary>What the file refers to.</summary>
    internal virtual IReadOnlyDictionary<string, string> Environment { get; } = new Dictionary<string, string>
    {
        ["CAUSEWAY_ADMIN_TOKEN"] = AdminToken,
        ["OPENAI_KEY"] = OpenAIKey,
        ["ANTHROPIC_KEY"] = AnthropicKey,
        ["GEMINI_KEY"] = GeminiKey,

        // Nobody listens there: a call that took the environment's proxy would fail.
        ["HTTP_PROXY"] = "http://127.0.0.1:9",
        ["HTTPS_PROXY"] = "http://127.0.0.1:9",
        ["ALL_PROXY"] = "http://127.0.0.1:9",
    };

    internal SimulatedProviders Providers { get; private set; } = null!;

    internal RunningGateway Gateway { get; private set; } = null!;

    internal string ConfigurationFile => _folder["causeway.yaml"];

    internal string DataFolder => _folder["data"];

    /// <summary>Opens it. A fixture cannot be skipped, its tests can: that something is missing here is kept for them.</summary>
    public async ValueTask InitializeAsync()
    {
        try
        {
            await OpenAsync();
        }
        catch (SkipException missing)
        {
            _missing = missing;
        }
    }

    /// <summary>Starts what stands in it.</summary>
    private protected virtual async Task OpenAsync()
    {
        Providers = await SimulatedProviders.StartAsync(_folder.Path);
        await File.WriteAllTextAsync(ConfigurationFile, Configured());
        Gateway = await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (Gateway is not null)
        {
            await Gateway.DisposeAsync();
        }

        if (Providers is not null)
        {
            await Providers.DisposeAsync();
        }

        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Skips a test of a house that could not be opened here.</summary>
    internal void Require()
    {
        if (_missing is not null)
        {
            ExceptionDispatchInfo.Throw(_missing);
        }
    }

    /// <summary>The file that the house starts with.</summary>
    internal static string Configuration(Uri simulator) => $$"""
        listen: 127.0.0.1:0
        store: sqlite:data/causeway.db
        admin:
          token: ${CAUSEWAY_ADMIN_TOKEN}
        providers:
          - name: openai
            protocol: openai
            endpoint: {{simulator}}openai/v1
            key: ${OPENAI_KEY}
          - name: anthropic
            protocol: anthropic
            endpoint: {{simulator}}anthropic
            key: ${ANTHROPIC_KEY}
          - name: gemini
            protocol: gemini
            endpoint: {{simulator}}gemini
            key: ${GEMINI_KEY}

        """;

    /// <summary>The file of this house, once its providers are there.</summary>
    private protected virtual string Configured() => Configuration(Providers.Address);

    private protected string InFolder(string name) => _folder[name];

    /// <summary>Starts the gateway again on the same data. The one before must have ended.</summary>
    internal async Task RestartAsync()
    {
        await Gateway.DisposeAsync();
        Gateway = await StartAsync();
    }

    /// <summary>What runs as the gateway.</summary>
    private protected virtual string Running => Executable.Path;

    private protected Task<RunningGateway> StartAsync(string? file = null) => RunningGateway.FromFileAsync(_folder.Path, file ?? ConfigurationFile, Environment, AdminToken, Running);
}
