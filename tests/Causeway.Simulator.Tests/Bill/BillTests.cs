using System.Text.Json;

namespace Causeway.Simulator.Tests.Bill;

public sealed class BillTests
{
    private const string Usage = """{"rules":[{"then":{"usage":{"input_uncached":1000,"cache_read":200,"cache_write_5m":30,"cache_write_1h":4,"output":500,"reasoning":100}}}]}""";

    [Fact]
    public async Task Every_vendor_reports_the_same_numbers_in_its_own_arithmetic()
    {
        await using Sim sim = await Sim.StartAsync(Usage);

        JsonElement chat = (await sim.JsonAsync(Sim.Chat, Sim.Hello)).GetProperty("usage");
        JsonElement claude = (await sim.JsonAsync(Sim.Messages, Sim.ClaudeHello)).GetProperty("usage");
        JsonElement response = (await sim.JsonAsync("/v1/responses", """{"model":"m","input":"hi"}""")).GetProperty("usage");
        JsonElement bedrock = (await sim.JsonAsync("/bedrock/model/m/converse", """{"messages":[{"role":"user","content":[{"text":"hi"}]}]}""")).GetProperty("usage");
        JsonElement gemini = (await sim.JsonAsync("/v1beta/models/g:generateContent", Sim.GeminiHello)).GetProperty("usageMetadata");

        Assert.Equal(1234, chat.GetProperty("prompt_tokens").GetInt64());
        Assert.Equal(200, chat.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt64());
        Assert.Equal(34, chat.GetProperty("prompt_tokens_details").GetProperty("cache_write_tokens").GetInt64());
        Assert.Equal(100, chat.GetProperty("completion_tokens_details").GetProperty("reasoning_tokens").GetInt64());
        Assert.Equal(1000, claude.GetProperty("input_tokens").GetInt64());
        Assert.Equal(34, claude.GetProperty("cache_creation_input_tokens").GetInt64());
        Assert.Equal(4, claude.GetProperty("cache_creation").GetProperty("ephemeral_1h_input_tokens").GetInt64());
        Assert.Equal(500, claude.GetProperty("output_tokens").GetInt64());
        Assert.Equal(1234, response.GetProperty("input_tokens").GetInt64());
        Assert.Equal(4, response.GetProperty("input_tokens_details").GetProperty("cache_write_tokens_details").GetProperty("ttl_12h_tokens").GetInt64());
        Assert.Equal(1000, bedrock.GetProperty("inputTokens").GetInt64());
        Assert.Equal(1734, bedrock.GetProperty("totalTokens").GetInt64());
        Assert.Equal(400, gemini.GetProperty("candidatesTokenCount").GetInt64());
        Assert.Equal(100, gemini.GetProperty("thoughtsTokenCount").GetInt64());
        Assert.Equal(1734, gemini.GetProperty("totalTokenCount").GetInt64());
    }

    [Theory]
    [InlineData("/openai/v1/chat/completions")]
    [InlineData("/azure/openai/v1/chat/completions")]
    [InlineData("/vllm/v1/chat/completions")]
    [InlineData("/llamacpp/v1/chat/completions")]
    [InlineData("/ollama/v1/chat/completions")]
    [InlineData("/groq/v1/chat/completions")]
    [InlineData("/together/v1/chat/completions")]
    [InlineData("/mistral/v1/chat/completions")]
    [InlineData("/deepseek/v1/chat/completions")]
    [InlineData("/xai/v1/chat/completions")]
    [InlineData("/openrouter/v1/chat/completions")]
    [InlineData("/anthropic/v1/messages")]
    [InlineData("/gemini/v1beta/models/g:generateContent", "/gemini/v1beta/models/g:streamGenerateContent?alt=sse")]
    [InlineData("/bedrock/model/m/converse", "/bedrock/model/m/converse-stream")]
    public async Task A_stream_is_billed_to_the_token_as_the_plain_answer_is(string path, string? streamPath = null)
    {
        await using Sim sim = await Sim.StartAsync(
            """{"rules":[{"then":{"reasoning_text":"Hm, so be it. ","text":"One and two ","tool_calls":[{"name":"look","arguments":"{\"at\":1}"},{"name":"see","arguments":"{}"}],"usage":{"cache_read":7}}}]}""");
        string body = path switch
        {
            _ when path.Contains("gemini", StringComparison.Ordinal) => Sim.GeminiHello,
            _ when path.Contains("bedrock", StringComparison.Ordinal) => """{"messages":[{"role":"user","content":[{"text":"Tell me about bridges, please"}]}]}""",
            _ when path.Contains("anthropic", StringComparison.Ordinal) => Sim.ClaudeHello,
            _ => Sim.Hello,
        };

        await sim.TextAsync(path, body);
        JsonElement plain = await sim.TotalAsync();
        await sim.Http.DeleteAsync("/sim/bill", Sim.Token);
        await sim.TextAsync(streamPath ?? path, streamPath is null ? body[..^1] + ",\"stream\":true}" : body);
        JsonElement streamed = await sim.TotalAsync();

        Assert.Equal((8, 7, 12, 4), Counts(plain));
        Assert.Equal(Counts(plain), Counts(streamed));
        Assert.Equal((0, 1), (plain.GetProperty("streams_completed").GetInt32(), streamed.GetProperty("streams_completed").GetInt32()));
    }

