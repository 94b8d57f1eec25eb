using System.Net.Http.Headers;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.Anthropic;

public sealed class ThinkingBlockTests
{
    private const string Opus = "claude-opus-5-5";

    [Fact]
    public async Task The_newest_lines_think_unasked_and_show_nothing_but_a_signature()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement hidden = await AskAsync(sim, Opus, "hi");
        JsonElement shown = await sim.JsonAsync(Sim.Messages, $$"""{"model":"{{Opus}}","max_tokens":2000,"thinking":{"type":"adaptive","display":"summarized"},"messages":[{"role":"user","content":"hi"}]}""");

        Assert.Equal("", hidden.GetProperty("content")[0].GetProperty("thinking").GetString());
        Assert.NotEmpty(hidden.GetProperty("content")[0].GetProperty("signature").GetString()!);
        Assert.NotEmpty(shown.GetProperty("content")[0].GetProperty("thinking").GetString()!);
        Assert.True(hidden.GetProperty("usage").GetProperty("output_tokens_details").GetProperty("thinking_tokens").GetInt64() > 0);
    }

    [Theory]
    [InlineData("claude-sonnet-4-6", "edited", "Invalid `signature` in `thinking` block")]
    [InlineData("claude-sonnet-4-6", "", null)]
    [InlineData(Opus, "", null)]
    public async Task A_block_comes_back_unchanged_or_is_refused(string model, string added, string? message)
    {
        await using Sim sim = await Sim.StartAsync();
        JsonElement made = await AskAsync(sim, model, "hi");
        JsonElement block = made.GetProperty("content")[0];
        string sent = $$"""{"type":"thinking","thinking":{{JsonSerializer.Serialize(block.GetProperty("thinking").GetString() + added)}},"signature":"{{block.GetProperty("signature").GetString()}}"}""";

        JsonElement answer = await sim.JsonAsync(Sim.Messages, Again(model, "hi", sent));

        Assert.Equal(message is not null, answer.TryGetProperty("error", out JsonElement error));
        Assert.Contains(message ?? "", message is null ? "" : error.GetProperty("message").GetString()!, StringComparison.Ordinal);
        Assert.False(answer.TryGetProperty("input_transformations", out _));
    }

    [Theory]
    [InlineData("claude-sonnet-5-5", "test-key", null, "model_binding_mismatch")]
    [InlineData(Opus, "another-account", null, "organization_binding_mismatch")]
    [InlineData(Opus, "test-key", "someone", "end_user_binding_mismatch")]
    [InlineData("claude-sonnet-4-6", "another-account", null, null)]
    public async Task A_block_that_is_bound_elsewhere_is_dropped_and_said_so(string model, string account, string? user, string? reason)
    {
        await using Sim sim = await Sim.StartAsync();
        string block = (await AskAsync(sim, Opus, "hi")).GetProperty("content")[0].GetRawText();
        string metadata = user is null ? "{}" : $$"""{"user_id":"{{user}}"}""";
        using HttpRequestMessage request = Sim.Request(Sim.Messages, Again(model, "hi", block).Replace("\"max_tokens\"", $"\"metadata\":{metadata},\"max_tokens\"", StringComparison.Ordinal));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", account);

        using HttpResponseMessage response = await sim.Http.SendAsync(request, Sim.Token);
        JsonElement answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(Sim.Token));

        Assert.Equal(reason, answer.TryGetProperty("input_transformations", out JsonElement removed) ? removed[0].GetProperty("reason").GetString() : null);
        Assert.Equal("end_turn", answer.GetProperty("stop_reason").GetString());
    }

    [Fact]
    public async Task A_changed_beginning_is_refused_unless_the_caller_lets_the_block_go()
    {
        await using Sim sim = await Sim.StartAsync();
        string block = (await AskAsync(sim, Opus, "hi")).GetProperty("content")[0].GetRawText();
        string changed = Again(Opus, "hi [masked]", block);

        string refused = await sim.TextAsync(Sim.Messages, changed);
        using HttpRequestMessage lenient = Sim.Request(Sim.Messages, changed.Replace("\"max_tokens\"", "\"thinking\":{\"type\":\"adaptive\",\"block_binding\":{\"prefix_mismatch_behavior\":\"drop_block\"}},\"max_tokens\"", StringComparison.Ordinal));
        lenient.Headers.Add("anthropic-beta", "thinking-binding-controls-2026-08-01");
        using HttpResponseMessage dropped = await sim.Http.SendAsync(lenient, Sim.Token);

        Assert.Contains("messages.1.content.0: `thinking` blocks are bound to the conversation before them", refused, StringComparison.Ordinal);
        Assert.Contains("prefix_binding_mismatch", await dropped.Content.ReadAsStringAsync(Sim.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_mark_and_another_spelling_do_not_change_the_beginning()
    {
        await using Sim sim = await Sim.StartAsync();
        string block = (await AskAsync(sim, Opus, "hi")).GetProperty("content")[0].GetRawText();

        string answer = await sim.TextAsync(Sim.Messages, Again(Opus, "hi", block)
            .Replace("\"content\":\"hi\"", """ "content":[{"cache_control":{"type":"ephemeral"},"text":"h\u0069","type":"text"}] """, StringComparison.Ordinal));

        Assert.Contains("end_turn", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redacted_thinking_is_opaque_and_verified_too()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"reasoning_text":"Hm.","redact_reasoning":true}}]}""");
        string block = (await AskAsync(sim, "claude-sonnet-4-6", "hi")).GetProperty("content")[0].GetRawText();

        string taken = await sim.TextAsync(Sim.Messages, Again("claude-sonnet-4-6", "hi", block));
        string refused = await sim.TextAsync(Sim.Messages, Again("claude-sonnet-4-6", "hi", """{"type":"redacted_thinking","data":"AAAA"}"""));

        Assert.StartsWith("""{"type":"redacted_thinking","data":""", block, StringComparison.Ordinal);
        Assert.Contains("end_turn", taken, StringComparison.Ordinal);
        Assert.Contains("Invalid `signature`", refused, StringComparison.Ordinal);
    }

    private static Task<JsonElement> AskAsync(Sim sim, string model, string said) =>
        sim.JsonAsync(Sim.Messages, $$"""{"model":"{{model}}","max_tokens":2000,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"{{said}}"}]}""");

    private static string Again(string model, string said, string block) =>
        $$"""{"model":"{{model}}","max_tokens":2000,"messages":[{"role":"user","content":"{{said}}"},{"role":"assistant","content":[{{block}},{"type":"text","text":"Hello"}]},{"role":"user","content":"and?"}]}""";
}
