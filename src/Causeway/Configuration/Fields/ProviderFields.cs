using Causeway.Gateway.Policy;

namespace Causeway.Configuration.Fields;

/// <summary>How the file spells each <see cref="ProviderProtocol"/>.</summary>
internal static class ProtocolWords
{
    public const string OpenAI = "openai";
    public const string Anthropic = "anthropic";
    public const string Gemini = "gemini";
    public const string Bedrock = "bedrock";
    public const string Azure = "azure-openai";
    public const string Vertex = "vertex";
}

internal static class ProviderFields
{
    public static readonly Section Section = new("providers", "The upstream accounts that answer inference.", SectionKind.List, 256);

    public static readonly Field<string> Name = Section.Require(
        "name", Types.ProviderName, "openai-eu",
        "What callers, pins and reports call it. No two providers share a name.");

    public static readonly Field<ProviderProtocol> Protocol = Section.Require(
        "protocol", Types.Protocol, "openai",
        "How it is called: by the wire format of its vendor, or of the cloud that runs it.");

    public static readonly Field<string> Server = Section.Allow(
        "server", Types.Server, "openai",
        "Which server speaks OpenAI's protocol: what it does otherwise than OpenAI is known by this.", "openai", ProtocolWords.OpenAI);

    public static readonly Field<Uri> Endpoint = Section.Allow(
        "endpoint", Types.Endpoint, "https://eu.api.openai.com/v1",
        "The protocol's paths are appended to it. http:// is refused towards other machines unless `insecure` is true.",
        "that of the vendor; of Bedrock by `region`, of Vertex by `location`; none for Azure and for servers of one's own");

    public static readonly Field<string> ApiVersion = Section.Allow(
        "api_version", Types.ApiVersion, "2025-04-01-preview",
        "The dated API, which names the deployment in the path.", "the v1 API", ProtocolWords.Azure);

    public static readonly Field<string> Project = Section.Allow(
        "project", Types.Project, "my-project",
        "The project that is billed. Required for Vertex.", null, ProtocolWords.Vertex);

    public static readonly Field<string> Location = Section.Allow(
        "location", Types.Location, "europe-west4",
        "Where models run. Required for Vertex.", null, ProtocolWords.Vertex);

    public static readonly Field<Secret> Key = Section.Allow(
        "key", Types.IssuedSecret, "${OPENAI_API_KEY}",
        "The credential, sent where the platform wants it. Required at the default endpoint, unless there is `aws`, `google` or `azure`.",
        "no credential is sent");

    public static readonly Section Aws = Section.Include(AwsFields.Section);

    public static readonly Section Google = Section.Include(GoogleFields.Section);

    public static readonly Section EntraId = Section.Include(AzureFields.Section);

    public static readonly Field<string> Region = Section.Allow(
        "region", Types.Region, "eu-west-1",
        "Where it processes data. Residency rules compare it with the regions of an agreement. Bedrock and `aws` need it.",
        "not known: no residency rule covers it");

    public static readonly Field<IReadOnlyList<string>> Data = Section.Default(
        "data", Types.DataClasses, ProviderConfiguration.DefaultData, "[public, internal, customer]",
        "The data classes that its agreement covers. Requests of other classes never reach it.");

    public static readonly Field<IReadOnlyDictionary<string, Secret>> Headers = Section.Allow(
        "headers", Types.ProviderHeaders, "{ OpenAI-Organization: \"${OPENAI_ORG:-org-main}\" }",
        "Added to every request. Not for credentials, and not for what belongs to the connection or the body.", "none");

    public static readonly Section Timeouts = Section.Include(TimeoutFields.Section);

    public static readonly Section Retries = Section.Include(RetryFields.Section);

    public static readonly Field<ClientGone> ClientGone = Section.Default(
        "client_gone", Types.ClientGone, Gateway.Policy.ClientGone.Estimate, "drain",
        "What becomes of a call whose caller leaves: `estimate` ends it and estimates what it used; `drain` reads it on, for 30 s and 2,000 tokens of a stream's output at most, so that the provider's own usage is booked; `free` ends it and books nothing for a stream, for a server that was measured not to bill one that is cancelled.");

    public static readonly Field<ObjectSharing> Objects = Section.Default(
        "objects", Types.ObjectSharing, ObjectSharing.Owned, "known",
        "Who may use what it keeps for its account (files, batches, stored responses): `owned` leaves what a team made to that team, and what nobody is known to have made to all; `known` leaves that to nobody; `shared` leaves all to all.");

    public static readonly Field<string> Catalogue = Section.Allow(
        "catalogue", Types.Catalogue, "openai",
        "The platform whose models and prices apply. `none`: only those under `prices`.", "that of the protocol or server, or `none` where there is none");

