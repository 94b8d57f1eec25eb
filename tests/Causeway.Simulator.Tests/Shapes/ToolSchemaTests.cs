using System.Text.Json;

namespace Causeway.Simulator.Tests.Shapes;

/// <summary>Arguments of tools: held where the vendor is strict, else what the model wants.</summary>
public sealed class ToolSchemaTests
{
    private const string Schema = """{"type":"object","properties":{"n":{"type":"integer"},"l":{"type":"array","items":{"type":"string"}}},"required":["n","l"],"additionalProperties":false}""";
    private const string Wish = """ANSWER-WITH: {\"n\":\"x\",\"l\":\"[]\",\"z\":1}""";
    private const string AsWished = """{"n":"x","l":"[]","z":1}""";
    private const string Bent = """{"n":1,"l":["l"]}""";

    [Theory]
    [InlineData("/openai/v1", ""","strict":true""", Bent)]
    [InlineData("/openai/v1", "", AsWished)]
    [InlineData("/xai/v1", "", Bent)]
    [InlineData("/vllm/v1", "", Bent)]
    [InlineData("/deepseek/beta", ""","strict":true""", "{\n  \"n\": 1,\n  \"l\": [\n    \"l\"\n  ]\n}")]
    [InlineData("/deepseek/v1", ""","strict":true""", AsWished)]
    [InlineData("/groq/v1", ""","strict":true""", AsWished)]
    [InlineData("/llamacpp/v1", ""","strict":true""", AsWished)]
    public async Task A_forced_function_of_chat_is_held_where_strict_counts(string root, string strict, string expected)
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync(root + "/chat/completions", $$"""
            {"model":"m","messages":[{"role":"user","content":"{{Wish}}"}],"tool_choice":{"type":"function","function":{"name":"f"} },
             "tools":[{"type":"function","function":{"name":"f","parameters":{{Schema}}{{strict}} } }]}
            """);

        Assert.Equal(expected, answer.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
    }

    [Fact]
    public async Task VLLM_holds_no_call_that_is_the_models_own_choice()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync("/vllm/v1/chat/completions", $$"""
            {"model":"m","messages":[{"role":"user","content":"Use the tool. {{Wish}}"}],"tools":[{"type":"function","function":{"name":"f","parameters":{{Schema}} } }]}
            """);

