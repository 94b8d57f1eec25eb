using Causeway.Admin;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Wire.Requests;

namespace Causeway.Configuration.Fields;

/// <summary>Every field of <c>causeway.yaml</c>, once.</summary>
/// <remarks>
/// Decoding, <c>docs/configuration.md</c> and <c>docs/causeway.schema.json</c> all come from these rows, and the defaults from the records:
/// none of them can say something else than another.
/// </remarks>
internal static class FieldTable
{
    public static readonly Section Root = new("", "");

    public static readonly Field<ListenAddress> Listen = Root.Default(
        "listen", Types.Listen, ListenAddress.Default, "0.0.0.0:8080",
        "Where inference is served, and the admin API too unless `admin.listen` is set.");

    public static readonly Field<StoreReference> Store = Root.Allow(
        "store", Types.Store, "sqlite:/var/lib/causeway/causeway.db",
        "Where state is kept. A relative path starts at the folder of this file. PostgreSQL: see docs/operations/postgres.md; moving and backups: docs/operations/store.md.", StoreReference.Default);

    public static readonly Field<string> Deployment = Root.Allow(
        "deployment", Types.DeploymentName, "eu-prod",
        "What this deployment is called. Capability keys that are narrowed to deployments (`aud`) work where the name is among theirs.", "none: a key that is narrowed to deployments is refused");

    public static readonly Field<AgreementRule> Agreements = Root.Default(
        "agreements", Types.AgreementRule, AgreementRule.Optional, "required",
        "What covers a provider for which no agreement was ever made: `optional`, its `data`; `required`, nothing. A reload applies it. See docs/agreements.md.");

    public static readonly Section Admin = Root.Include(AdminFields.Section);

    public static readonly Section Providers = Root.Include(ProviderFields.Section);

    public static readonly Section Identity = Root.Include(IdentityFields.Section);

    public static readonly Section Telemetry = Root.Include(TelemetryFields.Section);

    public static readonly Section Conformance = Root.Include(ConformanceFields.Section);

    public static readonly Section Sentinel = Root.Include(SentinelFields.Section);

    public static readonly Section Releases = Root.Include(ReleasesFields.Section);

    public static readonly Section Budgets = Root.Include(BudgetFields.Section);

    public static readonly Section Attribution = Root.Include(AttributionFields.Section);

    public static readonly Section Runs = Root.Include(RunsFields.Section);

    public static readonly Section Detectors = Root.Include(DetectorFields.Section);

    public static readonly Section Classes = Root.Include(ClassFields.Section);

    public static readonly Section Capture = Root.Include(CaptureFields.Section);

    public static readonly Section Alerts = Root.Include(AlertsFields.Section);

    public static readonly Section Retention = Root.Include(RetentionFields.Section);

    public static readonly Section Limits = Root.Include(LimitFields.Section);

    /// <summary>The path of a field with this name, or null: for somebody who wrote it in the wrong section.</summary>
    public static string? PlaceOf(string name) => PlaceOf(name, Root, "");

