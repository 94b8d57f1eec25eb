using System.Text.RegularExpressions;
using Causeway.Admin;
using Causeway.Gateway.Policy;
using Causeway.Shadow.Detect;
using Microsoft.Extensions.Logging;

namespace Causeway.Configuration.Fields;

/// <summary>The types that the rows of the table use.</summary>
internal static partial class Types
{
    private static readonly Unit[] Durations = [new("ms", 1), new("s", 1000), new("m", 60_000), new("h", 3_600_000), new("d", 86_400_000)];

    private static readonly Unit[] Sizes =
    [
        new("B", 1), new("KB", 1000, IsWritten: false), new("KiB", 1L << 10), new("MB", 1_000_000, IsWritten: false), new("MiB", 1L << 20),
        new("GB", 1_000_000_000, IsWritten: false), new("GiB", 1L << 30),
    ];

    public static ListenType Listen { get; } = new();

    public static StoreType Store { get; } = new();

    public static SecretType IssuedSecret { get; } = new(SecretUse.Issued);

    public static SecretType ChosenSecret { get; } = new(SecretUse.Chosen);

    public static ListType<string> Networks { get; } = new("a list of networks", new NetworkType(), 64);

    public static ChoiceType<string> ForwardedHeader { get; } = Words("a header", Gateway.Inbound.TrustedProxies.ForwardedFor, Gateway.Inbound.TrustedProxies.Forwarded);

    public static SwitchType Switch { get; } = new();

    public static RatioType Ratio { get; } = new();

    public static PriceType Price { get; } = new("1 million tokens");

    public static PriceType Fee { get; } = new("1,000 uses");

    public static AmountType Amount { get; } = new(0.01m, 1_000);

    public static AmountType BudgetAmount { get; } = new(0, 1_000_000_000);

    public static TextType OperatorName { get; } =
        new("an operator's name", "1 to 63 of a-z, 0-9, ., _, @ and -, first a letter or digit; not admin or causeway", OperatorNamePattern());

    public static ListType<Role> Roles { get; } = new("a list of roles", new ChoiceType<Role>("a role", RoleTable.Words), RoleTable.Words.Count);

    public static UrlType Endpoint { get; } = new("an endpoint");

    public static UrlType Webhook { get; } = new("a webhook's address");

    public static ListType<string> Pins { get; } = new("a list of models", new TextType("a model", "PROVIDER/MODEL", PinPattern()), 32);

    public static ListType<string> ExemptTools { get; } = new("a list of tools", new TextType("a tool of a feature", "FEATURE/TOOL", ExemptToolPattern()), 256);

    public static TextType AttributionName { get; } = new("a team's or feature's name", "1 to 64 of a-z, 0-9, ., _ and -, first a letter or a digit", AttributionPattern());

    public static ChoiceType<string> DataClass { get; } = Words("a class of data", [.. Budgets.Grants.DataClasses.Known]);

    public static ListType<DetectedKind> DetectedKinds { get; } = new(
        "a list of what is found",
        new ChoiceType<DetectedKind>(
            "what is found",
            ("email", DetectedKind.Email),
            ("phone", DetectedKind.Phone),
            ("card", DetectedKind.Card),
            ("iban", DetectedKind.Iban),
            ("national_id", DetectedKind.NationalId),
            ("secret", DetectedKind.Secret)),
        6);

    public static ListType<int> Thresholds { get; } = new("a list of hundredths", Count(1, 100), Budgets.Alerts.AlertRules.MaxThresholds);

    public static UrlType Proxy { get; } = new("a proxy's address");

    public static HeadersType ProviderHeaders { get; } = new(allowsCredentials: false);

    public static HeadersType CollectorHeaders { get; } = new(allowsCredentials: true);

    public static TextType ProviderName { get; } =
        new("a provider's name", "1 to 63 of a-z, 0-9 and -, first a letter", ProviderNamePattern());

    public static TextType Region { get; } = new("a region's name", "1 to 63 of a-z, 0-9 and -, first a letter", ProviderNamePattern());

    public static TextType ServiceName { get; } = new("a service's name", "1 to 63 of letters, digits, ., _ and -", ServiceNamePattern());

    public static TextType DeploymentName { get; } = new("a deployment's name", "1 to 63 of letters, digits, ., _ and -", ServiceNamePattern());

    public static ChoiceType<ProviderProtocol> Protocol { get; } = new(
        "a protocol",
        (ProtocolWords.OpenAI, ProviderProtocol.OpenAI),
        (ProtocolWords.Anthropic, ProviderProtocol.Anthropic),
        (ProtocolWords.Gemini, ProviderProtocol.Gemini),
        (ProtocolWords.Bedrock, ProviderProtocol.Bedrock),
        (ProtocolWords.Azure, ProviderProtocol.AzureOpenAI),
        (ProtocolWords.Vertex, ProviderProtocol.Vertex));

    public static ChoiceType<ClientGone> ClientGone { get; } = new(
        "what becomes of a call",
        ("estimate", Gateway.Policy.ClientGone.Estimate),
        ("drain", Gateway.Policy.ClientGone.Drain),
        ("free", Gateway.Policy.ClientGone.Free));

