using System.Net;
using System.Text;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Runaway;
using Causeway.Configuration;
using Causeway.Configuration.Reference;
using Causeway.Wire.Requests;
using Microsoft.Extensions.Logging;

namespace Causeway.Tests.Configuration;

public class GoodFileTests
{
    [Fact]
    public void Every_field_arrives_in_its_record()
    {
        Dictionary<string, string> environment = new()
        {
            ["CAUSEWAY_ADMIN_TOKEN"] = Files.Token,
            ["OPENAI_API_KEY"] = "sk-1",
            ["AWS_ACCESS_KEY_ID"] = "AKIA1",
            ["AWS_SECRET_ACCESS_KEY"] = "aws-secret",
            ["AZURE_CLIENT_SECRET"] = "azure-secret",
            ["CAUSEWAY_WEBHOOK_SECRET"] = Files.Token,
            ["CAUSEWAY_OIDC_SECRET"] = "oidc-secret",
            ["MIRA_CAUSEWAY_TOKEN"] = Files.Token + "-of-mira",
        };
        var masters = MasterKeys.New();
        Dictionary<string, byte[]> files = new()
        {
            ["/run/secrets/otlp"] = "Bearer abc\n"u8.ToArray(),
            ["/etc/causeway/cluster-keys.json"] = "{\"keys\":[{\"kty\":\"RSA\"}]}"u8.ToArray(),
            ["/run/secrets/aws-session"] = "session\n"u8.ToArray(),
            ["/run/secrets/service-account.json"] = GoogleKeys.File(),
            ["/run/secrets/keys.master"] = Encoding.ASCII.GetBytes(masters.Write()),
        };

        ConfigurationResult result = Files.Load(ReferencePage.Everything(), environment, files);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        CausewayConfiguration all = result.Configuration!;
        Assert.Equal("0.0.0.0:8080", all.Listen.ToString());
        Assert.Equal(new SqliteReference("/var/lib/causeway/causeway.db"), all.Store);
        Assert.Equal(Files.Token, all.Admin.Token!.Reveal());
        Assert.Equal("127.0.0.1:8081", all.Admin.Listen!.ToString());
        Assert.Equal([("mira", Files.Token + "-of-mira")], all.Admin.Operators.Select(one => (one.Name, one.Token.Reveal())));
        Assert.Equal(1_000_000_000_000, all.Budgets.TwoApproversAboveNanoUsd);
        Assert.Equal(masters.Fingerprint, all.Budgets.MasterKeys!.Fingerprint);
        Assert.Equal((TimeSpan.FromHours(24), 500_000_000), (all.Conformance.Every, all.Conformance.MaxNanoUsd));
        Assert.Equal(["openai-eu/gpt-5.4-mini"], all.Conformance.Models);
        Assert.Equal(("https://hooks.internal/causeway", Files.Token), (all.Conformance.Webhook!.ToString(), all.Conformance.WebhookSecret!.Reveal()));
        Assert.Equal(RunLimits.Default with { NanoUsd = 5_000_000_000 }, all.Runs.Limits);
        Assert.Equal(["build_status"], all.Runs.ExemptByFeature["answers"]);
        Assert.Equal([50, 80, 100], all.Alerts.Thresholds);
        Assert.Equal(("https://hooks.internal/causeway", Files.Token), (all.Alerts.Webhook!.ToString(), all.Alerts.WebhookSecret!.Reveal()));

        Assert.Equal(["openai-eu", "bedrock-eu", "azure-eu", "vertex-eu"], all.Providers.Select(each => each.Name));
        ProviderConfiguration provider = all.Providers[0];
        Assert.Equal((ProviderProtocol.OpenAI, "openai"), (provider.Protocol, provider.Server));
        Assert.Equal("https://eu.api.openai.com/v1", provider.Endpoint.ToString());
        Assert.Equal("sk-1", provider.Key!.Reveal());
        Assert.Equal("environment, by OPENAI_API_KEY", provider.Key.Source);
        Assert.Equal("eu-west-1", provider.Region);
        Assert.Equal(["public", "internal", "customer"], provider.Data);
        Assert.Equal("org-main", provider.Headers["openai-organization"].Reveal());
        Assert.Equal(new ProviderTimeouts { FirstByte = TimeSpan.FromMinutes(2) }, provider.Timeouts);
        Assert.Equal(ProviderRetries.Default, provider.Retries);
        Assert.Equal("openai", provider.Catalogue);
        Assert.Equal("http://proxy.internal:3128/", provider.Proxy!.ToString());
        Assert.False(provider.Insecure);
        Assert.Equal(
            new PriceConfiguration
            {
                InputNanoUsdPerMillion = 2_500_000_000,
                OutputNanoUsdPerMillion = 10_000_000_000,
                CachedInputNanoUsdPerMillion = 250_000_000,
                CacheWrite5mNanoUsdPerMillion = 3_125_000_000,
                CacheWrite1hNanoUsdPerMillion = 5_000_000_000,
                ReasoningNanoUsdPerMillion = 10_000_000_000,
            },
            provider.Prices["my-model"]);
        Assert.Equal(
            new ToolFeeConfiguration
            {
                WebSearchNanoUsdPerThousand = 10_000_000_000,
                WebSearchPreviewNanoUsdPerThousand = 10_000_000_000,
                FileSearchNanoUsdPerThousand = 2_500_000_000,
                WebSearchOptionsNanoUsdPerThousand = 10_000_000_000,
                GoogleSearchNanoUsdPerThousand = 14_000_000_000,
            },
            provider.ToolFees);

        AwsConfiguration aws = all.Providers[1].Aws!;
        Assert.Equal(("AKIA1", "aws-secret", "session", "bedrock"), (aws.AccessKeyId.Reveal(), aws.SecretAccessKey.Reveal(), aws.SessionToken!.Reveal(), aws.Service));
        Assert.Equal("2025-04-01-preview", all.Providers[2].ApiVersion);
        AzureConfiguration azure = all.Providers[2].Azure!;
        Assert.Equal(("contoso.onmicrosoft.com", "azure-secret", "https://login.microsoftonline.com/"), (azure.Tenant, azure.ClientSecret.Reveal(), azure.Authority.ToString()));
        Assert.Equal(("my-project", "europe-west4"), (all.Providers[3].Project, all.Providers[3].Location));
        var account = Assert.IsType<GoogleCredentials.ServiceAccount>(all.Providers[3].Google);
        Assert.Equal(("gateway@my-project.iam.gserviceaccount.com", "https://oauth2.googleapis.com/token"), (account.Email, account.TokenEndpoint.ToString()));

        Assert.Equal(LogFormat.Json, all.Telemetry.LogFormat);
        Assert.Equal(LogLevel.Information, all.Telemetry.LogLevel);
        Assert.Equal(0.1, all.Telemetry.TraceSample);
        Assert.Equal("https://collector.internal:4317/", all.Telemetry.OtlpEndpoint!.ToString());
        Assert.Equal("Bearer abc", all.Telemetry.OtlpHeaders["Authorization"].Reveal());
        Assert.Equal(LimitsConfiguration.Default with { Announce = TimeSpan.FromSeconds(3), Lists = new RequestBounds { Messages = 4_000, Tools = 512, Images = 100, Choices = 16 }, TrustedProxies = "10.0.0.0/8", ForwardedHeader = "forwarded", FailedKeys = 30, FailedKeysInAll = 1_000 }, all.Limits);
    }

