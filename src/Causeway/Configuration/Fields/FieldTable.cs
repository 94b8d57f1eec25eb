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
        "Where state is kept. A relative path starts at the folder of this file. PostgreSQL arrives with a later version.", StoreReference.Default);

    public static readonly Section Admin = Root.Include(AdminFields.Section);

    public static readonly Section Providers = Root.Include(ProviderFields.Section);

    public static readonly Section Telemetry = Root.Include(TelemetryFields.Section);

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
}

internal static class ProviderFields
{
    private const string ByProtocol = "by protocol: https://api.openai.com/v1, https://api.anthropic.com or https://generativelanguage.googleapis.com";

    public static readonly Section Section = new("providers", "The upstream accounts that answer inference.", SectionKind.List, 256);

    public static readonly Field<string> Name = Section.Require(
        "name", Types.ProviderName, "openai-eu",
        "What callers, pins and reports call it. No two providers share a name.");

    public static readonly Field<ProviderProtocol> Protocol = Section.Require(
        "protocol", Types.Protocol, "openai",
        "The wire format that it speaks.");

    public static readonly Field<Uri> Endpoint = Section.Allow(
        "endpoint", Types.Endpoint, "https://eu.api.openai.com/v1",
        "The protocol's paths are appended to it. http:// is refused towards other machines unless `insecure` is true.", ByProtocol);

    public static readonly Field<Secret> Key = Section.Allow(
        "key", Types.IssuedSecret, "${OPENAI_API_KEY}",
        "The credential, sent where the protocol wants it. Required at the default endpoint.", "no credential is sent");

    public static readonly Field<string> Region = Section.Allow(
        "region", Types.Region, "eu-west-1",
        "Where it processes data. Residency rules compare it with the regions of an agreement.", "not known: no residency rule covers it");

    public static readonly Field<IReadOnlyList<string>> Data = Section.Default(
        "data", Types.DataClasses, ProviderConfiguration.DefaultData, "[public, internal, customer]",
        "The data classes that its agreement covers. Requests of other classes never reach it.");

    public static readonly Field<IReadOnlyDictionary<string, Secret>> Headers = Section.Allow(
        "headers", Types.ProviderHeaders, "{ OpenAI-Organization: \"${OPENAI_ORG:-org-main}\" }",
        "Added to every request. Not for credentials, and not for what belongs to the connection or the body.", "none");

    public static readonly Section Timeouts = Section.Include(TimeoutFields.Section);

    public static readonly Section Retries = Section.Include(RetryFields.Section);

    public static readonly Field<string> Catalogue = Section.Allow(
        "catalogue", Types.Catalogue, "openai",
        "The platform whose models and prices apply. `none`: only those under `prices`.", "that of the protocol");

    public static readonly Section Prices = Section.Include(PriceFields.Section);

    public static readonly Field<Uri> Proxy = Section.Allow(
        "proxy", Types.Proxy, "http://proxy.internal:3128",
        "The egress proxy. Proxy variables of the environment are never read.", "none");

    public static readonly Field<bool> Insecure = Section.Default(
        "insecure", Types.Switch, false, "false",
        "Accepts an http:// endpoint on another machine. Prompts and the key then travel in the clear.");
}

internal static class TimeoutFields
{
    private static readonly ProviderTimeouts Standard = ProviderTimeouts.Default;

    public static readonly Section Section = new("timeouts", "How long each part of a call may take.");

    public static readonly Field<TimeSpan> Connect = Section.Default(
        "connect", Types.Duration(0.1, 60), Standard.Connect, "5s",
        "To a connection, TLS included.");

    public static readonly Field<TimeSpan> FirstByte = Section.Default(
        "first_byte", Types.Duration(1, 900), Standard.FirstByte, "2m",
        "To the first byte of the answer. Reasoning models are silent for minutes.");

    public static readonly Field<TimeSpan> Idle = Section.Default(
        "idle", Types.Duration(1, 600), Standard.Idle, "60s",
        "Between two pieces of a stream. Keep-alive comments do not count.");

    public static readonly Field<TimeSpan> Total = Section.Default(
        "total", Types.Duration(1, 3600), Standard.Total, "15m",
        "The whole call.");
}

internal static class RetryFields
{
    private static readonly ProviderRetries Standard = ProviderRetries.Default;

    public static readonly Section Section = new("retries", "How a failed call is tried again at the same provider.");

    public static readonly Field<int> Max = Section.Default(
        "max", Types.Count(0, 5), Standard.Max, "2",
        "Attempts after the first.");

    public static readonly Field<TimeSpan> Deadline = Section.Default(
        "deadline", Types.Duration(1, 900), Standard.Deadline, "60s",
        "No attempt starts later than this after the request arrived.");

    public static readonly Field<TimeSpan> FirstDelay = Section.Default(
        "first_delay", Types.Duration(0.01, 10), Standard.FirstDelay, "200ms",
        "The shortest pause where the provider names none. It is drawn between this and a ceiling that doubles with each call.");

    public static readonly Field<TimeSpan> MaxDelay = Section.Default(
        "max_delay", Types.Duration(0.01, 60), Standard.MaxDelay, "2s",
        "The longest pause.");
}

internal static class PriceFields
{
    public static readonly Section Section = new(
        "prices", "What models cost, in USD for one million tokens: for models of one's own, and before the catalogue for others.",
        SectionKind.Named, 1000);

    public static readonly Field<long> Input = Section.Require("input", Types.Price, "2.50", "Input tokens.");

    public static readonly Field<long> Output = Section.Require("output", Types.Price, "10", "Output tokens.");

    public static readonly Field<long> CachedInput = Section.Allow(
        "cached_input", Types.Price, "0.25", "Input tokens read from the provider's cache.", "as `input`");

    public static readonly Field<long> CacheWrite5m = Section.Allow(
        "cache_write_5m", Types.Price, "3.125", "Input tokens written to a cache for five minutes.", "as `input`");

    public static readonly Field<long> CacheWrite1h = Section.Allow(
        "cache_write_1h", Types.Price, "5", "Input tokens written to a cache for one hour.", "as `input`");

    public static readonly Field<long> Reasoning = Section.Allow(
        "reasoning", Types.Price, "10", "Reasoning tokens.", "as `output`");
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

    public static readonly Field<TimeSpan> HeaderTimeout = Section.Default(
        "header_timeout", Types.Duration(1, 60), Standard.HeaderTimeout, "10s",
        "For a caller to send its headers.");

    public static readonly Field<TimeSpan> KeepAlive = Section.Default(
        "keep_alive", Types.Duration(1, 600), Standard.KeepAlive, "75s",
        "For a connection to be idle between requests.");

    public static readonly Field<TimeSpan> Drain = Section.Default(
        "drain", Types.Duration(1, 900), Standard.Drain, "30s",
        "For open requests to end when the process is asked to stop.");

    public static readonly Field<int> Response = Section.Default(
        "response", Types.Size(1 << 10, 128 << 20), Standard.ResponseBytes, "32MiB",
        "A provider's answer that is not a stream.");
}