        Assert.Equal(AsWished, answer.GetProperty("choices")[0].GetProperty("message").GetProperty("tool_calls")[0].GetProperty("function").GetProperty("arguments").GetString());
    }

    [Theory]
    [InlineData(""","strict":true""", Bent)]
    [InlineData(""","strict":false""", AsWished)]
    [InlineData("", Bent)]
    public async Task Responses_makes_a_function_strict_unless_told_otherwise(string strict, string expected)
    {
        await using Sim sim = await Sim.StartAsync();
        string schema = strict.Length == 0 ? Schema.Replace(""","required":["n","l"],"additionalProperties":false""", "", StringComparison.Ordinal) : Schema;

        JsonElement answer = await sim.JsonAsync("/v1/responses", $$"""
            {"model":"m","input":"{{Wish}}","tool_choice":"required","tools":[{"type":"function","name":"f","parameters":{{schema}}{{strict}} }]}
            """);

        Assert.Equal(expected, answer.GetProperty("output")[0].GetProperty("arguments").GetString());
    }

    [Theory]
    [InlineData(""","strict":true""", Bent)]
    [InlineData("", AsWished)]
    public async Task Claude_says_something_before_the_tool_that_it_was_made_to_call(string strict, string expected)
    {
        await using Sim sim = await Sim.StartAsync();
        string body = $$"""
            {"model":"claude-sonnet-4-6","max_tokens":900,"messages":[{"role":"user","content":"{{Wish}}"}],"tool_choice":{"type":"tool","name":"f"},
             "tools":[{"name":"f","input_schema":{{Schema}}{{strict}} }]}
            """;

        JsonElement content = (await sim.JsonAsync(Sim.Messages, body)).GetProperty("content");
        JsonElement[] events = [.. (await sim.EventsAsync(Sim.Messages, "{\"stream\":true," + body[1..])).Select(e => JsonElement.Parse(e))];

        Assert.Equal("I'll invoke the f tool.", content[0].GetProperty("text").GetString());
        Assert.Equal(expected, content[1].GetProperty("input").GetRawText());
        Assert.Equal(expected, string.Concat(events.Where(e => e.TryGetProperty("delta", out JsonElement delta) && delta.TryGetProperty("partial_json", out _)).Select(e => e.GetProperty("delta").GetProperty("partial_json").GetString())));
    }

    [Theory]
    [InlineData(""","strict":true""", Bent)]
    [InlineData("", AsWished)]
    public async Task Converse_does_so_too(string strict, string expected)
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync("/bedrock/model/anthropic.claude-haiku-4-5-v1%3A0/converse", $$"""
            {"messages":[{"role":"user","content":[{"text":"{{Wish}}"}]}],"toolConfig":{"toolChoice":{"tool":{"name":"f"} },"tools":[{"toolSpec":{"name":"f","inputSchema":{"json":{{Schema}} }{{strict}} } }]} }
            """);

        JsonElement content = answer.GetProperty("output").GetProperty("message").GetProperty("content");
        Assert.Equal("I'll invoke the f tool.", content[0].GetProperty("text").GetString());
        Assert.Equal(expected, content[1].GetProperty("toolUse").GetProperty("input").GetRawText());
    }

    [Theory]
    [InlineData("VALIDATED", Bent)]
    [InlineData("ANY", AsWished)]
    public async Task Gemini_holds_a_call_only_where_it_is_validated(string mode, string expected)
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync("/v1beta/models/gemini-3.5-flash:generateContent", $$"""
            {"contents":[{"parts":[{"text":"Use the tool. {{Wish}}"}]}],"toolConfig":{"functionCallingConfig":{"mode":"{{mode}}"} },"tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{{Schema}} }]}]}
            """);

        Assert.Equal(expected, answer.GetProperty("candidates")[0].GetProperty("content").GetProperty("parts")[0].GetProperty("functionCall").GetProperty("args").GetRawText());
    }

    [Fact]
    public async Task A_tools_result_ends_the_wish_that_asked_for_it()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync(Sim.Messages, $$"""
            {"model":"m","max_tokens":900,"tool_choice":{"type":"tool","name":"f"},"tools":[{"name":"f","input_schema":{{Schema}} }],
             "messages":[{"role":"user","content":"{{Wish}}"},{"role":"assistant","content":[{"type":"tool_use","id":"t1","name":"f","input":{"n":"x"} }]},
                         {"role":"user","content":[{"type":"tool_result","tool_use_id":"t1","is_error":true,"content":"n is no integer"}]}]}
            """);

        Assert.Equal(Bent, answer.GetProperty("content")[1].GetProperty("input").GetRawText());
    }

    [Theory]
    [InlineData("/vllm/v1/chat/completions", """ "structured_outputs":{"json":{"type":"integer"}} """, "1")]
    [InlineData("/vllm/v1/chat/completions", """ "guided_json":{"type":"integer"} """, "x")]
    [InlineData("/llamacpp/v1/chat/completions", """ "response_format":{"type":"json_object","schema":{"type":"integer"}} """, "1")]
    [InlineData("/together/v1/chat/completions", """ "response_format":{"type":"json_object","schema":{"type":"integer"}} """, "1")]
    [InlineData("/ollama/v1/chat/completions", """ "response_format":{"type":"json_schema","json_schema":{"schema":{"type":"integer"}}} """, "1")]
    [InlineData("/openrouter/v1/chat/completions", """ "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"integer"}}} """, "x")]
    public async Task A_server_reads_schemas_where_it_knows_them(string path, string field, string expected)
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await sim.JsonAsync(path, $$"""{"model":"m","messages":[{"role":"user","content":"ANSWER-WITH: x"}],{{field}} }""");

        Assert.Equal(expected, answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString());
    }
}
