using System.Text.RegularExpressions;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Upstream;
using Causeway.Wire;

namespace Causeway.Gateway.Tests.Upstream;

/// <summary>What a platform sees of a call: the path, one credential, and nothing that is not its own.</summary>
public sealed partial class PlatformCallTests
{
    private const string Key = "AQ.canary-key";

    [Theory]
    [InlineData(Platform.OpenAI, "authorization: Bearer AQ.canary-key")]
    [InlineData(Platform.Anthropic, "x-api-key: AQ.canary-key")]
    [InlineData(Platform.Gemini, "x-goog-api-key: AQ.canary-key")]
    [InlineData(Platform.Bedrock, "authorization: Bearer AQ.canary-key")]
    [InlineData(Platform.AzureOpenAI, "api-key: AQ.canary-key")]
    [InlineData(Platform.Vertex, "x-goog-api-key: AQ.canary-key")]
    public async Task Trap_20_a_static_key_goes_into_one_header(Platform platform, string header)
    {
        string head = await HeadOfAsync(platform, identity: null, Key);

        Assert.Contains(header, head, StringComparison.OrdinalIgnoreCase);
        Assert.Single(Canary().Matches(head));
    }

    [Fact]
    public async Task A_signature_stands_where_a_key_would()
    {
        var identity = new AwsIdentity { AccessKeyId = "AKIDEXAMPLE", SecretAccessKey = "aws-canary", Region = "eu-central-1", Service = "bedrock" };

        string head = await HeadOfAsync(Platform.Bedrock, identity, Key);

        Assert.Contains("Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/", head, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("SignedHeaders=content-type;host;x-amz-date, Signature=", head, StringComparison.Ordinal);
        Assert.Empty(Canary().Matches(head));
    }

    [Fact]
    public async Task Azure_is_called_by_deployment_and_token_and_priced_by_what_answered()
    {
        TaskCompletionSource<RawConnection> seen = new();
        await using RawUpstream tokens = RawUpstream.Start(connection => connection.AnswerAsync("""{"access_token":"t-1","expires_in":3600}"""));
        await using RawUpstream azure = RawUpstream.Start(async connection =>
        {
            seen.TrySetResult(connection);
            await connection.AnswerAsync("""{"model":"gpt-4.1-2025-04-14","choices":[{"finish_reason":"stop"}],"usage":{"prompt_tokens":1000,"completion_tokens":100}}""");
        });
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Providers = near => [Azure(azure.Address, tokens.Address)],
        });

        Answer answer = await house.AskAsync(Saying.ChatPath + "?x=1", Saying.Chat.Body.Replace("gpt-5.4-mini", "azure-eu/prod-1", StringComparison.Ordinal));

        RawConnection call = await seen.Task.Soon();
        Assert.Equal(200, answer.Status);
        Assert.StartsWith("POST /openai/deployments/prod-1/chat/completions?api-version=2025-04-01-preview HTTP/1.1", call.Head, StringComparison.Ordinal);
        Assert.Equal(("Bearer t-1", null), (call.Header("authorization"), call.Header("api-key")));
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((1000L * 2_000) + (100L * 8_000), record.CostNanoUsd); // 2 and 8 USD per million.
    }

    [Theory]
    [InlineData(401, "upstream_key_refused", 502)]
    [InlineData(500, "upstream_unreachable", 503)]
    public async Task A_token_that_is_not_to_be_had_is_no_401_of_the_callers(int status, string code, int seen)
    {
        await using RawUpstream tokens = RawUpstream.Start(connection => connection.AnswerAsync("""{"error":"invalid_client"}""", status));
        await using RawUpstream azure = RawUpstream.Start("");
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Providers = near => [Azure(azure.Address, tokens.Address)] });

        Answer answer = await house.AskAsync(Saying.ChatPath, Saying.Chat.Body.Replace("gpt-5.4-mini", "azure-eu/prod-1", StringComparison.Ordinal));

        Assert.Equal((seen, code, 0), (answer.Status, answer.Error, azure.Connections));
        Assert.DoesNotContain("azure-canary", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_deployments_are_called_neither_a_list_nor_the_catalogue_says_what_is_served()
    {
        await using RawUpstream azure = RawUpstream.Start(connection => connection.AnswerAsync("""{"data":[{"id":"gpt-4.1"}]}"""));
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions { Providers = near => [Azure(azure.Address, azure.Address)] });

        Answer answer = await house.AskAsync(Saying.ChatPath, Saying.Chat.Body.Replace("gpt-5.4-mini", "gpt-4.1", StringComparison.Ordinal));

        Assert.Equal((404, "model_unknown", 0), (answer.Status, answer.Error, azure.Connections));
    }

    private static Provider Azure(Uri endpoint, Uri authority) => new()
    {
        Name = "azure-eu",
        Protocol = Protocol.OpenAI,
        Address = new PlatformAddress(Platform.AzureOpenAI, ApiVersion: "2025-04-01-preview"),
        Endpoint = endpoint,
        Identity = new EntraApplication { Tenant = "t", ClientId = "app", ClientSecret = "azure-canary", Authority = authority },
        Catalogue = "azure",
    };

    private static async Task<string> HeadOfAsync(Platform platform, CloudIdentity? identity, string key)
    {
        TaskCompletionSource<string> seen = new();
        await using RawUpstream upstream = RawUpstream.Start(async connection =>
        {
            seen.TrySetResult(connection.Head);
            await connection.AnswerAsync("{}");
        });
        using var client = new UpstreamClient(new Provider
        {
            Name = "p",
            Protocol = Platforms.ProtocolOf(platform, ""),
            Address = new PlatformAddress(platform),
            Endpoint = upstream.Address,
            Key = key,
            Identity = identity,
        });
        using HttpRequestMessage message = client.Create(HttpMethod.Post, "/x");
        message.Content = new StringContent("{}", System.Net.Http.Headers.MediaTypeHeaderValue.Parse("application/json"));
        using HttpResponseMessage response = await client.SendAsync(message, Clearance.WithoutData, GatewayHouse.Token);
        return await seen.Task.Soon();
    }

    [GeneratedRegex("canary", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Canary();
}
