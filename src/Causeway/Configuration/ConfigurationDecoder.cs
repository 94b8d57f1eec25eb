using Causeway.Budgets.Runaway;
using Causeway.Configuration.Fields;
using Causeway.Configuration.Yaml;
using Causeway.Gateway.Capture;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Wire.Requests;

namespace Causeway.Configuration;

/// <summary>Builds the records from the rows of <see cref="FieldTable"/>, and checks what no single row can know.</summary>
internal static class ConfigurationDecoder
{
    public static CausewayConfiguration Decode(YamlMapping file, Decoding decoding) =>
        SectionReader.Read(FieldTable.Root, file, "", decoding, section => Causeway(section, decoding.Folder));

    private static CausewayConfiguration Causeway(SectionReader file, string folder)
    {
        ListenAddress listen = file.Value(FieldTable.Listen);
        HashSet<string> names = [];
        return new CausewayConfiguration
        {
            Listen = listen,
            Store = file.Value(FieldTable.Store) ?? StoreReference.DefaultIn(folder),
            Deployment = file.Value(FieldTable.Deployment),
            Agreements = file.Value(FieldTable.Agreements),
            Admin = file.One(FieldTable.Admin, section => Admin(section, file.IsGood(FieldTable.Listen) ? listen : null)),
            Providers = file.List(FieldTable.Providers, section => ProviderDecoder.Provider(section, names)),
            Identity = file.One(FieldTable.Identity, IdentityDecoder.Identity),
            Telemetry = file.One(FieldTable.Telemetry, Telemetry),
            Conformance = file.One(FieldTable.Conformance, Conformance),
            Sentinel = file.One(FieldTable.Sentinel, section => new SentinelConfiguration
            {
                Every = section.Value(SentinelFields.Every),
                MaxNanoUsd = section.Value(SentinelFields.MaxUsd),
            }),
            Releases = file.One(FieldTable.Releases, section => new ReleasesConfiguration { RollbackAllowance = section.Value(ReleasesFields.RollbackAllowance) }),
            Budgets = file.One(FieldTable.Budgets, section => new BudgetsConfiguration
            {
                TwoApproversAboveNanoUsd = section.Value(BudgetFields.TwoApproversAbove),
                MasterKeys = section.Value(BudgetFields.MasterKeys),
                Leases = section.Value(BudgetFields.Leases),
            }),
            Attribution = file.One(FieldTable.Attribution, section => new AttributionConfiguration
            {
                EndUser = section.Value(AttributionFields.EndUser),
                CostCentres = section.Value(AttributionFields.CostCentres) ?? AttributionConfiguration.Default.CostCentres,
            }),
            Runs = file.One(FieldTable.Runs, Runs),
            Detectors = file.List(FieldTable.Detectors, Detector),
            Classes = file.List(FieldTable.Classes, section => new ClassRule(section.Value(ClassFields.Team), section.Value(ClassFields.Feature), section.Value(ClassFields.Data))),
            Capture = file.List(FieldTable.Capture, Captured),
            Alerts = file.One(FieldTable.Alerts, Alerts),
            Retention = file.One(FieldTable.Retention, section => new RetentionConfiguration { Usage = section.ValueIfSet(RetentionFields.Usage) }),
            Limits = file.One(FieldTable.Limits, Limits),
        };
    }

    private static AdminConfiguration Admin(SectionReader section, ListenAddress? inference)
    {
        AdminConfiguration admin = new()
        {
            Token = section.Value(AdminFields.Token),
            Listen = section.Value(AdminFields.Listen),
        };
        admin = admin with { Operators = Operators(section, admin.Token) };

        if (inference is null)
        {
            return admin;
        }

        if (admin.Listen?.Overlaps(inference) == true)
        {
            section.Reject(AdminFields.Listen, "cannot be bound beside listen; choose another port");
        }
        else if (admin.Listen is null && !inference.IsLoopback && section.IsGood(AdminFields.Listen))
        {
            section.Warn(AdminFields.Listen, "is not set, so the admin API is reachable wherever listen is; prefer \"127.0.0.1:8081\"");
        }

        return admin;
    }

    private static IReadOnlyList<OperatorConfiguration> Operators(SectionReader admin, Secret? main)
    {
        HashSet<string> names = [];
        HashSet<string> tokens = main is null ? [] : [main.Reveal()];
        return admin.List(AdminFields.Operators, section =>
        {
            OperatorConfiguration one = new(section.Value(OperatorFields.Name), section.Value(OperatorFields.Token), section.Value(OperatorFields.Roles) ?? []);
            if (section.IsGood(OperatorFields.Name) && section.IsSet(OperatorFields.Name) && !names.Add(one.Name))
            {
                section.Reject(OperatorFields.Name, "is the name of another operator already");
            }

            if (section.IsGood(OperatorFields.Token) && section.IsSet(OperatorFields.Token) && !tokens.Add(one.Token.Reveal()))
            {
                section.Reject(OperatorFields.Token, "is the token of another already: who speaks could not be told");
            }

            return one;
        });
    }