    [Fact]
    public async Task The_bill_adds_up_exactly_over_protocols_and_models()
    {
        await using Sim sim = await Sim.StartAsync(Usage);
        await sim.TextAsync(Sim.Chat, Sim.Hello);
        await sim.TextAsync(Sim.Chat, Sim.HelloStream);
        await sim.TextAsync(Sim.Messages, Sim.ClaudeStream);
        await sim.TextAsync("/v1/embeddings", """{"model":"sim-embed","input":"abcdefgh"}""");

        JsonElement bill = await sim.GetAsync("/sim/bill");

        JsonElement total = bill.GetProperty("total");
        JsonElement[] lines = [.. bill.GetProperty("lines").EnumerateArray()];
        Assert.Equal(["sim-embed", "sim-small", "claude-sonnet-4-6"], lines.Select(l => l.GetProperty("model").GetString()));
        Assert.Equal(4, total.GetProperty("requests").GetInt64());
        Assert.Equal(4000, total.GetProperty("input_uncached").GetInt64());
        Assert.Equal(1500, total.GetProperty("output").GetInt64());
        Assert.Equal(300, total.GetProperty("reasoning").GetInt64());
        Assert.Equal(90, total.GetProperty("cache_write_5m").GetInt64());
        Assert.Equal(2, total.GetProperty("streams_completed").GetInt64());
        foreach (JsonProperty member in total.EnumerateObject())
        {
            Assert.Equal(member.Value.GetInt64(), lines.Sum(line => line.GetProperty("counts").GetProperty(member.Name).GetInt64()));
        }
    }

    [Fact]
    public async Task A_cut_stream_is_billed_its_input_and_the_share_of_output_that_left()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"text":"aaaa bbbb cccc dddd ","usage":{"output":100},"cut":{"how":"rst","at_event":3}}}]}""");

        await RawClient.SendAsync(sim.Address, Sim.Chat, Sim.HelloStream);

        JsonElement total = await sim.TotalAsync();
        Assert.Equal(8, total.GetProperty("input_uncached").GetInt64());
        Assert.Equal(50, total.GetProperty("output").GetInt64());
        Assert.Equal(1, total.GetProperty("streams_cut").GetInt64());
    }

    [Fact]
    public async Task Usage_left_out_of_the_answer_is_billed_all_the_same()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"omit_usage":true}}]}""");

        string answer = await sim.TextAsync(Sim.Chat, Sim.Hello) + await sim.TextAsync(Sim.Messages, Sim.ClaudeStream) + await sim.TextAsync(Sim.Chat, Sim.HelloStream);

        Assert.DoesNotContain("usage", answer, StringComparison.Ordinal);
        Assert.Equal(51, (await sim.TotalAsync()).GetProperty("output").GetInt64());
    }

    [Fact]
    public async Task Deleting_the_bill_starts_it_afresh()
    {
        await using Sim sim = await Sim.StartAsync();
        await sim.TextAsync(Sim.Chat, Sim.Hello);

        await sim.Http.DeleteAsync("/sim/bill", Sim.Token);

        Assert.Equal(0, (await sim.TotalAsync()).GetProperty("requests").GetInt64());
    }

    [Fact]
    public async Task An_error_is_counted_and_costs_nothing()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"status":500}}]}""");

        await sim.TextAsync(Sim.Chat, Sim.Hello);

        JsonElement total = await sim.TotalAsync();
        Assert.Equal(1, total.GetProperty("rejected").GetInt64());
        Assert.Equal(0, total.GetProperty("input_uncached").GetInt64());
    }

    private static (int Input, int Cached, int Output, int Reasoning) Counts(JsonElement total) => (
        total.GetProperty("input_uncached").GetInt32(),
        total.GetProperty("cache_read").GetInt32(),
        total.GetProperty("output").GetInt32(),
        total.GetProperty("reasoning").GetInt32());
}
