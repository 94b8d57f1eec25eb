using System.Net;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.Compatible;

public sealed class ServerTests
{
    private const string Counted = """{"rules":[{"then":{"text":"Hello","reasoning_text":"Hm, well. ","usage":{"input_uncached":100,"cache_read":20,"output":50,"reasoning":30}}}]}""";

    [Theory]
    [InlineData("vllm", "reasoning")]
    [InlineData("llamacpp", "reasoning_content")]
    [InlineData("ollama", "reasoning")]
    [InlineData("groq", "reasoning")]
    [InlineData("together", "reasoning")]
    [InlineData("deepseek", "reasoning_content")]
    [InlineData("xai", "reasoning_content")]
    [InlineData("openrouter", "reasoning")]
    public async Task Reasoning_is_shown_where_the_server_shows_it_plain_and_streamed(string server, string member)
    {
        await using Sim sim = await Sim.StartAsync(Counted);

        JsonElement plain = await sim.JsonAsync($"/{server}/v1/chat/completions", Sim.Hello);
        string stream = await sim.TextAsync($"/{server}/v1/chat/completions", Sim.HelloStream);

        Assert.Equal("Hm, well. ", plain.GetProperty("choices")[0].GetProperty("message").GetProperty(member).GetString());
        Assert.Equal("Hm, well. ", string.Concat(Chunks(stream).SelectMany(Deltas).Select(delta => delta.TryGetProperty(member, out JsonElement piece) ? piece.GetString() : "")));
        JsonElement line = (await sim.GetAsync("/sim/bill")).GetProperty("lines")[0];
        Assert.Equal((server, 200, 100), (line.GetProperty("vendor").GetString(), line.GetProperty("counts").GetProperty("input_uncached").GetInt32(), line.GetProperty("counts").GetProperty("output").GetInt32()));
    }

    [Fact]
    public async Task Each_server_counts_the_cache_and_reasoning_in_its_own_way()
    {
        await using Sim sim = await Sim.StartAsync(Counted);

        JsonElement deepSeek = await UsageAsync(sim, "deepseek", "deepseek-v4-pro");
        JsonElement mistral = await UsageAsync(sim, "mistral", "mistral-large-2512");
        JsonElement grok3 = await UsageAsync(sim, "xai", "grok-3");
        JsonElement grok47 = await UsageAsync(sim, "xai", "grok-4.7");
        JsonElement ollama = await UsageAsync(sim, "ollama", "llama");

        Assert.Equal((20, 100), (deepSeek.GetProperty("prompt_cache_hit_tokens").GetInt32(), deepSeek.GetProperty("prompt_cache_miss_tokens").GetInt32()));
        Assert.Equal((120, 20), (mistral.GetProperty("prompt_tokens").GetInt32(), mistral.GetProperty("num_cached_tokens").GetInt32()));
        Assert.Equal((20, 170), (grok3.GetProperty("completion_tokens").GetInt32(), grok3.GetProperty("total_tokens").GetInt32()));
        Assert.Equal((50, 170), (grok47.GetProperty("completion_tokens").GetInt32(), grok47.GetProperty("total_tokens").GetInt32()));
        Assert.Equal(["prompt_tokens", "completion_tokens", "total_tokens"], ollama.EnumerateObject().Select(member => member.Name));
    }

    [Theory]
    [InlineData("vllm", "nowhere")]
    [InlineData("groq", "inside x_groq")]
    [InlineData("mistral", "last chunk")]
    [InlineData("deepseek", "last chunk")]
    [InlineData("openrouter", "own chunk")]
    public async Task A_stream_says_its_usage_where_the_server_puts_it(string server, string place)
    {
        await using Sim sim = await Sim.StartAsync(Counted);

        JsonElement[] chunks = [.. Chunks(await sim.TextAsync($"/{server}/v1/chat/completions", """{"model":"m","stream":true,"messages":[{"role":"user","content":"hi"}]}"""))];

        JsonElement last = chunks[^1];
        Assert.Equal(place, last switch
        {
            _ when last.TryGetProperty("x_groq", out JsonElement inside) && inside.TryGetProperty("usage", out _) => "inside x_groq",
            _ when !last.TryGetProperty("usage", out _) => "nowhere",
            _ when last.GetProperty("choices").GetArrayLength() == 0 => "own chunk",
            _ => "last chunk",
        });
    }