    private static string? PlaceOf(string name, Section section, string path)
    {
        foreach (Member member in section.Members)
        {
            string memberPath = PathOf(path, member);
            if (member.Name == name)
            {
                return memberPath;
            }

            if (member is Section child && PlaceOf(name, child, memberPath) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>The path of a row as documents print it: <c>providers[].prices.MODEL</c>.</summary>
    public static string PathOf(string parent, Member member)
    {
        string path = parent.Length == 0 ? member.Name : parent + "." + member.Name;
        return member is Section { Kind: var kind }
            ? kind switch { SectionKind.List => path + "[]", SectionKind.Named => path + ".MODEL", _ => path }
            : path;
    }
}

internal static class AdminFields
{
    public static readonly Section Section = new("admin", "Who may administer, and where.");

    public static readonly Field<Secret> Token = Section.Allow(
        "token", Types.ChosenSecret, "${CAUSEWAY_ADMIN_TOKEN}",
        "The operator's token for the admin API and the console.", "made at the first start and shown once");

    public static readonly Field<ListenAddress> Listen = Section.Allow(
        "listen", Types.Listen, "127.0.0.1:8081",
        "An address of its own for the admin API, so that it is not reachable where inference is.", "that of `listen`");

    public static readonly Section Operators = Section.Include(OperatorFields.Section);
}

internal static class OperatorFields
{
    public static readonly Section Section = new(
        "operators", "People and systems that administer under names of their own, beside `admin.token`, which speaks as `admin`. Nobody approves what they asked for themselves.", SectionKind.List, 256)
    {
        MayBeMissing = true,
    };

    public static readonly Field<string> Name = Section.Require(
        "name", Types.OperatorName, "mira",
        "How the ledger, the log and requests for raises call them. No two share a name.");

    public static readonly Field<Secret> Token = Section.Require(
        "token", Types.ChosenSecret, "${MIRA_CAUSEWAY_TOKEN}",
        "Their token for the admin API and the console. No two share one.");

    public static readonly Field<IReadOnlyList<Role>> Roles = Section.Allow(
        "roles", Types.Roles, "[on-call]",
        "What they may do: see docs/roles.md. Left out, everything.");
}

internal static class BudgetFields
{
    public static readonly Section Section = new("budgets", "Rules for grants that hold for the whole deployment.");

    public static readonly Field<long> TwoApproversAbove = Section.Default(
        "two_approvers_above", Types.BudgetAmount, BudgetsConfiguration.Default.TwoApproversAboveNanoUsd, "1000",
        "A raise of a money limit by more USD than this needs two approvers. Raises of other limits need one: their amounts have no price.");

    public static readonly Field<MasterKeys> MasterKeys = Section.Allow(
        "master_keys", Types.MasterKeys, "file:/run/secrets/keys.master",
        "The master keys of capability keys, the same for all instances of a store. Set, `keys.master` is neither read nor made. See docs/capability-keys.md.",
        "the file `keys.master` of the data directory, made at the first start");

    public static readonly Field<bool> Leases = Section.Default(
        "leases", Types.Switch, BudgetsConfiguration.Default.Leases, "true",
        "Of several instances on one PostgreSQL: each holds a part of busy grants' budgets for seconds and decides on it without asking the others. All instances must be of a version that knows leases. See docs/operations/leases.md.");
}

internal static class TelemetryFields
{
    private static readonly TelemetryConfiguration Standard = TelemetryConfiguration.Default;

    public static readonly Section Section = new("telemetry", "What the process tells about itself, and to whom. Prompts are never part of it.");

    public static readonly Field<string> ServiceName = Section.Default(
        "service_name", Types.ServiceName, Standard.ServiceName, "causeway",
        "The `service.name` of metrics and traces.");

    public static readonly Field<bool> Metrics = Section.Default(
        "metrics", Types.Switch, Standard.Metrics, "true",
        "Whether `/metrics` answers.");

    public static readonly Section Logs = Section.Include(LogFields.Section);

    public static readonly Section Traces = Section.Include(TraceFields.Section);

    public static readonly Section Otlp = Section.Include(OtlpFields.Section);
}

internal static class LogFields
{
    public static readonly Section Section = new("logs", "Written to standard error.");

    public static readonly Field<LogFormat> Format = Section.Default(
        "format", Types.LogFormat, TelemetryConfiguration.Default.LogFormat, "json",
        "For people or for machines.");

    public static readonly Field<Microsoft.Extensions.Logging.LogLevel> Level = Section.Default(
        "level", Types.LogLevel, TelemetryConfiguration.Default.LogLevel, "info",
        "The least important events that are written.");
}

internal static class TraceFields
{
    public static readonly Section Section = new("traces", "Sent by OTLP.");

    public static readonly Field<double> Sample = Section.Default(
        "sample", Types.Ratio, TelemetryConfiguration.Default.TraceSample, "0.1",
        "The share of requests that are traced. Nothing is traced without `telemetry.otlp.endpoint`.");
}

internal static class OtlpFields
{
    public static readonly Section Section = new("otlp", "The OpenTelemetry collector.");

    public static readonly Field<Uri> Endpoint = Section.Allow(
        "endpoint", Types.Endpoint, "https://collector.internal:4317",
        "Where metrics and traces are sent.", "none: nothing is sent");

    public static readonly Field<OtlpProtocol> Protocol = Section.Default(
        "protocol", Types.OtlpProtocol, TelemetryConfiguration.Default.OtlpProtocol, "grpc",
        "How they are sent.");

    public static readonly Field<IReadOnlyDictionary<string, Secret>> Headers = Section.Allow(
        "headers", Types.CollectorHeaders, "{ Authorization: \"file:/run/secrets/otlp\" }",
        "Added to every export, credentials included.", "none");
}

internal static class LimitFields
{
    private static readonly LimitsConfiguration Standard = LimitsConfiguration.Default;

    public static readonly Section Section = new("limits", "Bounds of the whole process. What lies beyond is refused, never half done.");

    public static readonly Field<int> Body = Section.Default(
        "body", Types.Size(1 << 10, 128 << 20), Standard.BodyBytes, "32MiB",
        "A request's body. Larger: 413.");

    public static readonly Field<int> HeaderBytes = Section.Default(
        "header_bytes", Types.Size(4 << 10, 256 << 10), Standard.HeaderBytes, "32KiB",
        "A request's headers together. Larger: 431.");

    public static readonly Field<int> HeaderCount = Section.Default(
        "header_count", Types.Count(16, 512), Standard.HeaderCount, "64",
        "A request's header fields. More: 431.");

    public static readonly Field<int> Connections = Section.Default(
        "connections", Types.Count(1, 1_000_000), Standard.Connections, "20000",
        "Open connections of callers. More are closed at once.");

    public static readonly Field<int> ConcurrentRequests = Section.Default(
        "concurrent_requests", Types.Count(1, 1_000_000), Standard.ConcurrentRequests, "10000",
        "Requests in work. More: 503 with `Retry-After`.");

    public static readonly Field<int> OpenStreams = Section.Default(
        "open_streams", Types.Count(1, 1_000_000), Standard.OpenStreams, "10000",
        "Streamed answers in work; each is a request too.");

    public static readonly Field<int> UnbookedRecords = Section.Default(
        "unbooked_records", Types.Count(100, 1_000_000), Standard.UnbookedRecords, "65536",
        "What waits in memory for the store to book it, two or three entries a request. At the bound nothing new is started: 503 `books_unavailable`.");

    public static readonly Field<int> Messages = Section.Default(
        "messages", Types.Count(1, 1_000_000), Standard.Lists.Messages, "4000",
        "Messages (items, contents) of one request. More: 400 `request_too_many`, as for the next three.");

    public static readonly Field<int> Tools = Section.Default(
        "tools", Types.Count(1, 100_000), Standard.Lists.Tools, "512",
        "Tools that one request offers.");

    public static readonly Field<int> Images = Section.Default(
        "images", Types.Count(1, 100_000), Standard.Lists.Images, "100",
        "Images in one request.");

    public static readonly Field<int> Choices = Section.Default(
        "choices", Types.Count(1, RequestScanner.MaxChoices), Standard.Lists.Choices, "16",
        "Answers that one request may ask for (`n`, `candidateCount`): each may cost as much as its cap.");

    public static readonly Field<int> FailedKeys = Section.Default(
        "failed_keys", Types.Count(1, 1_000_000), Standard.FailedKeys, "30",
        "Requests a minute from one address whose key is no good. More: 429 `keys_failing`, and a person is told; a good key is answered all the same. See docs/alerts.md.");

    public static readonly Field<int> FailedKeysInAll = Section.Default(
        "failed_keys_in_all", Types.Count(1, 1_000_000), Standard.FailedKeysInAll, "1000",
        "The same from all addresses together.");

    public static readonly Field<TimeSpan> HeaderTimeout = Section.Default(
        "header_timeout", Types.Duration(1, 60), Standard.HeaderTimeout, "10s",
        "For a caller to send its headers.");

    public static readonly Field<TimeSpan> KeepAlive = Section.Default(
        "keep_alive", Types.Duration(1, 600), Standard.KeepAlive, "75s",
        "For a connection to be idle between requests.");

    public static readonly Field<TimeSpan> Drain = Section.Default(
        "drain", Types.Duration(1, 900), Standard.Drain, "30s",
        "For open requests to end when the process is asked to stop.");

    public static readonly Field<TimeSpan> Announce = Section.Default(
        "announce", Types.Duration(0, 60), Standard.Announce, "3s",
        "For /readyz to say that the process ends before it takes no more connections: as long as a load balancer needs to notice.");

    public static readonly Field<int> Response = Section.Default(
        "response", Types.Size(1 << 10, 128 << 20), Standard.ResponseBytes, "32MiB",
        "A provider's answer that is not a stream.");

    public static readonly Field<int> CacheAnswer = Section.Default(
        "cache_answer", Types.Size(1 << 10, 4 << 20), Standard.CacheAnswerBytes, "256KiB",
        "An answer that is kept to be given again. Longer ones are not kept.");

    public static readonly Field<int> CacheStore = Section.Default(
        "cache_store", Types.Size(1 << 20, 1 << 30), Standard.CacheStoreBytes, "256MiB",
        "All answers that the store keeps to be given again, of every channel. Beyond it the oldest go.");

    public static readonly Field<int> CacheMemory = Section.Default(
        "cache_memory", Types.Size(1 << 20, 1 << 30), Standard.CacheMemoryBytes, "32MiB",
        "Those of them that this process has in memory.");

    public static readonly Field<IReadOnlyList<string>> TrustedProxies = Section.Allow(
        "trusted_proxies", Types.Networks, "[10.0.0.0/8]",
        "Addresses of proxies and load balancers that are believed when they say for whom a request comes. Bounds per address, and keys that are narrowed to networks, then go by the caller. See docs/operations/proxies.md.",
        "none: the address is that of the connection");

    public static readonly Field<string> ForwardedHeader = Section.Default(
        "forwarded_header", Types.ForwardedHeader, Standard.ForwardedHeader, "forwarded",
        "The header in which they say it; the other one is not read.");
}