    public static readonly Section Prices = Section.Include(PriceFields.Section);

    public static readonly Section ToolFees = Section.Include(ToolFeeFields.Section);

    public static readonly Field<Uri> Proxy = Section.Allow(
        "proxy", Types.Proxy, "http://proxy.internal:3128",
        "The egress proxy. Proxy variables of the environment are never read.", "none");

    public static readonly Field<bool> Insecure = Section.Default(
        "insecure", Types.Switch, false, "false",
        "Accepts an http:// endpoint on another machine. Prompts and the key then travel in the clear.");

    // Fields that belong to one platform only make sense beside others of it.
    static ProviderFields()
    {
        Section.AlsoLike((Name, "bedrock-eu"), (Protocol, ProtocolWords.Bedrock), (Region, "eu-central-1"), (Aws, null));
        Section.AlsoLike((Name, "azure-eu"), (Protocol, ProtocolWords.Azure), (Endpoint, "https://my-resource.openai.azure.com"), (ApiVersion, null), (EntraId, null));
        Section.AlsoLike((Name, "vertex-eu"), (Protocol, ProtocolWords.Vertex), (Project, null), (Location, null), (Google, null));
    }
}

internal static class AwsFields
{
    public static readonly Section Section = new("aws", "An access key of AWS, with which every request is signed.", SectionKind.Optional) { OnlyFor = [ProtocolWords.Bedrock, ProtocolWords.OpenAI, ProtocolWords.Anthropic] };

    public static readonly Field<Secret> AccessKeyId = Section.Require(
        "access_key_id", Types.IssuedSecret, "${AWS_ACCESS_KEY_ID}", "The public half.");

    public static readonly Field<Secret> SecretAccessKey = Section.Require(
        "secret_access_key", Types.IssuedSecret, "${AWS_SECRET_ACCESS_KEY}", "The secret half.");

    public static readonly Field<Secret> SessionToken = Section.Allow(
        "session_token", Types.IssuedSecret, "file:/run/secrets/aws-session", "What belongs to a temporary key.", "none: the key is a lasting one");

    public static readonly Field<string> Service = Section.Allow(
        "service", Types.AwsService, "bedrock",
        "What requests are signed for.", "bedrock, or bedrock-mantle where the protocol is another");
}

internal static class GoogleFields
{
    public static readonly Section Section = new("google", "An identity at Google, whose access tokens authorise every request.", SectionKind.Optional) { OnlyFor = [ProtocolWords.Vertex] };

    public static readonly Field<GoogleCredentials> Credentials = Section.Require(
        "credentials", Types.GoogleCredentials, "file:/run/secrets/service-account.json",
        "The key file of a service account, or the account of the machine itself by its metadata server.");
}

internal static class AzureFields
{
    public static readonly Section Section = new("azure", "An application registered at Microsoft Entra, whose access tokens authorise every request.", SectionKind.Optional) { OnlyFor = [ProtocolWords.Azure] };

    public static readonly Field<string> Tenant = Section.Require(
        "tenant", Types.Directory, "contoso.onmicrosoft.com", "The directory: its id or a domain.");

    public static readonly Field<string> ClientId = Section.Require(
        "client_id", Types.ClientId, "00000000-0000-0000-0000-000000000000", "The application.");

    public static readonly Field<Secret> ClientSecret = Section.Require(
        "client_secret", Types.IssuedSecret, "${AZURE_CLIENT_SECRET}", "Its secret.");

    public static readonly Field<Uri> Authority = Section.Default(
        "authority", Types.Endpoint, new Uri("https://login.microsoftonline.com"), "https://login.microsoftonline.com",
        "Where tokens are got; sovereign clouds have their own.");
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

internal static class ToolFeeFields
{
    private const string Known = "as the catalogue says";

    public static readonly Section Section = new(
        "tool_fees", "What tools cost that the provider runs itself, in USD for 1,000 uses: for prices of one's own, and before the catalogue.", SectionKind.Optional);

    public static readonly Field<long> WebSearch = Section.Allow("web_search", Types.Fee, "10", "Searches of the web by Anthropic's tool, or by that of Responses.", Known);

    public static readonly Field<long> WebSearchPreview = Section.Allow("web_search_preview", Types.Fee, "10", "The same by the older tool of Responses.", Known);

    public static readonly Field<long> FileSearch = Section.Allow("file_search", Types.Fee, "2.50", "Searches of files that the provider keeps.", Known);

    public static readonly Field<long> WebSearchOptions = Section.Allow("web_search_options", Types.Fee, "10", "Answers of chat completions that have searched.", Known);

    public static readonly Field<long> GoogleSearch = Section.Allow("google_search", Types.Fee, "14", "Queries of Gemini's to Google's search.", Known);
}
