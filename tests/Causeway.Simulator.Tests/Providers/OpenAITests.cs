using System.Buffers.Binary;
using System.Net;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers;

public sealed class OpenAITests
{
    [Theory]
    [InlineData("/v1/chat/completions")]
    [InlineData("/openai/v1/chat/completions")]
    public async Task A_chat_completion_has_the_vendors_shape_and_echoes_the_user(string path)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.PostAsync(path, Sim.Hello);
        JsonElement answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(Sim.Token));

        Assert.StartsWith("chatcmpl-", answer.GetProperty("id").GetString(), StringComparison.Ordinal);
        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        JsonElement choice = answer.GetProperty("choices")[0];
        Assert.Equal("Hello from the simulator! You said: Tell me about bridges, please", choice.GetProperty("message").GetProperty("content").GetString());
        Assert.Equal("stop", choice.GetProperty("finish_reason").GetString());
        JsonElement usage = answer.GetProperty("usage");
        Assert.Equal(8, usage.GetProperty("prompt_tokens").GetInt64());
        Assert.Equal(17, usage.GetProperty("completion_tokens").GetInt64());
        Assert.Equal(25, usage.GetProperty("total_tokens").GetInt64());
        Assert.StartsWith("req_sim_", response.Headers.GetValues("x-request-id").Single(), StringComparison.Ordinal);
        Assert.Equal("9999", response.Headers.GetValues("x-ratelimit-remaining-requests").Single());
    }

    [Fact]
    public async Task A_chat_stream_opens_with_the_role_and_ends_with_finish_usage_and_done()
    {
        await using Sim sim = await Sim.StartAsync();

        IReadOnlyList<string> events = await sim.EventsAsync(Sim.Chat, Sim.HelloStream);

        Assert.Equal("[DONE]", events[^1]);
        JsonElement[] chunks = [.. events.SkipLast(1).Select(e => JsonElement.Parse(e))];
        Assert.Equal("assistant", chunks[0].GetProperty("choices")[0].GetProperty("delta").GetProperty("role").GetString());
        Assert.All(chunks.SkipLast(1), chunk => Assert.Equal(JsonValueKind.Null, chunk.GetProperty("usage").ValueKind));
        Assert.Equal("stop", chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Empty(chunks[^1].GetProperty("choices").EnumerateArray());
        Assert.Equal(17, chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt64());
        string text = string.Concat(chunks.SkipLast(1).Select(c => c.GetProperty("choices")[0].GetProperty("delta"))
            .Select(delta => delta.TryGetProperty("content", out JsonElement content) ? content.GetString() : ""));
        Assert.Equal("Hello from the simulator! You said: Tell me about bridges, please", text);
        Assert.Single(chunks.Select(c => c.GetProperty("id").GetString()).Distinct());
    }

    [Fact]
    public async Task Usage_is_streamed_only_when_asked_for()
    {
        await using Sim sim = await Sim.StartAsync();

        string stream = await sim.TextAsync(Sim.Chat, """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}""");

        Assert.DoesNotContain("\"usage\"", stream, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_token_limit_cuts_the_text_and_says_so()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync(Sim.Chat, """{"model":"m","max_completion_tokens":3,"messages":[{"role":"user","content":"hi"}]}""");

        Assert.Equal("length", answer.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal("Hello from t", answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        Assert.Equal(3, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt64());
    }

    [Fact]
    public async Task A_demanded_tool_is_called_with_arguments_that_fit_its_schema_plain_and_streamed()
    {
        await using Sim sim = await Sim.StartAsync();
        const string Body = """
            {"model":"m",STREAM"messages":[{"role":"user","content":"hi"}],"tool_choice":{"type":"function","function":{"name":"get_weather"}},
             "tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object","properties":{"city":{"type":"string"},"days":{"type":"integer","minimum":2},"unit":{"enum":["C","F"]}},"required":["city"]}}}]}
            """;

        JsonElement plain = await sim.JsonAsync(Sim.Chat, Body.Replace("STREAM", "", StringComparison.Ordinal));
        IReadOnlyList<string> events = await sim.EventsAsync(Sim.Chat, Body.Replace("STREAM", "\"stream\":true,", StringComparison.Ordinal));

        JsonElement choice = plain.GetProperty("choices")[0];
        Assert.Equal("tool_calls", choice.GetProperty("finish_reason").GetString());
        JsonElement call = choice.GetProperty("message").GetProperty("tool_calls")[0];
        Assert.Equal("""{"city":"city","days":2,"unit":"C"}""", call.GetProperty("function").GetProperty("arguments").GetString());
        string streamed = string.Concat(events.SkipLast(1).Select(e => JsonElement.Parse(e).GetProperty("choices")[0].GetProperty("delta"))
            .Where(delta => delta.TryGetProperty("tool_calls", out _))
            .Select(delta => delta.GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString()));
        Assert.Equal("""{"city":"city","days":2,"unit":"C"}""", streamed);
    }

    [Fact]
    public async Task A_tool_is_called_when_the_prompt_names_it_and_not_again_after_its_result()
    {
        await using Sim sim = await Sim.StartAsync();
        const string Tools = """ "tools":[{"type":"function","function":{"name":"get_weather"}}] """;

        JsonElement first = await sim.JsonAsync(Sim.Chat, $$"""{"model":"m",{{Tools}},"messages":[{"role":"user","content":"get weather now"}]}""");
        JsonElement second = await sim.JsonAsync(Sim.Chat, $$"""{"model":"m",{{Tools}},"messages":[{"role":"user","content":"get weather now"},{"role":"assistant","tool_calls":[{"id":"x","type":"function","function":{"name":"get_weather"} }]},{"role":"tool","tool_call_id":"x","content":"sun"}]}""");

        Assert.Equal("tool_calls", first.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal("stop", second.GetProperty("choices")[0].GetProperty("finish_reason").GetString());
    }

    [Fact]
    public async Task A_schema_is_answered_with_json_of_its_shape()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync(Sim.Chat, """
            {"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":
            {"type":"object","properties":{"tags":{"type":"array","items":{"$ref":"#/$defs/tag"}},"ok":{"type":["boolean","null"]}},"$defs":{"tag":{"type":"string","maxLength":2}}}}}}
            """);

        Assert.Equal("""{"tags":["ta"],"ok":true}""", answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_response_stream_is_numbered_and_pairs_added_with_done()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement[] events = [.. (await sim.EventsAsync("/v1/responses", """{"model":"m","stream":true,"input":"hi","reasoning":{"effort":"low"}}""")).Select(e => JsonElement.Parse(e))];

        Assert.Equal(Enumerable.Range(0, events.Length), events.Select(e => e.GetProperty("sequence_number").GetInt32()));
        string[] types = [.. events.Select(e => e.GetProperty("type").GetString()!)];
        Assert.Equal(["response.created", "response.in_progress", "response.output_item.added", "response.reasoning_summary_part.added"], types[..4]);
        Assert.Equal(types.Count(t => t == "response.output_item.added"), types.Count(t => t == "response.output_item.done"));
        Assert.Equal(["response.output_text.done", "response.content_part.done", "response.output_item.done", "response.completed"], types[^4..]);
        JsonElement response = events[^1].GetProperty("response");
        Assert.Equal("Hello from the simulator! You said: hi", response.GetProperty("output")[1].GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal(14, response.GetProperty("usage").GetProperty("output_tokens_details").GetProperty("reasoning_tokens").GetInt64());
    }

    [Fact]
    public async Task A_plain_response_says_incomplete_when_the_limit_cuts_it()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement response = await sim.JsonAsync("/openai/v1/responses", """{"model":"m","input":"hi","max_output_tokens":2}""");

        Assert.Equal("incomplete", response.GetProperty("status").GetString());
        Assert.Equal("max_output_tokens", response.GetProperty("incomplete_details").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Embeddings_are_the_same_numbers_as_floats_and_as_base64()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement floats = await sim.JsonAsync("/v1/embeddings", """{"model":"text-embedding-3-small","input":["abcd",[1,2,3]],"dimensions":8}""");
        JsonElement coded = await sim.JsonAsync("/v1/embeddings", """{"model":"text-embedding-3-small","input":["abcd",[1,2,3]],"dimensions":8,"encoding_format":"base64"}""");

        float[] plain = [.. floats.GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(v => v.GetSingle())];
        byte[] bytes = coded.GetProperty("data")[0].GetProperty("embedding").GetBytesFromBase64();
        Assert.Equal(plain, Enumerable.Range(0, 8).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * 4))));
        Assert.Equal(4, floats.GetProperty("usage").GetProperty("prompt_tokens").GetInt64());
        Assert.Equal(1.0, plain.Sum(v => v * v), 0.001);
    }

    [Theory]
    [InlineData("{}", "you must provide a model parameter")]
    [InlineData("""{"model":"m"}""", "Missing required parameter: 'messages'.")]
    [InlineData("{not json", "We could not parse the JSON body")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"\ud800"}]}""", "We could not parse the JSON body")]
    public async Task What_a_body_lacks_is_400_in_the_vendors_words(string body, string message)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.PostAsync(Sim.Chat, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        JsonElement error = JsonElement.Parse(await response.Content.ReadAsStringAsync(Sim.Token)).GetProperty("error");
        Assert.StartsWith(message, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("invalid_request_error", error.GetProperty("type").GetString());
    }

    [Fact]
    public async Task No_key_is_401_and_an_unknown_path_404()
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage keyless = await sim.Http.PostAsync(Sim.Chat, new StringContent(Sim.Hello), Sim.Token);
        using HttpResponseMessage lost = await sim.PostAsync("/openai/v1/nothing", "{}");

        Assert.Equal(HttpStatusCode.Unauthorized, keyless.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, lost.StatusCode);
        Assert.Contains("Invalid URL (POST /openai/v1/nothing)", await lost.Content.ReadAsStringAsync(Sim.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_are_listed_in_the_shape_that_the_caller_speaks()
    {
        await using Sim sim = await Sim.StartAsync();
        sim.Http.DefaultRequestHeaders.Add("authorization", "Bearer k");

        JsonElement openAI = await sim.GetAsync("/v1/models");
        JsonElement gemini = await sim.GetAsync("/v1beta/models/anything");
        sim.Http.DefaultRequestHeaders.Add("anthropic-version", "2023-06-01");
        JsonElement anthropic = await sim.GetAsync("/v1/models");

        Assert.Equal("list", openAI.GetProperty("object").GetString());
        Assert.Equal("models/anything", gemini.GetProperty("name").GetString());
        Assert.False(anthropic.GetProperty("has_more").GetBoolean());
    }

    [Fact]
    public async Task Equal_requests_get_equal_bytes()
    {
        await using Sim sim = await Sim.StartAsync();
        await using Sim other = await Sim.StartAsync();

        foreach ((string path, string body) in new[] { (Sim.Chat, Sim.HelloStream), (Sim.Messages, Sim.ClaudeStream), ("/v1beta/models/g:streamGenerateContent", Sim.GeminiHello), ("/v1/responses", """{"model":"m","input":"hi","stream":true}""") })
        {
            string first = await sim.TextAsync(path, body);
            Assert.Equal(first, await sim.TextAsync(path, body));
            Assert.Equal(first, await other.TextAsync(path, body));
        }
    }
}
