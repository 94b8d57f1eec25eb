using System.Net;
using Causeway.Simulator.Scripts;

namespace Causeway.Simulator.Tests.Scripts;

public sealed class ScriptTests
{
    [Theory]
    [InlineData("""{"rules":[{"then":{"stats":429}}]}""", "$.rules[0].then.stats: unknown field; allowed: delay_ms")]
    [InlineData("""{"rules":[{"match":{"protocol":"cohere"}}]}""", "$.rules[0].match.protocol: \"cohere\" is not one of openai, anthropic, gemini, bedrock")]
    [InlineData("""{"rules":[{"then":{"status":99}}]}""", "$.rules[0].then.status: 99 is outside 200 to 599")]
    [InlineData("""{"rules":[{"then":{"cut":{"plus_bytes":3}}}]}""", "$.rules[0].then.cut.plus_bytes: needs at_event")]
    [InlineData("""{"rules":[{"then":{"headers":{"content-length":"3"}}}]}""", "$.rules[0].then.headers: content-length")]
    [InlineData("""{"rules":[{"times":0}]}""", "$.rules[0].times: 0 is outside")]
    [InlineData("""{"rule":[]}""", "$.rule: unknown field; allowed: required_key, rules")]
    [InlineData("""{"rules":[{"then":{"delay_ms":"5"}}]}""", "$.rules[0].then.delay_ms")]
    [InlineData("[]", "$")]
    [InlineData("nonsense", "$")]
    public async Task A_script_with_a_mistake_is_refused_by_place_and_leaves_the_old_one(string script, string complaint)
    {
        await using Sim sim = await Sim.StartAsync("""{"required_key":"old"}""");

        using HttpResponseMessage response = await sim.Http.PutAsync("/sim/script", new StringContent(script), Sim.Token);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        string errors = (await response.Content.ReadAsStringAsync(Sim.Token)).Replace("\\\"", "\"", StringComparison.Ordinal);
        Assert.Contains(complaint, errors, StringComparison.Ordinal);
        Assert.Equal("old", (await sim.GetAsync("/sim/script")).GetProperty("script").GetProperty("required_key").GetString());
    }

    [Fact]
    public async Task A_required_key_shuts_every_other_out_until_the_script_is_deleted()
    {
        await using Sim sim = await Sim.StartAsync("""{"required_key":"other"}""");

        using HttpResponseMessage shut = await sim.PostAsync(Sim.Chat, Sim.Hello);
        using HttpResponseMessage deleted = await sim.Http.DeleteAsync("/sim/script", Sim.Token);
        using HttpResponseMessage open = await sim.PostAsync(Sim.Chat, Sim.Hello);

        Assert.Equal(HttpStatusCode.Unauthorized, shut.StatusCode);
        Assert.Contains("invalid_api_key", await shut.Content.ReadAsStringAsync(Sim.Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, open.StatusCode);
    }

    [Fact]
    public async Task A_bad_script_at_start_is_a_format_error()
    {
        FormatException refused = await Assert.ThrowsAsync<FormatException>(() => Sim.StartAsync("""{"nope":1}"""));

        Assert.Contains("allowed: required_key, rules", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_fields_appear_in_the_answer()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"text":"Bonjour","served_model":"gpt-x-2026","finish_reason":"content_filter","usage_json":"{\"prompt_tokens\":NaN}"}}]}""");

        string body = await sim.TextAsync(Sim.Chat, Sim.Hello);

        Assert.Contains("\"model\":\"gpt-x-2026\"", body, StringComparison.Ordinal);
        Assert.Contains("\"content\":\"Bonjour\"", body, StringComparison.Ordinal);
        Assert.Contains("\"finish_reason\":\"content_filter\"", body, StringComparison.Ordinal);
        Assert.Contains("\"usage\":{\"prompt_tokens\":NaN}", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_said_in_every_vendors_way()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"refusal":"I would rather not."}}]}""");

        Assert.Contains("\"refusal\":\"I would rather not.\"", await sim.TextAsync(Sim.Chat, Sim.Hello), StringComparison.Ordinal);
        Assert.Contains("\"stop_reason\":\"refusal\"", await sim.TextAsync(Sim.Messages, Sim.ClaudeHello), StringComparison.Ordinal);
        Assert.Contains("\"blockReason\":\"SAFETY\"", await sim.TextAsync("/v1beta/models/g:generateContent", Sim.GeminiHello), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_are_kept_as_they_came_and_bounded()
    {
        await using Sim sim = await Sim.StartAsync();
        await sim.TextAsync(Sim.Chat + "?a=%20b", Sim.Hello);
        await sim.TextAsync(Sim.Messages, Sim.ClaudeHello);

        var all = (await sim.GetAsync("/sim/requests")).GetProperty("requests");
        var last = (await sim.GetAsync("/sim/requests?last=1")).GetProperty("requests");

        Assert.Equal(2, all.GetArrayLength());
        Assert.Equal("/v1/chat/completions?a=%20b", all[0].GetProperty("target").GetString());
        Assert.Equal(Sim.Hello, System.Text.Encoding.UTF8.GetString(all[0].GetProperty("body_base64").GetBytesFromBase64()));
        Assert.Contains(all[0].GetProperty("headers").EnumerateArray(), h => h[0].GetString() == "Authorization" && h[1].GetString() == "Bearer test-key");
        Assert.Equal("/v1/messages", last[0].GetProperty("target").GetString());
    }

    [Fact]
    public void The_ring_of_requests_drops_the_oldest_by_number_and_by_bytes()
    {
        ReceivedRequests kept = new(keptRequests: 3, keptBodyBytes: 100);

        for (int i = 0; i < 5; i++)
        {
            kept.Add("POST", "/", [], new byte[40]);
        }

        Assert.Equal([4, 5], kept.Last(10).Select(r => r.Number));
    }

    [Fact]
    public void Every_word_of_a_script_can_be_written_and_read_back()
    {
        (Script? script, IReadOnlyList<string> complaints) = ScriptReader.Read("""
            {"rules":[{"match":{"protocol":"gemini","operation":"batch_embed_contents","model":"m","stream":false,"key":"k"},"times":3,
             "then":{"delay_ms":1,"usage":{"input_uncached":1,"cache_read":2,"cache_write_5m":3,"cache_write_1h":4,"output":5,"reasoning":5},
             "encoding":"gzip_twice","endless":{"kind":"comments","from_event":0},"sse":{"newline":"crlf"},"cut":{"how":"stall"}}}]}
            """u8);

        Assert.Empty(complaints);
        Assert.Equal(4, script!.Rules![0].Then!.Usage!.CacheWrite1h);
        Assert.Equal(CutHow.Stall, script.Rules[0].Then!.Cut!.How);
    }
}
