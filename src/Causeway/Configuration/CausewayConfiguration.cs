using Causeway.Admin;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Raises;
using Causeway.Gateway.Capture;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Wire.Requests;
using Microsoft.Extensions.Logging;

namespace Causeway.Configuration;

/// <summary>All of the infrastructure that one process runs on. Policy is in the store, not here.</summary>
/// <remarks>Immutable. A reload builds a new one beside the old and swaps it whole.</remarks>
internal sealed record CausewayConfiguration
{
    public required ListenAddress Listen { get; init; }

    public required StoreReference Store { get; init; }

    /// <summary>What the deployment is called; null: it has no name.</summary>
    public string? Deployment { get; init; }

    public required AdminConfiguration Admin { get; init; }

    /// <summary>One or more, each with its own name.</summary>
    public required IReadOnlyList<ProviderConfiguration> Providers { get; init; }

    public IdentityConfiguration Identity { get; init; } = IdentityConfiguration.Default;

    public required TelemetryConfiguration Telemetry { get; init; }

    public ConformanceConfiguration Conformance { get; init; } = ConformanceConfiguration.Default;

    public SentinelConfiguration Sentinel { get; init; } = SentinelConfiguration.Default;

    public ReleasesConfiguration Releases { get; init; } = ReleasesConfiguration.Default;

    public BudgetsConfiguration Budgets { get; init; } = BudgetsConfiguration.Default;

    public AttributionConfiguration Attribution { get; init; } = AttributionConfiguration.Default;

    public RunsConfiguration Runs { get; init; } = RunsConfiguration.Default;

    /// <summary>What must not go out, by team and feature.</summary>
    public IReadOnlyList<OutgoingRule> Detectors { get; init; } = [];

    /// <summary>What covers a provider without an agreement.</summary>
    public AgreementRule Agreements { get; init; }

    /// <summary>Which class of data requests belong to at least, by team and feature.</summary>
    public IReadOnlyList<ClassRule> Classes { get; init; } = [];

    /// <summary>Whose prompts and answers are kept; none without a rule.</summary>
    public IReadOnlyList<CaptureRule> Capture { get; init; } = [];

    public AlertsConfiguration Alerts { get; init; } = AlertsConfiguration.Default;

    public RetentionConfiguration Retention { get; init; } = RetentionConfiguration.Default;

    public required LimitsConfiguration Limits { get; init; }
}

/// <summary>Who may administer, and where.</summary>
internal sealed record AdminConfiguration
{
    /// <summary>A shorter token is refused.</summary>
    public const int MinTokenLength = 8;

    /// <summary>A shorter token is warned about.</summary>
    public const int GoodTokenLength = 32;

    /// <summary>The operator's token, at least <see cref="MinTokenLength"/> characters.</summary>
    public Secret? Token { get; init; }

    /// <summary>The admin API's own address; null: it shares <see cref="CausewayConfiguration.Listen"/>.</summary>
    public ListenAddress? Listen { get; init; }

    /// <summary>Those who administer under names of their own. Names and tokens differ.</summary>
    public IReadOnlyList<OperatorConfiguration> Operators { get; init; } = [];
}

/// <summary>One who administers under a name.</summary>
/// <param name="Name">The name, as the ledger writes it.</param>
/// <param name="Token">As <see cref="AdminConfiguration.Token"/>.</param>
/// <param name="Roles">What they may do; empty: everything.</param>
internal sealed record OperatorConfiguration(string Name, Secret Token, IReadOnlyList<Role> Roles);

/// <summary>Rules for grants.</summary>
internal sealed record BudgetsConfiguration
{
    public static BudgetsConfiguration Default { get; } = new();

    /// <summary>A raise of more money than this needs two approvers.</summary>
    public long TwoApproversAboveNanoUsd { get; init; } = RaisePolicy.DefaultTwoApproversAboveNanoUsd;

