using System.Text.Json;

namespace Causeway.Simulator.Tests.Shapes;

/// <summary>What a prompt makes the model want to answer, and how far a decoder lets it.</summary>
public sealed class WishTests
{
    private const string Closed = """{"type":"object","properties":{"b":{"type":"string"},"a":{"type":"integer"},"c":{"type":["boolean","null"]}},"required":["b","a","c"],"additionalProperties":false}""";
    private const string Broken = """ANSWER-WITH: {"a":"x","b":"kept","z":1}""";

    public static TheoryData<string> Holding => ["openai", "azure", "responses", "anthropic", "vertex claude", "bedrock", "gemini json", "xai", "groq", "vllm", "llamacpp"];

    [Theory]
    [MemberData(nameof(Holding))]
    public async Task A_wish_is_bent_to_what_the_decoder_allows(string dialect)
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await DialectClient.AskAsync(sim, dialect, Closed, Broken);

        Assert.Equal("""{"b":"kept","a":1,"c":true}""", answer);
    }

    [Theory]
    [MemberData(nameof(Holding))]
    public async Task A_wish_is_for_the_last_user_message_so_a_repair_is_answered_well(string dialect)
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await DialectClient.AskAsync(sim, dialect, Closed, "Your answer broke the schema: a is no integer. Answer again.");

        Assert.Equal("""{"b":"b","a":1,"c":true}""", answer);
    }

    [Theory]
    [InlineData("openai")]
    [InlineData("responses")]
    [InlineData("anthropic")]
    [InlineData("vertex claude")]
    [InlineData("bedrock")]
    [InlineData("gemini json")]
    [InlineData("vertex openapi")]
    [InlineData("mistral")]
    [InlineData("ollama")]
    public async Task A_stream_says_the_same_document(string dialect)
    {
        await using Sim sim = await Sim.StartAsync();
        string schema = dialect == "vertex openapi" ? Closed.Replace("[\"boolean\",\"null\"]", "\"boolean\"", StringComparison.Ordinal) : Closed;

        string plain = await DialectClient.AskAsync(sim, dialect, schema, Broken);
        string streamed = await DialectClient.AskAsync(sim, dialect, schema, Broken, stream: true);

        Assert.Equal(plain, streamed);
        Assert.Equal("kept", JsonElement.Parse(plain).GetProperty("b").GetString());
    }

    [Fact]
    public async Task A_schema_that_is_not_strict_is_only_read()
    {
        await using Sim sim = await Sim.StartAsync();

        string wished = await DialectClient.AskAsync(sim, "openai loose", """{"type":"object","allOf":[{"minProperties":1}]}""", "ANSWER-WITH: Sorry, here: {\"a\":1");
        string own = await DialectClient.AskAsync(sim, "openai loose", """{"type":"object","allOf":[{"minProperties":2}]}""", "hi");

        Assert.Equal("Sorry, here: {\"a\":1", wished);
        Assert.Equal("""{"key":"key","key2":"key22"}""", own);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"ANSWER-WITH: one"}]}""", "one")]
    [InlineData("""{"messages":[{"role":"user","content":"Say it.\nANSWER-WITH:\n  two lines\nof text \n"}]}""", "two lines\nof text")]
    [InlineData("""{"messages":[{"role":"user","content":"ANSWER-WITH: one"},{"role":"assistant","content":"one"},{"role":"user","content":"hi"}]}""", "Hello from the simulator! You said: hi")]
    [InlineData("""{"messages":[{"role":"user","content":"ANSWER-ALWAYS-WITH: one"},{"role":"assistant","content":"one"},{"role":"user","content":"hi"}]}""", "one")]
    [InlineData("""{"messages":[{"role":"system","content":"ANSWER-ALWAYS-WITH: one"},{"role":"user","content":"hi"}]}""", "one")]
    [InlineData("""{"messages":[{"role":"system","content":"ANSWER-ALWAYS-WITH: one"},{"role":"user","content":"ANSWER-WITH: two"}]}""", "two")]
    [InlineData("""{"response_format":{"type":"json_object"},"messages":[{"role":"user","content":"json please. ANSWER-WITH: no json"}]}""", "no json")]
    public async Task A_wish_without_a_schema_is_answered_as_it_is(string body, string expected)
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync(Sim.Chat, "{\"model\":\"m\"," + body[1..]);

        Assert.Equal(expected, answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }

    [Fact]
    public async Task A_wish_pays_for_its_tokens_and_is_cut_at_the_limit()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync(Sim.Messages, """
            {"model":"claude-sonnet-4-6","max_tokens":3,"messages":[{"role":"user","content":"ANSWER-WITH: {\"text\":\"long enough to be cut\"}"}],
             "output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}}}}
            """);

        Assert.Equal("""{"text":"lon""", answer.GetProperty("content")[0].GetProperty("text").GetString());
        Assert.Equal("max_tokens", answer.GetProperty("stop_reason").GetString());
        Assert.Equal((3, 3), (answer.GetProperty("usage").GetProperty("output_tokens").GetInt32(), (await sim.TotalAsync()).GetProperty("output").GetInt32()));
    }

    [Theory]
    [InlineData("anthropic", """{"b":"b","a":1,"c":true}""")]
    [InlineData("vllm", """{"c":true,"b":"b","a":1}""")]
    [InlineData("gemini json", """{"c":true,"b":"b","a":1}""")]
    [InlineData("xai", """{"c":true,"b":"b","a":1}""")]
    [InlineData("llamacpp", """{"b":"b","a":1,"c":true}""")]
    [InlineData("ollama", """{"a":1,"b":"b","c":true}""")]
    [InlineData("mistral", "{\n  \"c\": true,\n  \"b\": \"b\",\n  \"a\": 1\n}")]
    public async Task Members_come_in_the_dialects_order_and_layout(string dialect, string expected)
    {
        await using Sim sim = await Sim.StartAsync();
        const string Optional = """{"type":"object","properties":{"c":{"type":"boolean"},"b":{"type":"string"},"a":{"type":"integer"}},"required":["b","a"],"additionalProperties":false}""";

        string own = await DialectClient.AskAsync(sim, dialect, Optional, "hi");
        string wished = await DialectClient.AskAsync(sim, dialect, Optional, """ANSWER-WITH: {"a":1,"c":true,"b":"b"}""");

        Assert.Equal((expected, expected), (own, wished));
    }

    [Theory]
    [InlineData("anthropic", "in Progress", "New york")]
    [InlineData("bedrock", "in Progress", "New york")]
    [InlineData("vertex claude", "in Progress", "New york")]
    [InlineData("openai", "in progress", "New York")]
    public async Task Claude_spells_a_choice_in_another_case_after_a_space(string dialect, string state, string city)
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = JsonElement.Parse(await DialectClient.AskAsync(sim, dialect, """
            {"type":"object","properties":{"state":{"type":"string","enum":["in progress","done"]},"city":{"type":"string","const":"New York"},"plain":{"type":"string","enum":["red"]},
             "twins":{"type":"string","enum":["a b","A B"]}},"required":["state","city","plain","twins"],"additionalProperties":false}
            """, "hi"));

        Assert.Equal((state, city, "red", "a b"), (answer.GetProperty("state").GetString(), answer.GetProperty("city").GetString(), answer.GetProperty("plain").GetString(), answer.GetProperty("twins").GetString()));
    }

    [Fact]
    public async Task The_newest_Gemini_ends_its_json_with_a_space()
    {
        await using Sim sim = await Sim.StartAsync();
        const string Body = """{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"array","items":{"type":"integer"}}}}""";

        JsonElement old = await sim.JsonAsync("/v1beta/models/gemini-2.5-flash:generateContent", Body);
        JsonElement fresh = await sim.JsonAsync("/v1beta/models/gemini-3.5-flash:generateContent", Body);

        Assert.Equal(("[1]", "[1] "), (Text(old), Text(fresh)));

        static string Text(JsonElement answer) => answer.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("text").GetString()!;
    }

    [Fact]
    public async Task Numbers_and_texts_of_a_wish_that_may_stay_are_not_respelled()
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await DialectClient.AskAsync(sim, "openai",
            """{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"integer"},"c":{"type":"string"}},"required":["a","b","c"],"additionalProperties":false}""",
            """ANSWER-WITH: {"a":63.0,"b":9007199254740993,"c":"Ünïcode 🎈"}""");

        Assert.StartsWith("""{"a":63.0,"b":9007199254740993,"c":"Ünïcode """, answer, StringComparison.Ordinal);
        Assert.Equal("Ünïcode 🎈", JsonElement.Parse(answer).GetProperty("c").GetString());
    }
}
