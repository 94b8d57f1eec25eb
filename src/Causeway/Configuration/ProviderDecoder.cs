using Causeway.Configuration.Fields;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration;

/// <summary>Builds one provider, and checks what its fields mean together.</summary>
internal static class ProviderDecoder
{
    public static ProviderConfiguration Provider(SectionReader section, HashSet<string> names)
    {
        string name = section.Value(ProviderFields.Name);
        if (name is not null && !names.Add(name))
        {
            section.Reject(ProviderFields.Name, $"{Shown.Quoted(name)} is the name of an earlier provider; each has its own");
        }

        ProviderProtocol protocol = section.Value(ProviderFields.Protocol);
        string server = section.Value(ProviderFields.Server) ?? KnownServers.Default;
        string? region = section.Value(ProviderFields.Region);
        string? location = section.Value(ProviderFields.Location);
        ProviderConfiguration provider = new()
        {
            Name = name!,
            Protocol = protocol,
            Server = server,
            Endpoint = section.Value(ProviderFields.Endpoint) ?? ProviderConfiguration.DefaultEndpoint(protocol, server, region, location)!,
            ApiVersion = section.Value(ProviderFields.ApiVersion),
            Project = section.Value(ProviderFields.Project),
            Location = location,
            Key = section.Value(ProviderFields.Key),
            Aws = section.Optional(ProviderFields.Aws, aws => CloudDecoder.Aws(aws, protocol)),
            Google = section.Optional(ProviderFields.Google, CloudDecoder.Google),
            Azure = section.Optional(ProviderFields.EntraId, CloudDecoder.Azure),
            Region = region,
            Data = section.Value(ProviderFields.Data),
            Headers = section.Value(ProviderFields.Headers) ?? new Dictionary<string, Secret>(StringComparer.OrdinalIgnoreCase),
            Timeouts = section.One(ProviderFields.Timeouts, Timeouts),
            Retries = section.One(ProviderFields.Retries, Retries),
            ClientGone = section.Value(ProviderFields.ClientGone),
            Objects = section.Value(ProviderFields.Objects),
            Catalogue = section.Value(ProviderFields.Catalogue) ?? ProviderConfiguration.DefaultCatalogue(protocol, server),
            Prices = section.Named(ProviderFields.Prices, Price),
            ToolFees = section.Optional(ProviderFields.ToolFees, ToolFees) ?? new ToolFeeConfiguration(),
            Proxy = section.Value(ProviderFields.Proxy),
            Insecure = section.Value(ProviderFields.Insecure),
        };
        if (section.IsSet(ProviderFields.Protocol) && section.IsGood(ProviderFields.Protocol))
        {
            RejectWhatIsForOthers(section, protocol);
            RequireAddress(section, provider);
            CheckCredential(section, provider);
        }

        CheckEndpoint(section, provider);

        WarnOfRegion(section, ProviderFields.Region, region);
        WarnOfRegion(section, ProviderFields.Location, location);
        return provider;
    }

    private static void RejectWhatIsForOthers(SectionReader section, ProviderProtocol protocol)
    {
        string word = ProviderFields.Protocol.Type.Format(protocol);
        foreach (Member member in ProviderFields.Section.Members)
        {
            if (member.OnlyFor is not [] && !member.OnlyFor.Contains(word) && section.IsSet(member))
            {
                section.Reject(member, $"is for {Shown.Either(member.OnlyFor)}, and the protocol of this provider is {word}");
            }
        }
    }

    private static void RequireAddress(SectionReader section, ProviderConfiguration provider)
    {
        if (provider.Protocol == ProviderProtocol.Vertex)
        {
            Require(section, ProviderFields.Project, "for the path of every call");
            Require(section, ProviderFields.Location, "for the path of every call");
        }

        if (provider.Aws is not null)
        {
            Require(section, ProviderFields.Region, "since requests are signed for one");
        }

        if (provider.Endpoint is null)
        {
            ReportNoEndpoint(section, provider);
        }
    }