    /// <summary>The master keys of capability keys; null: those of the data directory.</summary>
    public MasterKeys? MasterKeys { get; init; }

    /// <summary>Whether this instance takes leases on budgets that it shares with others.</summary>
    public bool Leases { get; init; }
}

/// <summary>What covers a provider for which no agreement was ever made.</summary>
internal enum AgreementRule
{
    /// <summary>Its <c>data</c> in the configuration.</summary>
    Optional,

    /// <summary>Nothing.</summary>
    Required,
}

/// <summary>How OTLP is sent.</summary>
internal enum OtlpProtocol
{
    Grpc,
    HttpProtobuf,
}

internal enum LogFormat
{
    Text,
    Json,
}

/// <summary>What the process tells about itself, and to whom.</summary>
internal sealed record TelemetryConfiguration
{
    public static TelemetryConfiguration Default { get; } = new();

    public string ServiceName { get; init; } = "causeway";

    /// <summary>Whether <c>/metrics</c> answers.</summary>
    public bool Metrics { get; init; } = true;

    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The share of requests that are traced, 0 to 1. Nothing is traced while <see cref="OtlpEndpoint"/> is null.</summary>
    public double TraceSample { get; init; } = 1;

    /// <summary>The collector; null: nothing leaves the process.</summary>
    public Uri? OtlpEndpoint { get; init; }

    public OtlpProtocol OtlpProtocol { get; init; } = OtlpProtocol.Grpc;

    public IReadOnlyDictionary<string, Secret> OtlpHeaders { get; init; } = new Dictionary<string, Secret>();
}

/// <summary>Bounds of the whole process. Bounds of one provider are in <see cref="ProviderTimeouts"/> and <see cref="ProviderRetries"/>.</summary>
internal sealed record LimitsConfiguration
{
    public static LimitsConfiguration Default { get; } = new();

    /// <summary>Networks of proxies that are believed, with commas between; empty: none is.</summary>
    public string TrustedProxies { get; init; } = "";

    /// <summary>The header in which they say for whom a request comes.</summary>
    public string ForwardedHeader { get; init; } = Gateway.Inbound.TrustedProxies.ForwardedFor;

    /// <summary>Requests a minute from one address whose key is no good.</summary>
    public int FailedKeys { get; init; } = Gateway.Inbound.FailedKeys.StandardPerAddress;

    /// <summary>The same from all addresses together.</summary>
    public int FailedKeysInAll { get; init; } = Gateway.Inbound.FailedKeys.StandardInAll;

    public int BodyBytes { get; init; } = 32 << 20;

    public int HeaderBytes { get; init; } = 32 << 10;

    public int HeaderCount { get; init; } = 64;

    public int Connections { get; init; } = 20_000;

    public int ConcurrentRequests { get; init; } = 10_000;

    public int OpenStreams { get; init; } = 10_000;

    /// <summary>What the lists of one request may have.</summary>
    public RequestBounds Lists { get; init; } = GatewayLimits.StandardLists;

    /// <summary>Entries that wait for the store.</summary>
    public int UnbookedRecords { get; init; } = 65_536;

    public TimeSpan HeaderTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be idle between requests.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(75);

    /// <summary>How long a shutdown waits for open requests.</summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a shutdown says that it comes, at <c>/readyz</c>, before it takes no more connections.</summary>
    public TimeSpan Announce { get; init; } = TimeSpan.Zero;

    /// <summary>An answer of a provider that is not a stream.</summary>
    public int ResponseBytes { get; init; } = 32 << 20;

    /// <summary>An answer that is kept to be given again.</summary>
    public int CacheAnswerBytes { get; init; } = 256 << 10;

    /// <summary>All of them in the store.</summary>
    public int CacheStoreBytes { get; init; } = 256 << 20;

    /// <summary>All of them in memory.</summary>
    public int CacheMemoryBytes { get; init; } = 32 << 20;
}
