using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Inbound;

public sealed class HeadersTests
{
    private static readonly string[] s_sentAlways = ["Accept", "Accept-Encoding", "Content-Length", "Content-Type", "Host", "User-Agent"];

    [Theory]
    [InlineData("chat", "Authorization,OpenAI-Beta,Idempotency-Key,x-client-request-id")]
    [InlineData("messages", "x-api-key,anthropic-version,anthropic-beta,Idempotency-Key,x-client-request-id")]
    [InlineData("gemini", "x-goog-api-key,Idempotency-Key,x-client-request-id")]
    public async Task A_provider_gets_the_named_headers_and_no_others(string plain, string named)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        using HttpRequestMessage message = Saying.Plain[plain].ToMessage(house.Secret);
        foreach (string header in (string[])
        [
            "cookie: a=b", "x-forwarded-for: 10.0.0.1", "forwarded: for=10.0.0.1", "via: 1.1 proxy", "x-real-ip: 10.0.0.1", "te: trailers", "upgrade: websocket",
            "keep-alive: timeout=5", "proxy-authorization: Basic x", "x-causeway-feature: search", "openai-organization: org-other", "openai-project: proj", "x-goog-user-project: other",
            "x-goog-fieldmask: candidates", "user-agent: spy/1.0", "accept: text/html", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            "openai-beta: assistants=v2", "anthropic-version: 2023-01-01", "anthropic-beta: one,two", "idempotency-key: idem-1", "x-client-request-id: mine",
        ])
        {
            string[] parts = header.Split(": ");
            message.Headers.TryAddWithoutValidation(parts[0], parts[1]);
        }

        Answer answer = await house.SendAsync(message);

