using Causeway.Configuration.Fields;
using Causeway.Configuration.Yaml;

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
            Admin = file.One(FieldTable.Admin, section => Admin(section, file.IsGood(FieldTable.Listen) ? listen : null)),
            Providers = file.List(FieldTable.Providers, section => Provider(section, names)),
            Telemetry = file.One(FieldTable.Telemetry, Telemetry),
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

    private static ProviderConfiguration Provider(SectionReader section, HashSet<string> names)
    {
        string name = section.Value(ProviderFields.Name);
        if (name is not null && !names.Add(name))
        {
            section.Reject(ProviderFields.Name, $"{Shown.Quoted(name)} is the name of an earlier provider; each has its own");
        }

        ProviderProtocol protocol = section.Value(ProviderFields.Protocol);
        ProviderConfiguration provider = new()
        {
            Name = name!,
            Protocol = protocol,
            Endpoint = section.Value(ProviderFields.Endpoint) ?? ProviderConfiguration.DefaultEndpoint(protocol),
            Key = section.Value(ProviderFields.Key),
            Region = section.Value(ProviderFields.Region),
            Data = section.Value(ProviderFields.Data),
            Headers = section.Value(ProviderFields.Headers) ?? new Dictionary<string, Secret>(StringComparer.OrdinalIgnoreCase),
            Timeouts = section.One(ProviderFields.Timeouts, Timeouts),
            Retries = section.One(ProviderFields.Retries, Retries),
            Catalogue = section.Value(ProviderFields.Catalogue) ?? ProviderConfiguration.DefaultCatalogue(protocol),
            Prices = section.Named(ProviderFields.Prices, Price),
            Proxy = section.Value(ProviderFields.Proxy),
            Insecure = section.Value(ProviderFields.Insecure),
        };

        bool isVendor = !section.IsSet(ProviderFields.Endpoint);
        if (isVendor && !section.IsSet(ProviderFields.Key))
        {
            section.ReportMissing(
                ProviderFields.Key, $"is required at the vendor's endpoint: {Types.IssuedSecret.Noun} ({Types.IssuedSecret.Allowed})");
        }

        if (UrlType.IsPlaintext(provider.Endpoint) && section.IsGood(ProviderFields.Insecure))
        {
            const string Danger = "prompts and the key travel in the clear";
            if (provider.Insecure)
            {
                section.Warn(ProviderFields.Endpoint, $"is http:// to another machine: {Danger}");
            }
            else
            {
                section.Reject(ProviderFields.Endpoint, $"is http:// to another machine: {Danger}; write https://, or set insecure: true to accept it");
            }
        }

        if (provider.Region is { } region && Regions.Doubt(region) is { } doubt)
        {
            section.Warn(ProviderFields.Region, doubt);
        }

        return provider;
    }

    private static ProviderTimeouts Timeouts(SectionReader section)
    {
        ProviderTimeouts timeouts = new()
        {
            Connect = section.Value(TimeoutFields.Connect),
            FirstByte = section.Value(TimeoutFields.FirstByte),
            Idle = section.Value(TimeoutFields.Idle),
            Total = section.Value(TimeoutFields.Total),
        };
        MustNotExceed(section, TimeoutFields.Connect, timeouts.Connect, TimeoutFields.Total, timeouts.Total);
        MustNotExceed(section, TimeoutFields.FirstByte, timeouts.FirstByte, TimeoutFields.Total, timeouts.Total);
        MustNotExceed(section, TimeoutFields.Idle, timeouts.Idle, TimeoutFields.Total, timeouts.Total);
        return timeouts;
    }

    private static ProviderRetries Retries(SectionReader section)
    {
        ProviderRetries retries = new()
        {
            Max = section.Value(RetryFields.Max),
            Deadline = section.Value(RetryFields.Deadline),
            FirstDelay = section.Value(RetryFields.FirstDelay),
            MaxDelay = section.Value(RetryFields.MaxDelay),
        };
        MustNotExceed(section, RetryFields.FirstDelay, retries.FirstDelay, RetryFields.MaxDelay, retries.MaxDelay);
        return retries;
    }

    private static PriceConfiguration Price(SectionReader section) => new()
    {
        InputNanoUsdPerMillion = section.Value(PriceFields.Input),
        OutputNanoUsdPerMillion = section.Value(PriceFields.Output),
        CachedInputNanoUsdPerMillion = section.ValueIfSet(PriceFields.CachedInput),
        CacheWrite5mNanoUsdPerMillion = section.ValueIfSet(PriceFields.CacheWrite5m),
        CacheWrite1hNanoUsdPerMillion = section.ValueIfSet(PriceFields.CacheWrite1h),
        ReasoningNanoUsdPerMillion = section.ValueIfSet(PriceFields.Reasoning),
    };

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

    private static LimitsConfiguration Limits(SectionReader section) => new()
    {
        BodyBytes = section.Value(LimitFields.Body),
        HeaderBytes = section.Value(LimitFields.HeaderBytes),
        HeaderCount = section.Value(LimitFields.HeaderCount),
        Connections = section.Value(LimitFields.Connections),
        ConcurrentRequests = section.Value(LimitFields.ConcurrentRequests),
        OpenStreams = section.Value(LimitFields.OpenStreams),
        HeaderTimeout = section.Value(LimitFields.HeaderTimeout),
        KeepAlive = section.Value(LimitFields.KeepAlive),
        Drain = section.Value(LimitFields.Drain),
        ResponseBytes = section.Value(LimitFields.Response),
    };

    /// <summary>Reports a part that the file sets longer than the whole. A default may be longer: the whole ends it.</summary>
    private static void MustNotExceed(SectionReader section, Field<TimeSpan> part, TimeSpan partValue, Field<TimeSpan> whole, TimeSpan wholeValue)
    {
        if (partValue > wholeValue && section.IsSet(part) && section.IsGood(part) && section.IsGood(whole))
        {
            section.Reject(part, $"{part.Type.Format(partValue)} is more than {whole.Name}, which is {whole.Type.Format(wholeValue)}");
        }
    }
}