    private static void CheckEndpoint(SectionReader section, ProviderConfiguration provider)
    {
        if (provider.Endpoint is null)
        {
            return;
        }

        if (provider.Protocol == ProviderProtocol.AzureOpenAI && provider.Endpoint.AbsolutePath.Trim('/').StartsWith("openai", StringComparison.OrdinalIgnoreCase))
        {
            section.Reject(ProviderFields.Endpoint, "has a path that is added to it anyway; write https://RESOURCE.openai.azure.com");
        }
        else if (UrlType.IsPlaintext(provider.Endpoint) && section.IsGood(ProviderFields.Insecure))
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
    }

    private static void ReportNoEndpoint(SectionReader section, ProviderConfiguration provider)
    {
        switch (provider.Protocol)
        {
            case ProviderProtocol.Bedrock when !section.IsSet(ProviderFields.Region):
                Require(section, ProviderFields.Region, "where there is no endpoint");
                break;
            case ProviderProtocol.Bedrock or ProviderProtocol.Vertex:
                break; // The region or location is missing or wrong, which was reported.
            default:
                string whose = provider.Protocol == ProviderProtocol.AzureOpenAI ? ProtocolWords.Azure : $"server {provider.Server}";
                if (section.IsGood(ProviderFields.Endpoint) && section.IsGood(ProviderFields.Server))
                {
                    section.ReportMissing(ProviderFields.Endpoint, $"is required for {whose}: {Types.Endpoint.Noun} ({Types.Endpoint.Allowed})");
                }

                break;
        }
    }

    private static void CheckCredential(SectionReader section, ProviderConfiguration provider)
    {
        Section? identity = ((Section[])[ProviderFields.Aws, ProviderFields.Google, ProviderFields.EntraId]).FirstOrDefault(section.IsSet);
        if (identity is not null)
        {
            if (section.IsSet(ProviderFields.Key))
            {
                section.Reject(identity, "is a credential, and so is key; keep one of the two");
            }

            return;
        }

        bool isVendor = !section.IsSet(ProviderFields.Endpoint) || provider.Protocol == ProviderProtocol.AzureOpenAI;
        if (isVendor && provider.Endpoint is not null && !section.IsSet(ProviderFields.Key))
        {
            string other = provider.Protocol switch
            {
                ProviderProtocol.Bedrock => ", or write aws",
                ProviderProtocol.Vertex => ", or write google",
                ProviderProtocol.AzureOpenAI => ", or write azure",
                _ => "",
            };
            section.ReportMissing(
                ProviderFields.Key, $"is required at the vendor's endpoint{other}: {Types.IssuedSecret.Noun} ({Types.IssuedSecret.Allowed})");
        }
    }

    private static void Require<T>(SectionReader section, Field<T> field, string why)
    {
        if (!section.IsSet(field))
        {
            section.ReportMissing(field, $"is required {why}: {field.AnyType.Noun} ({field.AnyType.Allowed})");
        }
    }

    private static void WarnOfRegion(SectionReader section, Field<string> field, string? region)
    {
        if (region is not null && Regions.Doubt(region) is { } doubt)
        {
            section.Warn(field, doubt);
        }
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

    private static ToolFeeConfiguration ToolFees(SectionReader section) => new()
    {
        WebSearchNanoUsdPerThousand = section.ValueIfSet(ToolFeeFields.WebSearch),
        WebSearchPreviewNanoUsdPerThousand = section.ValueIfSet(ToolFeeFields.WebSearchPreview),
        FileSearchNanoUsdPerThousand = section.ValueIfSet(ToolFeeFields.FileSearch),
        WebSearchOptionsNanoUsdPerThousand = section.ValueIfSet(ToolFeeFields.WebSearchOptions),
        GoogleSearchNanoUsdPerThousand = section.ValueIfSet(ToolFeeFields.GoogleSearch),
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
