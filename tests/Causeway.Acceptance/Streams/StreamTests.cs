using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Streams;

/// <summary>Streams arrive as they are made, and end in the books whoever leaves first.</summary>
public sealed class StreamTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task An_event_arrives_while_the_next_one_is_not_made_yet()
    {
        string key = await house.Gateway.NewKeyAsync();
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { cut = new { at_event = 2, how = "stall" } } } } });

        using (HttpResponseMessage response = await Ask.OpenAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: true)))
        {
            using StreamReader reader = new(await response.Content.ReadAsStreamAsync());
            string first = (await reader.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(10)))!;

            Assert.StartsWith("data: {", first);
            await house.Providers.OpenStreamsAsync(until: 1); // Nothing was gathered: upstream is still open.
        }

        await house.Providers.OpenStreamsAsync(until: 0);
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_the_call_upstream_and_is_booked()
    {
        string key = await house.Gateway.NewKeyAsync(feature: "leaves");
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { cut = new { at_event = 3, how = "stall" } } } } });
        HttpResponseMessage response = await Ask.OpenAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: true));
        await house.Providers.OpenStreamsAsync(until: 1);

        response.Dispose();
        await house.Providers.OpenStreamsAsync(until: 0);

        JsonElement record = await RecordAsync("leaves");
        Assert.Equal("client_gone", record.GetProperty("outcome").GetString());
        Assert.True(record.GetProperty("input_tokens").GetInt64() > 0);
        Assert.NotEqual("provider", record.GetProperty("usage_source").GetString());
    }

    [Theory]
    [InlineData(Ask.Chat, "gpt-4o-mini", "rst", "data: {\"error\":")]
    [InlineData(Ask.Chat, "gpt-4o-mini", "fin", "data: {\"error\":")]
    [InlineData(Ask.Messages, "claude-sonnet-4-6", "rst", "event: error\ndata: {\"type\":\"error\"")]
    [InlineData(Ask.Messages, "claude-sonnet-4-6", "end", "event: error\ndata: {\"type\":\"error\"")]
    public async Task A_provider_that_breaks_off_ends_the_stream_with_an_error_event_and_is_booked(string target, string model, string how, string error)
    {
        string feature = $"breaks-{how}-{target.Length}";
        string key = await house.Gateway.NewKeyAsync(feature: feature);
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { cut = new { at_event = 4, how } } } } });
        string body = $$"""{"model":"{{model}}","max_tokens":64,"stream":true,"messages":[{"role":"user","content":"Hello"}]}""";

        (int status, string text, _) = await Ask.SendAsync(house.Gateway, key, target, body);

        Assert.Equal(200, status);
        Assert.Contains(error, text, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", text, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", text, StringComparison.Ordinal);
        JsonElement record = await RecordAsync(feature);
        Assert.Equal(("upstream_truncated", "interrupted"), (record.GetProperty("error_code").GetString(), record.GetProperty("outcome").GetString()));
    }

    [Fact]
    public async Task A_call_that_fails_before_its_first_byte_is_tried_again_and_says_how_often()
    {
        string key = await house.Gateway.NewKeyAsync(feature: "retries");
        await house.Providers.ScriptAsync(new { rules = new[] { new { times = 2, then = new { status = 503, headers = new Dictionary<string, string> { ["retry-after-ms"] = "1" } } } } });

        (int status, _, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());

        Assert.Equal(200, status);
        Assert.Equal("3", headers.GetValues("x-causeway-attempts").Single());
        Assert.Equal(3, (await RecordAsync("retries")).GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        string key = await house.Gateway.NewKeyAsync();
        await house.Providers.ScriptAsync(new { rules = new[] { new { times = 1, then = new { status = 307, headers = new Dictionary<string, string> { ["location"] = new Uri(house.Providers.Address, "/openai/v1/chat/completions").AbsoluteUri } } } } });

        (int status, _, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());

        Assert.Equal(502, status);
    }

    private async Task<JsonElement> RecordAsync(string feature) =>
        Assert.Single(await house.Gateway.UsageAsync(), record => record.GetProperty("feature").GetString() == feature);
}
