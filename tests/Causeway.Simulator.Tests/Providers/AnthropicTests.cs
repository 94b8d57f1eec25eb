using System.Net;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers;

public sealed class AnthropicTests
{
    [Theory]
    [InlineData("/v1/messages")]
    [InlineData("/anthropic/v1/messages")]
    public async Task A_message_has_the_vendors_shape(string path)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.PostAsync(path, Sim.ClaudeHello);
        JsonElement message = JsonElement.Parse(await response.Content.ReadAsStringAsync(Sim.Token));

        Assert.StartsWith("msg_", message.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("text", message.GetProperty("content")[0].GetProperty("type").GetString());
        Assert.Equal("end_turn", message.GetProperty("stop_reason").GetString());
        Assert.Equal(8, message.GetProperty("usage").GetProperty("input_tokens").GetInt64());
        Assert.Equal(17, message.GetProperty("usage").GetProperty("output_tokens").GetInt64());
        Assert.StartsWith("req_sim_", response.Headers.GetValues("request-id").Single(), StringComparison.Ordinal);
        Assert.Equal("3999", response.Headers.GetValues("anthropic-ratelimit-requests-remaining").Single());
    }

    [Fact]
    public async Task A_stream_goes_from_message_start_to_message_stop_with_cumulative_usage()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement[] events = [.. (await sim.EventsAsync(Sim.Messages, Sim.ClaudeStream)).Select(e => JsonElement.Parse(e))];

        string[] types = [.. events.Select(e => e.GetProperty("type").GetString()!)];
        Assert.Equal(["message_start", "ping", "content_block_start", "content_block_delta"], types[..4]);
        Assert.Equal(["content_block_delta", "content_block_stop", "message_delta", "message_stop"], types[^4..]);
        Assert.Equal(8, events[0].GetProperty("message").GetProperty("usage").GetProperty("input_tokens").GetInt64());
        Assert.Equal(17, events[^2].GetProperty("usage").GetProperty("output_tokens").GetInt64());
    }

    [Fact]
    public async Task Thinking_comes_first_and_its_signature_just_before_its_stop()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement[] events = [.. (await sim.EventsAsync(Sim.Messages, """{"model":"c","max_tokens":2000,"stream":true,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"hi"}]}"""))
            .Select(e => JsonElement.Parse(e))];

        Assert.Equal("thinking", events[2].GetProperty("content_block").GetProperty("type").GetString());
        int stop = Array.FindIndex(events, e => e.GetProperty("type").GetString() == "content_block_stop");
        Assert.Equal("signature_delta", events[stop - 1].GetProperty("delta").GetProperty("type").GetString());
        Assert.Equal(14, events[^2].GetProperty("usage").GetProperty("output_tokens_details").GetProperty("thinking_tokens").GetInt64());
    }

    [Fact]
    public async Task A_forced_tool_is_used_with_an_object_as_input()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement message = await sim.JsonAsync(Sim.Messages, """
            {"model":"c","max_tokens":100,"messages":[{"role":"user","content":"hi"}],"tool_choice":{"type":"any"},
             "tools":[{"name":"look_up","input_schema":{"type":"object","properties":{"when":{"type":"string","format":"date"}}}}]}
            """);

        Assert.Equal("tool_use", message.GetProperty("stop_reason").GetString());
        Assert.Equal("2026-01-01", message.GetProperty("content")[0].GetProperty("input").GetProperty("when").GetString());
    }

    [Fact]
    public async Task A_stop_sequence_ends_the_text_and_is_named()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement message = await sim.JsonAsync(Sim.Messages, """{"model":"c","max_tokens":100,"stop_sequences":[" You"],"messages":[{"role":"user","content":"hi"}]}""");

        Assert.Equal("Hello from the simulator!", message.GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("stop_sequence", message.GetProperty("stop_reason").GetString());
        Assert.Equal(" You", message.GetProperty("stop_sequence").GetString());
    }

    [Fact]
    public async Task Counting_agrees_with_what_the_message_then_costs()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement counted = await sim.JsonAsync("/v1/messages/count_tokens", Sim.ClaudeHello);

        Assert.Equal(8, counted.GetProperty("input_tokens").GetInt64());
        Assert.Equal(0, (await sim.TotalAsync()).GetProperty("input_uncached").GetInt64());
    }

    [Fact]
    public async Task What_is_missing_is_named_in_the_vendors_error_shape()
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.PostAsync(Sim.Messages, """{"model":"c","messages":[{"role":"user","content":"hi"}]}""");
        using HttpResponseMessage keyless = await sim.Http.PostAsync(Sim.Messages, new StringContent(Sim.ClaudeHello), Sim.Token);

        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync(Sim.Token));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("error", error.GetProperty("type").GetString());
        Assert.Equal("max_tokens: Field required", error.GetProperty("error").GetProperty("message").GetString());
        Assert.Equal(response.Headers.GetValues("request-id").Single(), error.GetProperty("request_id").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, keyless.StatusCode);
        Assert.Contains("authentication_error", await keyless.Content.ReadAsStringAsync(Sim.Token), StringComparison.Ordinal);
    }
}