    [Fact]
    public void What_is_not_set_has_the_default_of_its_record()
    {
        Dictionary<string, string> environment = new() { ["CAUSEWAY_ADMIN_TOKEN"] = Files.Token, ["OPENAI_API_KEY"] = "sk-1" };

        ConfigurationResult result = Files.Load(ReferencePage.Smallest, environment);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Warnings);
        CausewayConfiguration smallest = result.Configuration!;
        Assert.Equal(ListenAddress.Default, smallest.Listen);
        Assert.Null(smallest.Admin.Listen);
        Assert.Equal(TelemetryConfiguration.Default.LogLevel, smallest.Telemetry.LogLevel);
        Assert.Equal(LimitsConfiguration.Default, smallest.Limits);
        ProviderConfiguration provider = Assert.Single(smallest.Providers);
        Assert.Equal("https://api.openai.com/v1", provider.Endpoint.ToString());
        Assert.Equal(ProviderConfiguration.DefaultData, provider.Data);
        Assert.Equal(ProviderTimeouts.Default, provider.Timeouts);
        Assert.Equal("openai", provider.Catalogue);
        Assert.Null(provider.Region);
        Assert.Equal(new ToolFeeConfiguration(), provider.ToolFees);
        Assert.Null(provider.Proxy);
    }

    [Fact]
    public void A_section_whose_lines_are_all_commented_out_is_as_if_left_out()
    {
        ConfigurationResult result = Files.Load(Files.Good.Replace("    level: info", "    # level: info", StringComparison.Ordinal));

        Assert.Empty(result.Errors);
    }

    [Theory]
    [InlineData("8080", "127.0.0.1:8080", true)]
    [InlineData(":8080", ":8080", false)]
    [InlineData("'*:8080'", ":8080", false)]
    [InlineData("0.0.0.0:8080", "0.0.0.0:8080", false)]
    [InlineData("'[::]:8080'", "[::]:8080", false)]
    [InlineData("'[::1]:8080'", "[::1]:8080", true)]
    [InlineData("LOCALHOST:8080", "localhost:8080", true)]
    [InlineData("127.0.0.2:0", "127.0.0.2:0", true)]
    [InlineData("${HOST:-127.0.0.1}:${PORT:-9090}", "127.0.0.1:9090", true)]
    public void Addresses_to_listen_on_have_several_spellings(string written, string meant, bool isLoopback)
    {
        ConfigurationResult result = Files.Load(Files.Good.Replace("listen: 127.0.0.1:8080", "listen: " + written, StringComparison.Ordinal));

        Assert.Empty(result.Errors);
        Assert.Equal(meant, result.Configuration!.Listen.ToString());
        Assert.Equal(isLoopback, result.Configuration.Listen.IsLoopback);
    }

    [Theory]
    [InlineData("127.0.0.1:1", "127.0.0.1:2", false)]
    [InlineData("127.0.0.1:0", "127.0.0.1:0", false)]
    [InlineData("127.0.0.1:1", "127.0.0.2:1", false)]
    [InlineData("127.0.0.1:1", "127.0.0.1:1", true)]
    [InlineData("127.0.0.1:1", ":1", true)]
    [InlineData("0.0.0.0:1", "127.0.0.1:1", true)]
    [InlineData("localhost:1", "127.0.0.1:1", true)]
    [InlineData("localhost:1", "localhost:1", true)]
    [InlineData("localhost:1", "10.0.0.1:1", false)]
    public void Two_addresses_overlap_when_both_cannot_be_bound(string left, string right, bool expected)
    {
        Assert.True(ListenAddress.TryParse(left, out ListenAddress? first, out _));
        Assert.True(ListenAddress.TryParse(right, out ListenAddress? second, out _));

        Assert.Equal(expected, first!.Overlaps(second!));
        Assert.Equal(expected, second!.Overlaps(first!));
    }

    [Fact]
    public void An_address_to_listen_on_can_be_made_in_code()
    {
        ListenAddress chosen = new(ListenHost.Address, IPAddress.Loopback, 0);

        Assert.Equal("127.0.0.1:0", chosen.ToString());
    }

    [Theory]
    [InlineData("postgres://gateway:${PG_PASSWORD}@db.internal/books?schema=causeway_eu")]
    [InlineData("file:/run/secrets/store")]
    public void A_PostgreSQL_store_keeps_its_password_to_itself(string written)
    {
        ConfigurationResult result = Files.Load(
            Files.Good.Replace("store: sqlite:data/causeway.db", "store: " + written, StringComparison.Ordinal),
            new Dictionary<string, string> { ["ADMIN_TOKEN"] = Files.Token, ["OPENAI_KEY"] = "sk-x", ["PG_PASSWORD"] = "p@ss/canary?" },
            new Dictionary<string, byte[]> { ["/run/secrets/store"] = "postgresql://gateway:p%40ss%2Fcanary@db.internal/books?schema=causeway_eu\n"u8.ToArray() });

        Assert.Empty(result.Errors);
        PostgresReference store = Assert.IsType<PostgresReference>(result.Configuration!.Store);
        Assert.Equal("postgres://gateway@db.internal:5432/books?schema=causeway_eu", store.ToString());
        Assert.Equal("/etc/causeway/causeway-data", store.DataDirectory);
        Assert.DoesNotContain(result.Warnings, warning => warning.ToString().Contains("store", StringComparison.Ordinal));
        Assert.DoesNotContain("canary", $"{result.Configuration}{store.Address}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_password_in_the_file_is_a_warning()
    {
        ConfigurationResult result = Files.Load(Files.Good.Replace("store: sqlite:data/causeway.db", "store: postgres://gateway:canary@db.internal/books", StringComparison.Ordinal));

        Assert.Empty(result.Errors);
        Assert.Contains(result.Warnings, warning => warning.ToString().Contains("store: holds a password", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("sqlite:a.db", "/etc/causeway/a.db")]
    [InlineData("sqlite:/var/lib/a.db", "/var/lib/a.db")]
    [InlineData("'sqlite:../a b.db'", "/etc/a b.db")]
    [InlineData("sqlite:${FOLDER:-/srv}/a.db", "/srv/a.db")]
    public void A_store_starts_at_the_folder_of_the_file(string written, string path)
    {
        ConfigurationResult result = Files.Load(Files.Good.Replace("store: sqlite:data/causeway.db", "store: " + written, StringComparison.Ordinal));

        Assert.Empty(result.Errors);
        Assert.Equal(new SqliteReference(path), result.Configuration!.Store);
    }

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("'1s'", 1000)]
    [InlineData("1 s", 1000)]
    [InlineData("2m", 120_000)]
    public void Durations_are_read_by_their_unit(string written, int milliseconds)
    {
        ConfigurationResult result = Files.Load(Files.Good.Replace("idle: 60s", "connect: " + (written == "2m" ? "60s" : written), StringComparison.Ordinal));

        Assert.Empty(result.Errors);
        Assert.Equal(Math.Min(milliseconds, 60_000), result.Configuration!.Providers[0].Timeouts.Connect.TotalMilliseconds);
    }

    [Theory]
    [InlineData("1024B", 1024)]
    [InlineData("2KB", 2000)]
    [InlineData("2KiB", 2048)]
    [InlineData("3MB", 3_000_000)]
    [InlineData("128MiB", 128 << 20)]
    public void Sizes_are_read_by_their_unit(string written, int bytes)
    {
        ConfigurationResult result = Files.Load(Files.Good.Replace("body: 32MiB", "body: " + written, StringComparison.Ordinal));

        Assert.Empty(result.Errors);
        Assert.Equal(bytes, result.Configuration!.Limits.BodyBytes);
    }

    [Fact]
    public void The_type_of_a_value_is_its_fields_affair_not_yamls()
    {
        string yaml = Files.Good
            .Replace("name: local", "name: no", StringComparison.Ordinal)
            .Replace("header_count: 64", "header_count: \"64\"", StringComparison.Ordinal)
            .Replace("house-7b:", "1.10:", StringComparison.Ordinal);

        ConfigurationResult result = Files.Load(yaml);

        Assert.Empty(result.Errors);
        Assert.Equal("no", result.Configuration!.Providers[1].Name);
        Assert.Equal(64, result.Configuration.Limits.HeaderCount);
        Assert.Equal(500_000_000, result.Configuration.Providers[1].Prices["1.10"].InputNanoUsdPerMillion);
        Assert.Null(result.Configuration.Providers[1].Prices["1.10"].ReasoningNanoUsdPerMillion);
    }

    [Theory]
    [InlineData("${OPENAI_KEY}", "sk-live-canary-4711")]
    [InlineData("a-${OPENAI_KEY}-${NONE:-z}", "a-sk-live-canary-4711-z")]
    [InlineData("${EMPTY:-z}", "z")]
    [InlineData("$${OPENAI_KEY}", "${OPENAI_KEY}")]
    [InlineData("a$b", "a$b")]
    [InlineData("file:/run/secrets/key", "one")]
    [InlineData("file:secrets/key", "two")]
    [InlineData("file:${FOLDER:-/run/secrets}/key", "one")]
    public void A_secret_comes_from_the_environment_a_file_or_the_text(string written, string value)
    {
        Dictionary<string, byte[]> files = new()
        {
            ["/run/secrets/key"] = "one\n"u8.ToArray(),
            ["/etc/causeway/secrets/key"] = "two\r\n"u8.ToArray(),
        };

        ConfigurationResult result = Files.Load(Files.Good.Replace("${OPENAI_KEY}", written, StringComparison.Ordinal), files: files);

        Assert.Empty(result.Errors);
        Assert.Equal(value, result.Configuration!.Providers[0].Key!.Reveal());
    }

    [Theory]
    [InlineData("one\n\n", "holds a line break")]
    [InlineData("", "is empty")]
    [InlineData("\xFF", "is not UTF-8 text")]
    public void A_file_that_holds_no_secret_is_refused(string content, string expected)
    {
        Dictionary<string, byte[]> files = new() { ["/run/secrets/key"] = Encoding.Latin1.GetBytes(content) };

        ConfigurationResult result = Files.Load(Files.Good.Replace("${OPENAI_KEY}", "file:/run/secrets/key", StringComparison.Ordinal), files: files);

        Assert.Contains(expected, Files.Text(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_file_holds_at_most_64_kibibytes()
    {
        Dictionary<string, byte[]> files = new() { ["/run/secrets/key"] = [.. Enumerable.Repeat((byte)'a', (64 << 10) + 1)] };

        ConfigurationResult result = Files.Load(Files.Good.Replace("${OPENAI_KEY}", "file:/run/secrets/key", StringComparison.Ordinal), files: files);

        Assert.Contains("the file \"/run/secrets/key\" is larger than 64KiB", Files.Text(result.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public void A_variable_cannot_name_a_file()
    {
        Dictionary<string, string> environment = Files.Environment;
        environment["OPENAI_KEY"] = "file:/etc/passwd";

        ConfigurationResult result = Files.Load(Files.Good, environment);

        Assert.Equal("file:/etc/passwd", result.Configuration!.Providers[0].Key!.Reveal());
    }

    [Theory]
    [InlineData("    key: ${OPENAI_KEY}", "    key: sk-literal", "9:10 providers[0].key: stands in the file")]
    [InlineData("    region: eu-west-1", "    region: eu-wst-1", "10:13 providers[0].region: \"eu-wst-1\" is not a region of the large platforms; did you mean \"eu-west-1\"?")]
    [InlineData("    endpoint: http://127.0.0.1:9000", "    endpoint: http://10.0.0.7:9000\n    insecure: true", "18:15 providers[1].endpoint: is http:// to another machine")]
    [InlineData("listen: 127.0.0.1:8080", "listen: :8080", "")]
    [InlineData("  logs:\n    level: info", "  otlp: { endpoint: http://10.0.0.7:4317, headers: { a: b } }", "25:21 telemetry.otlp.endpoint: is http:// to another machine")]
    public void What_works_and_is_unwise_is_a_warning(string line, string replacement, string expected)
    {
        ConfigurationResult result = Files.Load(Files.Good.Replace(line, replacement, StringComparison.Ordinal));

        Assert.Empty(result.Errors);
        Assert.Contains(expected, Files.Text(result.Warnings), StringComparison.Ordinal);
        Assert.Equal(expected.Length > 0 ? 1 : 0, result.Warnings.Count);
    }

    [Fact]
    public void An_admin_api_beside_public_inference_is_a_warning()
    {
        string yaml = Files.Good
            .Replace("listen: 127.0.0.1:8080", "listen: :8080", StringComparison.Ordinal)
            .Replace("  listen: 127.0.0.1:8081\n", "", StringComparison.Ordinal);

        ConfigurationResult result = Files.Load(yaml);

        Assert.StartsWith("4:3 admin.listen: is not set, so the admin API is reachable wherever listen is", Files.Text(result.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_prints_a_secret()
    {
        Dictionary<string, string> environment = Files.Environment;
        environment["TEAM"] = "canary-team";

        CausewayConfiguration configuration = Files.Load(Files.Good, environment).Configuration!;

        string printed = configuration + string.Concat(configuration.Providers) + string.Concat(configuration.Providers[0].Headers)
            + System.Text.Json.JsonSerializer.Serialize(configuration.Providers[0].Key) + configuration.Admin;
        Assert.DoesNotContain("canary", printed, StringComparison.Ordinal);
        Assert.DoesNotContain(Files.Token, printed, StringComparison.Ordinal);
        Assert.Contains("***", printed, StringComparison.Ordinal);
    }

    [Fact]
    public void The_process_reads_its_own_disk_and_environment()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        string path = Path.Combine(folder, "causeway.yaml");
        File.WriteAllText(Path.Combine(folder, "token"), Files.Token + "\n");
        File.WriteAllText(path, "store: sqlite:${CAUSEWAY_NEVER_SET:-a}.db\nadmin: { token: file:token }\nproviders:\n  - { name: a, protocol: gemini, key: file:token }\n");

        ConfigurationResult result = ConfigurationFile.Load(path);
        Directory.Delete(folder, recursive: true);

        Assert.Empty(result.Errors);
        Assert.Equal(new SqliteReference(Path.Combine(folder, "a.db")), result.Configuration!.Store);
        Assert.Equal(Files.Token, result.Configuration.Admin.Token!.Reveal());
    }
}
