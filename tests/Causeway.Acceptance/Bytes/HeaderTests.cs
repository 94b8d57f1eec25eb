using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Bytes;

/// <summary>Which headers cross, and which never do.</summary>
public sealed class HeaderTests(House house) : IClassFixture<House>
{
    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"Hi"}]}""", "Authorization", "Bearer " + House.OpenAIKey)]
    [InlineData("/v1/messages", """{"model":"claude-sonnet-4-6","max_tokens":9,"messages":[{"role":"user","content":"Hi"}]}""", "x-api-key", House.AnthropicKey)]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"Hi"}]}]}""", "x-goog-api-key", House.GeminiKey)]
    public async Task The_provider_gets_its_own_key_and_nothing_of_the_callers(string target, string body, string header, string value)
    {
        string key = await house.Gateway.NewKeyAsync();

        RawAnswer answer = await RawHttp.PostAsync(
            house.Gateway.Address,
            target,
            System.Text.Encoding.UTF8.GetBytes(body),
            $"Authorization: Bearer {key}",
            $"x-goog-api-key: {key}",
            $"x-api-key: {key}",
            "Cookie: session=1",
            "x-causeway-feature: tests",
            "x-causeway-session: s",
            "Forwarded: for=10.0.0.1",
            "X-Forwarded-For: 10.0.0.1",
            "X-Forwarded-Host: elsewhere.example",
            "Proxy-Authorization: Basic eDp5",
            "Keep-Alive: timeout=5",
            "TE: trailers",
            "anthropic-version: 2023-06-01",
            "User-Agent: acceptance/1");
        ReceivedRequest received = Assert.Single(await house.Providers.RequestsAsync());
        await house.Providers.ClearAsync();

        Assert.Equal(200, answer.Status);
        Assert.Equal(value, received.Header(header));
        Assert.Single(received.Headers, sent => IsOneOf(sent.Name, "Authorization", "x-api-key", "x-goog-api-key"));
        Assert.DoesNotContain(received.Headers, sent => sent.Value.Contains(key, StringComparison.Ordinal));
        Assert.DoesNotContain(received.Headers, sent => IsOneOf(
            sent.Name, "Cookie", "Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "Proxy-Authorization", "Keep-Alive", "TE"));
        Assert.DoesNotContain(received.Headers, sent => sent.Name.StartsWith("x-causeway-", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(house.Providers.Address.Authority, received.Header("Host"));
    }

    [Fact]
    public async Task A_header_that_the_connection_line_names_does_not_travel_on()
    {
        string key = await house.Gateway.NewKeyAsync();

        await RawHttp.SendAsync(house.Gateway.Address, System.Text.Encoding.ASCII.GetBytes(
            $"POST /v1/messages HTTP/1.1\r\nHost: a\r\nx-api-key: {key}\r\nanthropic-version: 2023-06-01\r\nanthropic-beta: b\r\nConnection: anthropic-beta\r\nContent-Length: 86\r\n\r\n"
            + """{"model":"claude-sonnet-4-6","max_tokens":9,"messages":[{"role":"user","content":""}]}"""));
        ReceivedRequest received = Assert.Single(await house.Providers.RequestsAsync());
        await house.Providers.ClearAsync();

        Assert.DoesNotContain(received.Headers, sent => IsOneOf(sent.Name, "anthropic-beta"));
        Assert.Equal("2023-06-01", received.Header("anthropic-version"));
    }

    private static bool IsOneOf(string name, params string[] names) => names.Contains(name, StringComparer.OrdinalIgnoreCase);
}