        Assert.Equal(200, answer.Status);
        Arrived arrived = Assert.Single(await house.Simulator.RequestsAsync());
        Assert.Equal(
            s_sentAlways.Concat(named.Split(',')).Order(StringComparer.OrdinalIgnoreCase),
            arrived.Headers.Select(header => header.Key).Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase);
        Assert.DoesNotContain(arrived.Headers, header => header.Value.Contains(house.Secret, StringComparison.Ordinal));
        Assert.Contains(arrived.Headers, header => header.Value.Contains(GatewayHouse.ProviderKey, StringComparison.Ordinal));
        Assert.Equal(("causeway", "identity", "application/json"), (arrived.Header("user-agent"), arrived.Header("accept-encoding"), arrived.Header("content-type")));
        Assert.Matches("^[0-9a-f]{32}$", arrived.Header("idempotency-key"));
    }

    // S-37: the provider's account is every team's, and a server that keeps answers by that name must not give one team's to another.
    [Fact]
    public async Task The_name_of_a_request_is_its_keys_own_and_another_one_at_another_pin()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        string other = house.Grant("requests 10/day").Secret;
        Saying mini = Saying.Chat;
        Saying large = mini with { Body = mini.Body.Replace("gpt-5.4-mini", "gpt-5.4", StringComparison.Ordinal) };

        foreach ((string key, Saying saying) in ((string, Saying)[])[(house.Secret, mini), (house.Secret, mini), (other, mini), (house.Secret, large)])
        {
            using HttpRequestMessage message = saying.ToMessage(key);
            message.Headers.TryAddWithoutValidation("idempotency-key", "job-1");
            await house.SendAsync(message);
        }

        string[] names = [.. (await house.Simulator.RequestsAsync()).Select(arrived => arrived.Header("idempotency-key")!)];
        Assert.Equal(names[0], names[1]);
        Assert.Equal(3, names.Distinct().Count());
    }

    [Fact]
    public async Task A_header_that_a_provider_demands_is_added_when_the_caller_leaves_it_out()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        await house.AskAsync(Saying.Messages);

        Assert.Equal("2023-06-01", Assert.Single(await house.Simulator.RequestsAsync()).Header("anthropic-version"));
    }

    [Fact]
    public async Task A_header_that_cannot_be_sent_on_is_the_callers_mistake()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await using RawCaller caller = await RawCaller.ConnectAsync(house.Address);

        await caller.SendAsync(RawCaller.Request(Saying.Chat, house.Secret, "x-client-request-id: \u00c3\u00a9\r\n"));

        Assert.Contains("x-causeway-error: request_malformed", await caller.ReadUntilAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task A_caller_gets_the_headers_that_sdks_act_on_and_no_others()
    {
        const string Shown = "x-request-id: up-1\r\nx-ratelimit-remaining-tokens: 7\r\nopenai-processing-ms: 12\r\nretry-after: 3\r\nx-should-retry: false\r\n";
        const string Hidden = "set-cookie: a=b\r\nserver: nginx\r\nvia: 1.1 cdn\r\nopenai-organization: org-secret\r\nstrict-transport-security: max-age=1\r\naccess-control-allow-origin: *\r\nx-internal: 1\r\nkeep-alive: timeout=5\r\nalt-svc: h3\r\n";
        await using RawUpstream upstream = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n{Shown}{Hidden}\r\n{{}}");
        await using GatewayHouse house = await GatewayHouse.OpenAsync(HouseOptions.With(upstream));

        Answer answer = await house.AskAsync(Saying.Chat);

        Assert.Equal(
            ["content-length", "content-type", "date", "openai-processing-ms", "retry-after", "x-causeway-attempts", "x-causeway-request", "x-causeway-served-by", "x-ratelimit-remaining-tokens", "x-request-id", "x-should-retry"],
            answer.Headers.Keys.Select(name => name.ToLowerInvariant()).Order(StringComparer.Ordinal));
        Assert.Equal(("openai/gpt-5.4-mini", "1", "up-1"), (answer.Header("x-causeway-served-by"), answer.Header("x-causeway-attempts"), answer.Header("x-request-id")));
    }

    [Theory]
    [InlineData("x-request-id: a\u0001b")]
    [InlineData("x-request-id: caf\u00e9")]
    [InlineData("x-ratelimit-remaining: a\tb\u007f")]
    public async Task A_header_that_no_response_can_hold_is_dropped(string header)
    {
        await using RawUpstream upstream = RawUpstream.Start($"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n{header}\r\n\r\n{{}}");
        await using GatewayHouse house = await GatewayHouse.OpenAsync(HouseOptions.With(upstream));

        Answer answer = await house.AskAsync(Saying.Chat);

        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
        Assert.Equal(header.StartsWith("x-request-id", StringComparison.Ordinal) ? answer.Header("x-causeway-request") : null, answer.Header(header.Split(':')[0])); // Where no provider names it, we do.
    }

    [Fact]
    public async Task A_providers_own_headers_are_sent_and_the_environments_proxy_is_not_asked()
    {
        await using RawUpstream upstream = RawUpstream.Start("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}");
        await using GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
        {
            Providers = near =>
            [
                new Provider { Name = "openai", Protocol = Wire.Protocol.OpenAI, Endpoint = new Uri(near.Simulator, "/openai/v1"), Key = "k", Headers = [KeyValuePair.Create("x-tenant", "t-1")], Catalogue = "openai" },
                new Provider { Name = "proxied", Protocol = Wire.Protocol.OpenAI, Endpoint = new Uri("http://provider.example/v1"), Key = "k", Proxy = upstream.Address },
            ],
        });

        await house.AskAsync(Saying.Chat);
        Answer proxied = await house.AskAsync(Saying.ChatPath, Saying.Chat.Body.Replace("gpt-5.4-mini", "proxied/m", StringComparison.Ordinal));

        Assert.Equal("t-1", Assert.Single(await house.Simulator.RequestsAsync()).Header("x-tenant"));
        Assert.Equal((200, 1), (proxied.Status, upstream.Connections));
    }
}