    public static ChoiceType<ObjectSharing> ObjectSharing { get; } = new(
        "who may use what is kept",
        ("owned", Gateway.Policy.ObjectSharing.Owned),
        ("known", Gateway.Policy.ObjectSharing.Known),
        ("shared", Gateway.Policy.ObjectSharing.Shared));

    public static ChoiceType<string> Server { get; } = Words("a server", [.. KnownServers.Names]);

    public static ChoiceType<string> AwsService { get; } = Words("a service", "bedrock", "bedrock-mantle", "aws-external-anthropic");

    public static TextType ApiVersion { get; } = new("a version", "YYYY-MM-DD or YYYY-MM-DD-preview", ApiVersionPattern());

    public static TextType Project { get; } = new("a project's id", "1 to 100 of a-z, 0-9, ., : and -", ProjectPattern());

    public static TextType Location { get; } = new("a location", "1 to 63 of a-z, 0-9 and -, first a letter", ProviderNamePattern());

    public static TextType Directory { get; } = new("a directory", "1 to 253 of letters, digits, . and -", DirectoryPattern());

    public static TextType ClientId { get; } = new("an application's id", "1 to 100 of letters, digits and -", ClientIdPattern());

    public static GoogleCredentialsType GoogleCredentials { get; } = new();

    public static MasterKeysType MasterKeys { get; } = new();

    public static ChoiceType<string> Catalogue { get; } = Words(
        "a platform", "openai", "anthropic", "gemini", "bedrock", "azure", "mistral", "deepseek", "xai", "cohere", "none");

    public static ListType<string> Environments { get; } =
        new("a list of environments", Words("an environment", "dev", "eval", "staging", "prod"), 4);

    public static ListType<string> DataClasses { get; } =
        new("a list of data classes", Words("a data class", "public", "internal", "customer", "restricted"), 4);

    public static ChoiceType<OtlpProtocol> OtlpProtocol { get; } = new(
        "an OTLP protocol", ("grpc", Configuration.OtlpProtocol.Grpc), ("http/protobuf", Configuration.OtlpProtocol.HttpProtobuf));

    public static ChoiceType<AgreementRule> AgreementRule { get; } = new(
        "a rule for agreements", ("optional", Configuration.AgreementRule.Optional), ("required", Configuration.AgreementRule.Required));

    public static ChoiceType<EndUserRule> EndUserRule { get; } = new(
        "what is booked", ("keep", Configuration.EndUserRule.Keep), ("hash", Configuration.EndUserRule.Hash), ("drop", Configuration.EndUserRule.Drop));

    public static MapType<string> CostCentres { get; } = new(
        "cost centres by team", "team", "1 to 64 of a-z, 0-9, ., _ and -, first a letter or a digit", AttributionPattern(),
        new TextType("a cost centre", "1 to 64 of letters, digits, ., _, -, / and :, first a letter or digit", CostCentrePattern()), 1024);

    public static ChoiceType<LogFormat> LogFormat { get; } = new(
        "a log format", ("text", Configuration.LogFormat.Text), ("json", Configuration.LogFormat.Json));

    public static ChoiceType<LogLevel> LogLevel { get; } = new(
        "a log level",
        ("debug", Microsoft.Extensions.Logging.LogLevel.Debug),
        ("info", Microsoft.Extensions.Logging.LogLevel.Information),
        ("warning", Microsoft.Extensions.Logging.LogLevel.Warning),
        ("error", Microsoft.Extensions.Logging.LogLevel.Error));

    public static CountType Count(int min, int max) => new(min, max);

    /// <summary>A duration between two bounds, both given in seconds.</summary>
    public static QuantityType<TimeSpan> Duration(double minSeconds, double maxSeconds) => new(
        "a duration", Durations, "s", (long)(minSeconds * 1000), (long)(maxSeconds * 1000),
        milliseconds => TimeSpan.FromMilliseconds(milliseconds), duration => (long)duration.TotalMilliseconds);

    /// <summary>A size between two bounds in bytes.</summary>
    public static QuantityType<int> Size(int min, int max) => new("a size", Sizes, "MiB", min, max, bytes => (int)bytes, bytes => bytes);

    private static ChoiceType<string> Words(string noun, params string[] words) => new(noun, [.. words.Select(word => (word, word))]);

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProviderNamePattern();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}(-preview)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ApiVersionPattern();

    [GeneratedRegex(@"^(?!(admin|causeway)\z)[a-z0-9][a-z0-9._@-]{0,62}\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex OperatorNamePattern();

    [GeneratedRegex(@"^[a-z0-9.:-]{1,100}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ProjectPattern();

    [GeneratedRegex(@"^[A-Za-z0-9.-]{1,253}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DirectoryPattern();

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,100}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ClientIdPattern();

    [GeneratedRegex(@"^[a-z][a-z0-9-]{0,62}/[!-~]{1,256}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PinPattern();

    // As keys name them.
    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex AttributionPattern();

    // A feature as keys name it; a tool as a model calls it.
    [GeneratedRegex(@"^[a-z0-9][a-z0-9._-]{0,63}/[!-~]{1,256}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ExemptToolPattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._/:-]{0,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex CostCentrePattern();

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,63}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex ServiceNamePattern();
}
