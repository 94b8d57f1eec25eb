using System.Text.Json;

namespace Causeway.Simulator.Tests.Shapes;

/// <summary>What goes wrong with documents at vendors, by script: once, and then it is well.</summary>
public sealed class FaultyAnswerTests
{
    private const string Schema = """{"type":"object","properties":{"b":{"type":"string"}},"required":["b"],"additionalProperties":false}""";

    public static TheoryData<string, bool> Everywhere
    {
        get
        {
            TheoryData<string, bool> all = [];
            foreach (string dialect in new[] { "openai", "azure", "responses", "anthropic", "vertex claude", "bedrock", "gemini json", "vertex openapi", "xai", "mistral", "vllm", "llamacpp", "ollama", "together", "openrouter" })
            {
                all.Add(dialect, false);
                all.Add(dialect, true);
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Everywhere))]
    public async Task A_wrong_answer_for_one_time_is_a_right_one_the_next(string dialect, bool stream)
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"times":1,"then":{"text":"Here you are:\n```json\n{\"b\": 7}\n```"}}]}""");
        string schema = dialect == "vertex openapi" ? Schema.Replace(""","additionalProperties":false""", "", StringComparison.Ordinal) : Schema;

        string first = await DialectClient.AskAsync(sim, dialect, schema, "hi", stream);
        string second = await DialectClient.AskAsync(sim, dialect, schema, "That was wrong, again please", stream);

        Assert.Equal("Here you are:\n```json\n{\"b\": 7}\n```", first);
        Assert.Equal("b", JsonElement.Parse(second).GetProperty("b").GetString());
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("anthropic")]
    [InlineData("bedrock")]
    [InlineData("gemini json")]
    [InlineData("mistral")]
    public async Task A_blank_answer_is_spaces_with_an_ordinary_end(string dialect)
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"text":"    "}}]}""");

        Assert.Equal("    ", await DialectClient.AskAsync(sim, dialect, Schema, "hi"));
        Assert.Equal("    ", await DialectClient.AskAsync(sim, dialect, Schema, "hi", stream: true));
    }

    [Fact]
    public async Task Groq_says_what_did_not_match()
    {
        await using Sim sim = await Sim.StartAsync("""
            {"rules":[{"match":{"vendor":"groq"},"times":1,"then":{"status":400,"error":{"code":"json_validate_failed","failed_generation":"{\"b\": 0. nine}",
             "message":"Generated JSON does not match the expected schema. Please adjust your prompt."}}}]}
            """);
        const string Path = "/groq/v1/chat/completions";
        string body = $$"""{"model":"openai/gpt-oss-20b","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{{Schema}} } } }""";

        JsonElement error = (await sim.JsonAsync(Path, body)).GetProperty("error");
        JsonElement second = await sim.JsonAsync(Path, body);

        Assert.Equal(("json_validate_failed", "{\"b\": 0. nine}"), (error.GetProperty("code").GetString(), error.GetProperty("failed_generation").GetString()));
        Assert.Equal("""{"b":"b"}""", second.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
        JsonElement total = await sim.TotalAsync();
        Assert.Equal((2, 1, 3), (total.GetProperty("requests").GetInt64(), total.GetProperty("rejected").GetInt64(), total.GetProperty("output").GetInt64()));
    }

    [Theory]
    [InlineData(Sim.Messages, """{"model":"m","max_tokens":99,"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("/v1/responses", """{"model":"m","input":"hi"}""")]
    [InlineData("/v1beta/models/gemini-2.5-flash:generateContent", """{"contents":[{"parts":[{"text":"hi"}]}]}""")]
    [InlineData("/bedrock/model/m/converse", """{"messages":[{"role":"user","content":[{"text":"hi"}]}]}""")]
    public async Task One_document_may_come_in_several_parts(string path, string body)
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"text":"{\"b\":\"a long word\"}","text_parts":3}}]}""");

        JsonElement answer = await sim.JsonAsync(path, body);

        JsonElement parts = answer.TryGetProperty("content", out JsonElement content) ? content
            : answer.TryGetProperty("output", out JsonElement output) ? output.ValueKind == JsonValueKind.Array ? output[0].GetProperty("content") : output.GetProperty("message").GetProperty("content")
            : answer.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts");
        Assert.Equal(3, parts.GetArrayLength());
        Assert.Equal("""{"b":"a long word"}""", string.Concat(parts.EnumerateArray().Select(part => part.GetProperty("text").GetString())));
    }

    [Fact]
    public async Task A_stream_opens_and_closes_every_part()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"text":"{\"b\":\"a long word\"}","text_parts":2}}]}""");

        JsonElement[] responses = [.. (await sim.EventsAsync("/v1/responses", """{"model":"m","stream":true,"input":"hi"}""")).Select(e => JsonElement.Parse(e))];
        JsonElement[] messages = [.. (await sim.EventsAsync(Sim.Messages, """{"model":"m","stream":true,"max_tokens":99,"messages":[{"role":"user","content":"hi"}]}""")).Select(e => JsonElement.Parse(e))];

        Assert.Equal([0, 1], responses.Where(e => e.GetProperty("type").GetString() == "response.content_part.added").Select(e => e.GetProperty("content_index").GetInt32()));
        Assert.Equal([0, 1], messages.Where(e => e.GetProperty("type").GetString() == "content_block_start").Select(e => e.GetProperty("index").GetInt32()));
        Assert.Equal("""{"b":"a long word"}""", string.Concat(responses.Where(e => e.GetProperty("type").GetString() == "response.output_text.delta").Select(e => e.GetProperty("delta").GetString())));
    }

    [Theory]
    [InlineData(Sim.Chat, """{"model":"m","max_tokens":2,"messages":[{"role":"user","content":"ANSWER-WITH: {\"b\":\"long\"}"}]}""", "\"finish_reason\":\"length\"")]
    [InlineData("/v1/responses", """{"model":"m","max_output_tokens":2,"input":"ANSWER-WITH: {\"b\":\"long\"}"}""", "\"reason\":\"max_output_tokens\"")]
    [InlineData(Sim.Messages, """{"model":"m","max_tokens":2,"messages":[{"role":"user","content":"ANSWER-WITH: {\"b\":\"long\"}"}]}""", "\"stop_reason\":\"max_tokens\"")]
    [InlineData("/bedrock/model/m/converse", """{"inferenceConfig":{"maxTokens":2},"messages":[{"role":"user","content":[{"text":"ANSWER-WITH: {\"b\":\"long\"}"}]}]}""", "\"stopReason\":\"max_tokens\"")]
    [InlineData("/v1beta/models/g:generateContent", """{"generationConfig":{"maxOutputTokens":2},"contents":[{"parts":[{"text":"ANSWER-WITH: {\"b\":\"long\"}"}]}]}""", "\"finishReason\":\"MAX_TOKENS\"")]
    public async Task A_truncated_document_says_so_in_the_vendors_word(string path, string body, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await sim.TextAsync(path, body);

        Assert.Contains("{\\\"b\\\":\\\"l", answer, StringComparison.Ordinal);
        Assert.Contains(words, answer, StringComparison.Ordinal);
    }
}
