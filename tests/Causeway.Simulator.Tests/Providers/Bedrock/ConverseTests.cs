using System.Net;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.Bedrock;

public sealed class ConverseTests
{
    private const string Model = "/bedrock/model/eu.anthropic.claude-haiku-4-5-20251001-v1%3A0";
    private const string Hello = """{"messages":[{"role":"user","content":[{"text":"Tell me about bridges, please"}]}]}""";
    private const string Tools = """ "toolConfig":{"tools":[{"toolSpec":{"name":"look","inputSchema":{"json":{"type":"object"}}}}]} """;

    [Theory]
    [InlineData("/bedrock/model/amazon.nova-pro-v1%3A0/converse")]
    [InlineData("/model/amazon.nova-pro-v1:0/converse")]
    public async Task An_answer_names_neither_id_nor_model_and_counts_the_cache_apart(string path)
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"match":{"model":"amazon.nova-pro-v1:0"},"then":{"usage":{"cache_read":5,"cache_write_5m":2,"cache_write_1h":1}}}]}""");

        using HttpResponseMessage response = await sim.PostAsync(path, Hello);
        JsonElement answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(Sim.Token));

        Assert.Equal(["metrics", "output", "stopReason", "usage"], answer.EnumerateObject().Select(member => member.Name));
        Assert.Equal("Hello from the simulator! You said: Tell me about bridges, please", answer.GetProperty("output").GetProperty("message").GetProperty("content")[0].GetProperty("text").GetString());
        JsonElement usage = answer.GetProperty("usage");
        Assert.Equal((8, 17, 33), (usage.GetProperty("inputTokens").GetInt32(), usage.GetProperty("outputTokens").GetInt32(), usage.GetProperty("totalTokens").GetInt32()));
        Assert.Equal((5, 3), (usage.GetProperty("cacheReadInputTokens").GetInt32(), usage.GetProperty("cacheWriteInputTokens").GetInt32()));
        Assert.Equal(1, usage.GetProperty("cacheDetails")[1].GetProperty("inputTokens").GetInt32());
        Assert.StartsWith("req_sim_", response.Headers.GetValues("x-amzn-requestid").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stream_announces_tools_only_and_ends_with_usage()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"reasoning_text":"Hm. ","text":"One two","tool_calls":[{"name":"look","arguments":"{\"at\":1}"}]}}]}""");

        IReadOnlyList<StreamMessage> events = await StreamAsync(sim, Model + "/converse-stream", Hello);

        Assert.Equal(
            [
                "messageStart", "contentBlockDelta", "contentBlockDelta", "contentBlockStop", "contentBlockDelta", "contentBlockDelta", "contentBlockStop",
                "contentBlockStart", "contentBlockDelta", "contentBlockStop", "messageStop", "metadata",
            ],
            events.Select(e => e.Type));
        Assert.All(events, e => Assert.Equal(("event", "application/json"), (e.Headers[":message-type"], e.Headers[":content-type"])));
        Assert.Equal([0, 0, 0, 1, 1, 1, 2, 2, 2], events.Where(e => e.Json.TryGetProperty("contentBlockIndex", out _)).Select(e => e.Json.GetProperty("contentBlockIndex").GetInt32()));
        Assert.True(events[2].Json.GetProperty("delta").GetProperty("reasoningContent").TryGetProperty("signature", out _));
        Assert.Equal("""{"at":1}""", events[8].Json.GetProperty("delta").GetProperty("toolUse").GetProperty("input").GetString());
        Assert.Equal("tool_use", events[10].Json.GetProperty("stopReason").GetString());
        Assert.Equal((await sim.TotalAsync()).GetProperty("output").GetInt64(), events[11].Json.GetProperty("usage").GetProperty("outputTokens").GetInt64());
    }

    [Fact]
    public async Task A_failure_within_a_stream_is_an_exception_frame()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"error_at_event":2,"error":{"type":"ThrottlingException","message":"slow down"}}}]}""");

        IReadOnlyList<StreamMessage> events = await StreamAsync(sim, Model + "/converse-stream", Hello);

        Assert.Equal(("exception", "throttlingException"), (events[^1].Headers[":message-type"], events[^1].Type));
        Assert.Equal("slow down", events[^1].Json.GetProperty("message").GetString());
        Assert.Equal(3, events.Count);
    }

    [Fact]
    public async Task A_malformed_event_keeps_its_frame_whole()
    {
        await using Sim sim = await Sim.StartAsync("""{"rules":[{"then":{"malformed_at_event":1}}]}""");

        IReadOnlyList<StreamMessage> events = await StreamAsync(sim, Model + "/converse-stream", Hello);

        Assert.ThrowsAny<JsonException>(() => events[1].Json);
        Assert.Equal("metadata", events[^1].Type);
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"assistant","content":[{"text":"a"}]}]}""", "A conversation must start with a user message.")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]},{"role":"user","content":[{"text":"b"}]}]}""", "A conversation must alternate between user and assistant roles.")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":" "}]}]}""", "The text field in the ContentBlock object at messages.0.content.0 is blank.")]
    [InlineData("""{"messages":[{"role":"user","content":[{"image":{"format":"png","source":{"url":"https://example.com/a.png"}}}]}]}""", "The value at messages.0.content.0.image.source must be one of")]
    [InlineData("""{"messages":[{"role":"user","content":[{"document":{"format":"pdf","name":"a.pdf","source":{"bytes":"AAAA"}}}]}]}""", "The document file name can only contain")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}],"toolConfig":{"tools":[{"toolSpec":{"name":"a b","inputSchema":{"json":{"type":"object"}}}}]}}""", "1 validation error detected: Value 'a b'")]
    [InlineData("""{"messages":[{"role":"user","content":[{"text":"a"}]}],"toolConfig":{"toolChoice":{"none":{}},"tools":[{"toolSpec":{"name":"a","inputSchema":{"json":{"type":"object"}}}}]}}""", "The value at toolConfig.toolChoice must be one of")]
    public async Task What_converse_does_not_take_is_400_with_the_type_in_a_header(string body, string message)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage response = await sim.PostAsync(Model + "/converse", body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith("ValidationException:", response.Headers.GetValues("x-amzn-errortype").Single(), StringComparison.Ordinal);
        Assert.StartsWith(message, JsonElement.Parse(await response.Content.ReadAsStringAsync(Sim.Token)).GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The toolConfig field must be defined")]
    [InlineData("," + Tools, null)]
    public async Task A_history_with_tools_needs_their_definition(string tools, string? message)
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await sim.TextAsync(Model + "/converse", $$$"""
            {"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"t1","name":"look","input":{} } }]},
             {"role":"user","content":[{"toolResult":{"toolUseId":"t1","content":[{"text":"ok"}]}}]}]{{{tools}}}}
            """);

        Assert.Contains(message ?? "I have the tool's result", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_call_is_answered_in_the_next_message()
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await sim.TextAsync(Model + "/converse", $$$"""
            {"messages":[{"role":"user","content":[{"text":"hi"}]},{"role":"assistant","content":[{"toolUse":{"toolUseId":"t1","name":"look","input":{} } }]},
             {"role":"user","content":[{"text":"never mind"}]}],{{{Tools}}}}
            """);

        Assert.Contains("Expected toolResult blocks at messages.2.content for the following Ids: t1", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anthropic.claude-opus-5-5", """ "toolConfig":{"toolChoice":{"any":{}},"tools":[{"toolSpec":{"name":"look","inputSchema":{"json":{"type":"object"}}}}]} """, "not supported for this model")]
    [InlineData("global.anthropic.claude-opus-5", """ "inferenceConfig":{"temperature":0.5} """, "`temperature` is deprecated for this model.")]
    [InlineData("anthropic.claude-haiku-4-5-20251001-v1:0", """ "inferenceConfig":{"temperature":0.5} """, null)]
    public async Task Claude_refuses_here_what_it_refuses_at_home(string model, string fields, string? message)
    {
        await using Sim sim = await Sim.StartAsync();

        string answer = await sim.TextAsync($"/bedrock/model/{Uri.EscapeDataString(model)}/converse", $$$"""{"messages":[{"role":"user","content":[{"text":"hi"}]}],{{{fields}}}}""");

        Assert.Contains(message ?? "end_turn", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Counting_agrees_with_what_the_answer_then_costs()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement counted = await sim.JsonAsync(Model + "/count-tokens", $$$"""{"input":{"converse":{{{Hello}}}}}""");

        Assert.Equal(8, counted.GetProperty("inputTokens").GetInt64());
    }

    [Fact]
    public async Task A_slash_of_an_arn_that_is_not_encoded_makes_another_path()
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage encoded = await sim.PostAsync("/bedrock/model/arn%3Aaws%3Abedrock%3Aeu-west-1%3A1%3Ainference-profile%2Fx/converse", Hello);
        using HttpResponseMessage bare = await sim.PostAsync("/bedrock/model/arn:aws:bedrock:eu-west-1:1:inference-profile/x/converse", Hello);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (encoded.StatusCode, bare.StatusCode));
        JsonElement line = (await sim.GetAsync("/sim/bill")).GetProperty("lines")[0];
        Assert.Equal("arn:aws:bedrock:eu-west-1:1:inference-profile/x", line.GetProperty("model").GetString());
        Assert.Equal(("bedrock", "bedrock"), (line.GetProperty("vendor").GetString(), line.GetProperty("protocol").GetString()));
    }

    private static async Task<IReadOnlyList<StreamMessage>> StreamAsync(Sim sim, string path, string body)
    {
        using HttpResponseMessage response = await sim.PostAsync(path, body);
        Assert.Equal("application/vnd.amazon.eventstream", response.Content.Headers.ContentType!.MediaType);
        return EventStreams.Read(await response.Content.ReadAsByteArrayAsync(Sim.Token));
    }
}