    private static TelemetryConfiguration Telemetry(SectionReader section)
    {
        TelemetryConfiguration telemetry = new()
        {
            ServiceName = section.Value(TelemetryFields.ServiceName),
            Metrics = section.Value(TelemetryFields.Metrics),
        };
        telemetry = section.One(TelemetryFields.Logs, logs => telemetry with
        {
            LogFormat = logs.Value(LogFields.Format),
            LogLevel = logs.Value(LogFields.Level),
        });
        telemetry = section.One(TelemetryFields.Traces, traces => telemetry with { TraceSample = traces.Value(TraceFields.Sample) });
        return section.One(TelemetryFields.Otlp, otlp => Otlp(otlp, telemetry));
    }

    private static TelemetryConfiguration Otlp(SectionReader section, TelemetryConfiguration telemetry)
    {
        TelemetryConfiguration whole = telemetry with
        {
            OtlpEndpoint = section.Value(OtlpFields.Endpoint),
            OtlpProtocol = section.Value(OtlpFields.Protocol),
            OtlpHeaders = section.Value(OtlpFields.Headers) ?? telemetry.OtlpHeaders,
        };
        if (whole.OtlpEndpoint is { } endpoint && UrlType.IsPlaintext(endpoint) && whole.OtlpHeaders.Count > 0)
        {
            section.Warn(OtlpFields.Endpoint, "is http:// to another machine: the headers travel in the clear");
        }

        return whole;
    }

    private static ConformanceConfiguration Conformance(SectionReader section)
    {
        ConformanceConfiguration conformance = new()
        {
            Every = section.ValueIfSet(ConformanceFields.Every),
            MaxNanoUsd = section.Value(ConformanceFields.MaxUsd),
            Models = section.Value(ConformanceFields.Models) ?? [],
            Webhook = section.Value(ConformanceFields.Webhook),
            WebhookSecret = section.Value(ConformanceFields.WebhookSecret),
        };
        if (conformance.Every is not null && conformance.Models.Count == 0 && section.IsGood(ConformanceFields.Models))
        {
            section.Reject(ConformanceFields.Every, "has no models to probe; name them in models");
        }

        return conformance;
    }

    private static OutgoingRule Detector(SectionReader section)
    {
        OutgoingRule rule = new(
            section.Value(DetectorFields.Team), section.Value(DetectorFields.Feature), section.Value(DetectorFields.Deny) ?? [], section.Value(DetectorFields.Redact) ?? [], section.Value(DetectorFields.Raise) ?? [], section.Value(DetectorFields.RaiseTo));
        if (rule.Deny.Count + rule.Redact.Count + rule.Raise.Count == 0 && section.IsGood(DetectorFields.Deny) && section.IsGood(DetectorFields.Redact) && section.IsGood(DetectorFields.Raise))
        {
            section.Reject(DetectorFields.Deny, "is missing, and so are redact and raise; say one of them");
        }

        return rule;
    }

    private static CaptureRule Captured(SectionReader section) => new(
        section.Value(CaptureFields.Team),
        section.Value(CaptureFields.Feature) ?? "",
        section.Value(CaptureFields.Environments) ?? [],
        section.Value(CaptureFields.UpTo),
        section.Value(CaptureFields.Redacted),
        section.Value(CaptureFields.Keep),
        section.Value(CaptureFields.MaxBytes));

    private static RunsConfiguration Runs(SectionReader section) => new()
    {
        Limits = new RunLimits(
            section.Value(RunsFields.Calls), section.Value(RunsFields.Depth), section.Value(RunsFields.Time), section.ValueIfSet(RunsFields.Usd)),
        Exempt = section.Value(RunsFields.Exempt) ?? [],
    };

    private static AlertsConfiguration Alerts(SectionReader section) => new()
    {
        Thresholds = [.. section.Value(AlertsFields.Thresholds).Order()],
        Webhook = section.Value(AlertsFields.Webhook),
        WebhookSecret = section.Value(AlertsFields.WebhookSecret),
    };

    private static LimitsConfiguration Limits(SectionReader section) => new()
    {
        TrustedProxies = string.Join(',', section.Value(LimitFields.TrustedProxies) ?? []),
        ForwardedHeader = section.Value(LimitFields.ForwardedHeader)!,
        FailedKeys = section.Value(LimitFields.FailedKeys),
        FailedKeysInAll = section.Value(LimitFields.FailedKeysInAll),
        BodyBytes = section.Value(LimitFields.Body),
        HeaderBytes = section.Value(LimitFields.HeaderBytes),
        HeaderCount = section.Value(LimitFields.HeaderCount),
        Connections = section.Value(LimitFields.Connections),
        ConcurrentRequests = section.Value(LimitFields.ConcurrentRequests),
        OpenStreams = section.Value(LimitFields.OpenStreams),
        UnbookedRecords = section.Value(LimitFields.UnbookedRecords),
        Lists = new RequestBounds
        {
            Messages = section.Value(LimitFields.Messages),
            Tools = section.Value(LimitFields.Tools),
            Images = section.Value(LimitFields.Images),
            Choices = section.Value(LimitFields.Choices),
        },
        HeaderTimeout = section.Value(LimitFields.HeaderTimeout),
        KeepAlive = section.Value(LimitFields.KeepAlive),
        Drain = section.Value(LimitFields.Drain),
        Announce = section.Value(LimitFields.Announce),
        ResponseBytes = section.Value(LimitFields.Response),
        CacheAnswerBytes = section.Value(LimitFields.CacheAnswer),
        CacheStoreBytes = section.Value(LimitFields.CacheStore),
        CacheMemoryBytes = section.Value(LimitFields.CacheMemory),
    };
}
