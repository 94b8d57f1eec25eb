using System.Collections.Frozen;
using Causeway.Budgets.Pricing;
using Causeway.Configuration;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Pins;
using Causeway.Wire;
using Causeway.Wire.Usage;

namespace Causeway.Composition;

/// <summary>
/// Makes routes of configured providers. A provider whose connection settings did not change keeps its client, so that a reload
/// neither drops a connection nor leaks a pool.
/// </summary>
internal sealed class ProviderRoutes(ModelCatalogue models, PriceCatalogue prices, TimeProvider time) : IAsyncDisposable
{
    private readonly Dictionary<string, (ProviderConfiguration Configuration, UpstreamClient Client)> _current = new(StringComparer.Ordinal);
    private readonly List<(UpstreamClient Client, ITimer End)> _retired = [];

    /// <summary>The routes of these providers. Clients that none of them needs any longer end when the last call on them must have ended.</summary>
    public IReadOnlyList<ProviderRoute> Build(IReadOnlyList<ProviderConfiguration> providers)
    {
        var routes = new List<ProviderRoute>(providers.Count);
        var next = new Dictionary<string, (ProviderConfiguration, UpstreamClient)>(StringComparer.Ordinal);
        foreach (ProviderConfiguration configuration in providers)
        {
            Provider provider = ToProvider(configuration);
            UpstreamClient client = _current.TryGetValue(configuration.Name, out (ProviderConfiguration Configuration, UpstreamClient Client) known) && SameWay(known.Configuration, configuration)
                ? known.Client
                : new UpstreamClient(provider, time);
            next[configuration.Name] = (configuration, client);
            routes.Add(new ProviderRoute(provider, client, models, prices));
        }

        foreach ((ProviderConfiguration configuration, UpstreamClient client) in _current.Values.Where(known => !next.Values.Any(kept => kept.Item2 == known.Client)))
        {
            ITimer end = time.CreateTimer(static client => ((UpstreamClient)client!).Dispose(), client, configuration.Timeouts.Total, Timeout.InfiniteTimeSpan);
            _retired.Add((client, end));
        }

        _current.Clear();
        foreach ((string name, (ProviderConfiguration, UpstreamClient) entry) in next)
        {
            _current[name] = entry;
        }

        return routes;
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((UpstreamClient client, ITimer end) in _retired)
        {
            await end.DisposeAsync();
            client.Dispose();
        }

        foreach ((ProviderConfiguration _, UpstreamClient client) in _current.Values)
        {
            client.Dispose();
        }
    }

    private static bool SameWay(ProviderConfiguration a, ProviderConfiguration b) => Way(a).SequenceEqual(Way(b));

    // All that a client is made of, secrets included: never to be shown.
    private static IEnumerable<object?> Way(ProviderConfiguration provider) =>
    [
        provider.Protocol,
        provider.Endpoint,
        provider.ApiVersion,
        provider.Project,
        provider.Location,
        provider.Key?.Reveal(),
        provider.Proxy,
        provider.Timeouts.Connect,
        .. CloudIdentities.Way(provider),
        .. provider.Headers.OrderBy(header => header.Key, StringComparer.OrdinalIgnoreCase).SelectMany(header => (string[])[header.Key.ToLowerInvariant(), header.Value.Reveal()]),
    ];

    private static Provider ToProvider(ProviderConfiguration configuration) => new()
    {
        Name = configuration.Name,
        Protocol = Platforms.ProtocolOf(PlatformOf(configuration.Protocol), ""),
        Address = new PlatformAddress(PlatformOf(configuration.Protocol), configuration.ApiVersion, configuration.Project, configuration.Location),
        Server = configuration.Server,
        Endpoint = configuration.Endpoint,
        Key = configuration.Key?.Reveal(),
        Identity = CloudIdentities.Of(configuration),
        Region = configuration.Region,
        DataClasses = configuration.Data,
        Headers = [.. configuration.Headers.Select(header => KeyValuePair.Create(header.Key, header.Value.Reveal()))],
        Timeouts = new Gateway.Policy.ProviderTimeouts
        {
            Connect = configuration.Timeouts.Connect,
            FirstByte = configuration.Timeouts.FirstByte,
            Idle = configuration.Timeouts.Idle,
            Total = configuration.Timeouts.Total,
        },
        Retries = new Gateway.Policy.ProviderRetries
        {
            Max = configuration.Retries.Max,
            Deadline = configuration.Retries.Deadline,
            FirstBackoff = configuration.Retries.FirstDelay,
            MaxBackoff = configuration.Retries.MaxDelay,
        },
        ClientGone = configuration.ClientGone,
        Objects = configuration.Objects,
        Catalogue = configuration.Catalogue == "none" ? null : configuration.Catalogue,
        Prices = configuration.Prices.ToFrozenDictionary(price => price.Key, price => new ModelPrice { List = ToRates(price.Value) }, StringComparer.Ordinal),
        ToolFees = ToFees(configuration.ToolFees),
        Proxy = configuration.Proxy,
    };

    private static Platform PlatformOf(ProviderProtocol protocol) => protocol switch
    {
        ProviderProtocol.OpenAI => Platform.OpenAI,
        ProviderProtocol.Anthropic => Platform.Anthropic,
        ProviderProtocol.Gemini => Platform.Gemini,
        ProviderProtocol.Bedrock => Platform.Bedrock,
        ProviderProtocol.AzureOpenAI => Platform.AzureOpenAI,
        ProviderProtocol.Vertex => Platform.Vertex,
        _ => throw new ArgumentOutOfRangeException(nameof(protocol)),
    };

    private static ToolFees ToFees(ToolFeeConfiguration fees)
    {
        (ServerTool Tool, long? NanoUsdPerThousand)[] all =
        [
            (ServerTool.WebSearch, fees.WebSearchNanoUsdPerThousand),
            (ServerTool.WebSearchPreview, fees.WebSearchPreviewNanoUsdPerThousand),
            (ServerTool.FileSearch, fees.FileSearchNanoUsdPerThousand),
            (ServerTool.ChatSearch, fees.WebSearchOptionsNanoUsdPerThousand),
            (ServerTool.GoogleSearch, fees.GoogleSearchNanoUsdPerThousand),
        ];
        return new ToolFees([.. all.Where(fee => fee.NanoUsdPerThousand is not null).Select(fee => new ToolFee { Tool = fee.Tool.Word(), NanoUsd = (fee.NanoUsdPerThousand!.Value + ToolFee.Uses - 1) / ToolFee.Uses })]);
    }

    private static Rates ToRates(PriceConfiguration price) => new()
    {
        Input = price.InputNanoUsdPerMillion,
        Output = price.OutputNanoUsdPerMillion,
        CacheRead = price.CachedInputNanoUsdPerMillion,
        CacheWrite5m = price.CacheWrite5mNanoUsdPerMillion,
        CacheWrite1h = price.CacheWrite1hNanoUsdPerMillion,
        Reasoning = price.ReasoningNanoUsdPerMillion,
    };
}
