using System.Security.Cryptography;
using System.Text.Json;

namespace Causeway.Acceptance.Processes;

/// <summary>A house whose providers are every platform and server that there is, all of them simulated.</summary>
public sealed class Continent : House
{
    /// <summary>A provider that nobody answers for: connections to it are refused.</summary>
    internal const string Dead = "dead";

    internal override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(base.Environment)
    {
        ["AWS_KEY_ID"] = "AKIDEXAMPLE",
        ["AWS_SECRET"] = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        ["CLOUD_KEY"] = "upstream-cloud-2be04771d9ac63f5",
    };

    /// <summary>The lines of both books, a provider's and the gateway's, which must be the same.</summary>
    internal async Task AssertTheBooksAgreeAsync() => Assert.Equal(await BilledAsync(), await BookedAsync());

    private protected override string Configured()
    {
        File.WriteAllText(InFolder("account.json"), ServiceAccount());
        return Configuration(Providers.Address) + Clouds() + string.Concat(Site.Servers.Select(Server));
    }

    private string Clouds() => $$"""
          - name: bedrock
            protocol: bedrock
            endpoint: {{Providers.Address}}bedrock
            region: eu-central-1
            aws: { access_key_id: "${AWS_KEY_ID}", secret_access_key: "${AWS_SECRET}" }
          - name: bedrock-key
            protocol: bedrock
            endpoint: {{Providers.Address}}bedrock
            region: us-east-1
            key: ${CLOUD_KEY}
          - name: azure
            protocol: azure-openai
            endpoint: {{Providers.Address}}azure
            key: ${CLOUD_KEY}
          - name: azure-dated
            protocol: azure-openai
            endpoint: {{Providers.Address}}azure
            api_version: 2025-04-01-preview
            key: ${CLOUD_KEY}
          - name: vertex
            protocol: vertex
            endpoint: {{Providers.Address}}vertex
            project: acceptance
            location: europe-west4
            google: { credentials: "file:account.json" }
          - name: vertex-claude
            protocol: vertex
            endpoint: {{Providers.Address}}vertex
            project: acceptance
            location: europe-west4
            google: { credentials: "file:account.json" }
            catalogue: anthropic
          - name: {{Dead}}
            protocol: openai
            endpoint: http://127.0.0.1:9/v1
            key: ${CLOUD_KEY}

        """;

    private string Server(string server) => $$"""
          - name: {{server}}
            protocol: openai
            server: {{server}}
            endpoint: {{Providers.Address}}{{server}}/v1
            key: ${CLOUD_KEY}

        """;

    /// <summary>A key file of Google's kind, whose tokens the simulator issues.</summary>
    private string ServiceAccount()
    {
        using var key = RSA.Create(2048);
        return JsonSerializer.Serialize(new Dictionary<string, string>
        {
            ["type"] = "service_account",
            ["project_id"] = "acceptance",
            ["private_key_id"] = "acceptance",
            ["private_key"] = key.ExportPkcs8PrivateKeyPem(),
            ["client_email"] = "acceptance@acceptance.iam.gserviceaccount.com",
            ["token_uri"] = new Uri(Providers.Address, "vertex/token").AbsoluteUri,
        });
    }

    private async Task<IEnumerable<BookLine>> BilledAsync() =>
        from line in (await Providers.BillAsync()).GetProperty("lines").EnumerateArray()
        let counts = line.GetProperty("counts")
        let booked = new BookLine(
            line.GetProperty("vendor").GetString()!,
            line.GetProperty("model").GetString()!,
            Number(counts, "requests"),
            Number(counts, "input_uncached"),
            Number(counts, "cache_read"),
            Number(counts, "cache_write_5m") + Number(counts, "cache_write_1h"),
            Number(counts, "output"))
        orderby booked.Vendor, booked.Model
        select booked;

    // What was sent decides the bill, and two providers may be one vendor's.
    private async Task<IEnumerable<BookLine>> BookedAsync() =>
        from record in await Gateway.UsageAsync()
        where record.GetProperty("provider").ValueKind == JsonValueKind.String
        group record by (Vendor: record.GetProperty("provider").GetString()!.Split('-')[0], Model: record.GetProperty("model_sent").GetString()!) into records
        let booked = new BookLine(
            records.Key.Vendor,
            records.Key.Model,
            records.Sum(record => Number(record, "attempts")),
            records.Sum(record => Number(record, "input_tokens")),
            records.Sum(record => Number(record, "cache_read_tokens")),
            records.Sum(record => Number(record, "cache_write_tokens")),
            records.Sum(record => Number(record, "output_tokens")))
        orderby booked.Vendor, booked.Model
        select booked;

    private static long Number(JsonElement line, string name) => line.GetProperty(name).GetInt64();

    /// <summary>A line of either book. Providers are named after their vendor, with what tells them apart behind a dash.</summary>
    private sealed record BookLine(string Vendor, string Model, long Requests, long Input, long CacheRead, long CacheWrite, long Output);
}