    [Theory]
    [InlineData("deepseek", ": keep-alive\n\n")]
    [InlineData("openrouter", ": OPENROUTER PROCESSING\n\n")]
    public async Task A_queued_stream_is_kept_alive_by_comments(string server, string comment)
    {
        await using Sim sim = await Sim.StartAsync();

        string stream = await sim.TextAsync($"/{server}/v1/chat/completions", Sim.HelloStream);

        Assert.StartsWith(comment, stream, StringComparison.Ordinal);
        Assert.Equal(3, stream.Split(comment).Length);
    }

    [Fact]
    public async Task A_failure_within_a_stream_is_an_error_without_the_end()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"error_at_event":3}}]}""");

        string stream = await sim.TextAsync("/openrouter/v1/chat/completions", Sim.HelloStream);

        Assert.EndsWith("\"code\":503}}\n\n", stream, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", stream, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ollama", 3)]
    [InlineData("llamacpp", 3)]
    [InlineData("deepseek", 3)]
    [InlineData("together", 3)]
    [InlineData("vllm", 1)]
    [InlineData("groq", 1)]
    public async Task The_newer_name_of_the_limit_counts_only_where_it_is_known(string server, int tokens)
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync($"/{server}/v1/chat/completions", """{"model":"m","max_tokens":3,"max_completion_tokens":1,"messages":[{"role":"user","content":"hi"}]}""");

        Assert.Equal(tokens, answer.GetProperty("usage").GetProperty("completion_tokens").GetInt32());
    }

    [Theory]
    [InlineData(""" "seed":1 """, 422, "\"loc\":[\"body\",\"seed\"]")]
    [InlineData(""" "max_completion_tokens":1 """, 422, "extra_forbidden")]
    [InlineData(""" "temperature":1.7 """, 422, "less_than_equal")]
    [InlineData(""" "random_seed":1,"tool_choice":"any" """, 200, "\"finish_reason\":\"stop\"")]
    public async Task Mistral_takes_the_fields_that_it_knows(string field, int status, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.PostAsync("/mistral/v1/chat/completions", $$"""{"model":"m","messages":[{"role":"user","content":"hi"}],{{field}}}""");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(words, await response.Content.ReadAsStringAsync(Sim.Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistrals_calls_have_ids_of_nine_characters_and_no_others()
    {
        await using Sim sim = await Sim.StartAsync();
        const string Tools = """ "tools":[{"type":"function","function":{"name":"look","parameters":{"type":"object"}}}] """;

        JsonElement asked = await sim.JsonAsync("/mistral/v1/chat/completions", $$"""{"model":"m","tool_choice":"any",{{Tools}},"messages":[{"role":"user","content":"hi"}]}""");
        string id = asked.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("id").GetString()!;
        string taken = await sim.TextAsync("/mistral/v1/chat/completions", History(id));
        string refused = await sim.TextAsync("/mistral/v1/chat/completions", History("call_123"));

        Assert.Matches("^[a-zA-Z0-9]{9}$", id);
        Assert.Contains("I have the tool's result", taken, StringComparison.Ordinal);
        Assert.StartsWith("""{"object":"error","message":"Tool call id was call_123 but must be""", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Mistral_thinks_in_chunks_of_content()
    {
        await using Sim sim = await Sim.StartAsync(Counted);

        JsonElement content = (await sim.JsonAsync("/mistral/v1/chat/completions", Sim.Hello)).GetProperty("choices")[0].GetProperty("message").GetProperty("content");

        Assert.Equal(["thinking", "text"], content.EnumerateArray().Select(chunk => chunk.GetProperty("type").GetString()));
        Assert.Equal("Hm, well. ", content[0].GetProperty("thinking")[0].GetProperty("text").GetString());
    }

    [Theory]
    [InlineData("deepseek-v4-pro", "", "Missing `reasoning_content` field in the assistant message at message index 1.")]
    [InlineData("deepseek-v4-pro", """ "reasoning_content":"Hm.", """, "I have the tool's result")]
    [InlineData("deepseek-chat", """ "reasoning_content":"Hm.", """, "not allowed in the input messages")]
    [InlineData("deepseek-chat", "", "I have the tool's result")]
    public async Task DeepSeek_wants_reasoning_back_or_not_at_all(string model, string member, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await sim.TextAsync("/deepseek/v1/chat/completions", History("c1", model, member));

        Assert.Contains(words, answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("xai", "grok-4.7", """ "stop":"x" """)]
    [InlineData("xai", "grok-4.7", """ "presence_penalty":0.1 """)]
    [InlineData("groq", "llama", """ "logprobs":true """)]
    [InlineData("groq", "llama", """ "n":2 """)]
    public async Task What_a_server_does_not_support_is_400(string server, string model, string field)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.PostAsync($"/{server}/v1/chat/completions", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}],{{field}}}""");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task OpenRouters_signed_details_come_back_as_they_were()
    {
        await using Sim sim = await Sim.StartAsync(Counted);
        string details = (await sim.JsonAsync("/openrouter/v1/chat/completions", Sim.Hello)).GetProperty("choices")[0].GetProperty("message").GetProperty("reasoning_details").GetRawText();

        string taken = await sim.TextAsync("/openrouter/v1/chat/completions", Again(details));
        string refused = await sim.TextAsync("/openrouter/v1/chat/completions", Again(details.Replace("\"signature\":\"", "\"signature\":\"AAAA", StringComparison.Ordinal)));

        Assert.Contains("\"provider\":\"Simulator\"", taken, StringComparison.Ordinal);
        Assert.Contains("Invalid signature in reasoning_details", refused, StringComparison.Ordinal);

        static string Again(string details) =>
            $$"""{"model":"m","messages":[{"role":"user","content":"hi"},{"role":"assistant","content":"x","reasoning_details":{{details}} },{"role":"user","content":"and?"}]}""";
    }

    [Theory]
    [InlineData("ollama", HttpStatusCode.OK)]
    [InlineData("vllm", HttpStatusCode.OK)]
    [InlineData("groq", HttpStatusCode.Unauthorized)]
    public async Task A_server_of_ones_own_needs_no_key(string server, HttpStatusCode status)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.Http.PostAsync($"/{server}/v1/chat/completions", new StringContent(Sim.Hello), Sim.Token);
        using HttpResponseMessage models = await sim.Http.GetAsync($"/{server}/v1/models", Sim.Token);

        Assert.Equal((status, status), (response.StatusCode, models.StatusCode));
    }

    [Theory]
    [InlineData("xai", HttpStatusCode.OK)]
    [InlineData("groq", HttpStatusCode.OK)]
    [InlineData("vllm", HttpStatusCode.OK)]
    [InlineData("mistral", HttpStatusCode.NotFound)]
    [InlineData("together", HttpStatusCode.NotFound)]
    public async Task Responses_is_offered_where_the_server_has_it(string server, HttpStatusCode status)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.PostAsync($"/{server}/v1/responses", """{"model":"grok-4.7","input":"hi"}""");

        Assert.Equal(status, response.StatusCode);
    }

    private static async Task<JsonElement> UsageAsync(Sim sim, string server, string model) =>
        (await sim.JsonAsync($"/{server}/v1/chat/completions", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"hi"}]}""")).GetProperty("usage");

    private static IEnumerable<JsonElement> Chunks(string stream) =>
        stream.Split("\n\n").Where(block => block.StartsWith("data: {", StringComparison.Ordinal)).Select(block => JsonElement.Parse(block["data: ".Length..]));

    private static IEnumerable<JsonElement> Deltas(JsonElement chunk) => chunk.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("delta"));

    private static string History(string id, string model = "m", string member = "") => $$$"""
        {"model":"{{{model}}}","messages":[{"role":"user","content":"hi"},
         {"role":"assistant",{{{member}}}"tool_calls":[{"id":"{{{id}}}","type":"function","function":{"name":"look","arguments":"{}"} }]},
         {"role":"tool","tool_call_id":"{{{id}}}","content":"x"}]}
        """;
}
