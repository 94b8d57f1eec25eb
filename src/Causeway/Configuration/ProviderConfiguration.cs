using ClientGone = Causeway.Gateway.Policy.ClientGone;
using ObjectSharing = Causeway.Gateway.Policy.ObjectSharing;

namespace Causeway.Configuration;

/// <summary>How a provider is called.</summary>
internal enum ProviderProtocol
{
    OpenAI,
    Anthropic,
    Gemini,
    Bedrock,
    AzureOpenAI,
    Vertex,
}

/// <summary>An upstream account that answers inference.</summary>
internal sealed record ProviderConfiguration
{
    /// <summary>Data classes covered unless the file says otherwise: a class of customers' data is a decision, not a default.</summary>
    public static IReadOnlyList<string> DefaultData { get; } = ["public", "internal"];

    /// <summary>Unique; <c>[a-z][a-z0-9-]{0,62}</c>.</summary>
    public required string Name { get; init; }

    public required ProviderProtocol Protocol { get; init; }

    /// <summary>Which server speaks OpenAI's protocol; one of <see cref="KnownServers"/>.</summary>
    public string Server { get; init; } = KnownServers.Default;

    /// <summary>Absolute http or https address without user, query, fragment or closing slash: the protocol's paths are appended to it.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Azure: the dated API, <c>YYYY-MM-DD</c> or <c>YYYY-MM-DD-preview</c>; null: the v1 API.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>Vertex: the project that is billed; null for every other protocol.</summary>
    public string? Project { get; init; }

    /// <summary>Vertex: where models run; null for every other protocol.</summary>
    public string? Location { get; init; }

    /// <summary>Null: requests carry no static credential.</summary>
    public Secret? Key { get; init; }

    /// <summary>An access key of AWS; null: requests are not signed.</summary>
    public AwsConfiguration? Aws { get; init; }

    /// <summary>An identity at Google; null: no tokens are got there.</summary>
    public GoogleCredentials? Google { get; init; }

    /// <summary>An application at Entra; null: no tokens are got there.</summary>
    public AzureConfiguration? Azure { get; init; }

    /// <summary>Where the endpoint processes data, in the words of the agreement; null: not known, so covered by no residency rule.</summary>
    public string? Region { get; init; }

    /// <summary>Data classes that the agreement covers, in the order of the file.</summary>
    public IReadOnlyList<string> Data { get; init; } = DefaultData;

    /// <summary>Added to every request, names compared without case.</summary>
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = new Dictionary<string, Secret>(StringComparer.OrdinalIgnoreCase);

    public ProviderTimeouts Timeouts { get; init; } = ProviderTimeouts.Default;

    public ProviderRetries Retries { get; init; } = ProviderRetries.Default;

    public ClientGone ClientGone { get; init; }

    /// <summary>Who may use what it keeps for its account.</summary>
    public ObjectSharing Objects { get; init; }

    /// <summary>The platform whose models and prices apply, or <c>none</c>: only <see cref="Prices"/>.</summary>
    public required string Catalogue { get; init; }

    /// <summary>Prices by model, before those of the catalogue.</summary>
    public IReadOnlyDictionary<string, PriceConfiguration> Prices { get; init; } = new Dictionary<string, PriceConfiguration>();

    /// <summary>Fees of the provider's own tools, before those of the catalogue.</summary>
    public ToolFeeConfiguration ToolFees { get; init; } = new();

    /// <summary>The egress proxy; null: none. Proxy variables of the environment are never read.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Whether http to another machine is accepted: prompts and the key then travel in the clear.</summary>
    public bool Insecure { get; init; }

    /// <summary>The vendor's own address; null: nobody's address could be meant.</summary>
    public static Uri? DefaultEndpoint(ProviderProtocol protocol, string server, string? region, string? location) => protocol switch
    {
        ProviderProtocol.OpenAI => KnownServers.EndpointOf(server),
        ProviderProtocol.Anthropic => new Uri("https://api.anthropic.com"),
        ProviderProtocol.Gemini => new Uri("https://generativelanguage.googleapis.com"),
        ProviderProtocol.Bedrock => region is null ? null : new Uri($"https://bedrock-runtime.{region}.amazonaws.com"),
        ProviderProtocol.Vertex => location is null ? null : new Uri($"https://{VertexHost(location)}"),
        _ => null,
    };

    /// <summary>The platform of the catalogue that belongs to a protocol, or <c>none</c>.</summary>
    public static string DefaultCatalogue(ProviderProtocol protocol, string server = KnownServers.Default) => protocol switch
    {
        ProviderProtocol.OpenAI => KnownServers.CatalogueOf(server),
        ProviderProtocol.Anthropic => "anthropic",
        ProviderProtocol.Gemini or ProviderProtocol.Vertex => "gemini",
        ProviderProtocol.Bedrock => "bedrock",
        ProviderProtocol.AzureOpenAI => "azure",
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };

    private static string VertexHost(string location) => location switch
    {
        "global" => "aiplatform.googleapis.com",
        "us" or "eu" => $"aiplatform.{location}.rep.googleapis.com",
        _ => $"{location}-aiplatform.googleapis.com",
    };
}

/// <summary>How long each part of an upstream call may take.</summary>
internal sealed record ProviderTimeouts
{
    public static ProviderTimeouts Default { get; } = new();

    public TimeSpan Connect { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>From the sent request to the first byte of the answer; reasoning models are silent for minutes.</summary>
    public TimeSpan FirstByte { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Between two pieces of a stream.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The whole call, its retries not included.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(15);
}

/// <summary>How often and for how long a failed call is tried again at the same provider.</summary>
internal sealed record ProviderRetries
{
    public static ProviderRetries Default { get; } = new();

    /// <summary>Attempts after the first, 0 to 5.</summary>
    public int Max { get; init; } = 2;

    /// <summary>No attempt starts later than this after the first.</summary>
    public TimeSpan Deadline { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The pause before the first retry; each further pause doubles, with full jitter.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>What a model costs, in nano-USD for one million tokens: 2.50 USD is 2,500,000,000.</summary>
internal sealed record PriceConfiguration
{
    public required long InputNanoUsdPerMillion { get; init; }

    public required long OutputNanoUsdPerMillion { get; init; }

    /// <summary>Input read from the provider's cache; null: as other input.</summary>
    public long? CachedInputNanoUsdPerMillion { get; init; }

    /// <summary>Input written to a cache for five minutes; null: as other input.</summary>
    public long? CacheWrite5mNanoUsdPerMillion { get; init; }

    /// <summary>Input written to a cache for one hour; null: as other input.</summary>
    public long? CacheWrite1hNanoUsdPerMillion { get; init; }

    /// <summary>Reasoning tokens; null: as other output.</summary>
    public long? ReasoningNanoUsdPerMillion { get; init; }
}

/// <summary>What tools cost that the provider runs itself, in nano-USD for 1,000 uses; null: as the catalogue says.</summary>
internal sealed record ToolFeeConfiguration
{
    /// <summary>Searches of the web, by Anthropic's tool or that of Responses.</summary>
    public long? WebSearchNanoUsdPerThousand { get; init; }

    /// <summary>Searches by the older tool of Responses.</summary>
    public long? WebSearchPreviewNanoUsdPerThousand { get; init; }

    /// <summary>Searches of kept files.</summary>
    public long? FileSearchNanoUsdPerThousand { get; init; }

    /// <summary>Answers of chat completions that have searched.</summary>
    public long? WebSearchOptionsNanoUsdPerThousand { get; init; }

    /// <summary>Queries to Google's search.</summary>
    public long? GoogleSearchNanoUsdPerThousand { get; init; }
}
