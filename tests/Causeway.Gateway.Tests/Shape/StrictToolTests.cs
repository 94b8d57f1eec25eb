using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Shape;

/// <summary>Tools that nobody forces, at a provider of another protocol: it takes them, strict where its dialect can say the same.</summary>
public sealed class StrictToolTests
{
    private const string Bounds = """{"type":"object","properties":{"n":{"type":"integer","minimum":1},"l":{"type":"array","items":{"type":"string"},"maxItems":3}},"required":["n","l"],"additionalProperties":false}""";
    private const string Tree = """{"type":"object","properties":{"tree":{"$ref":"#/$defs/node"}},"required":["tree"],"additionalProperties":false,"$defs":{"node":{"type":"object","properties":{"name":{"type":"string"},"below":{"type":"array","items":{"$ref":"#/$defs/node"}}},"required":["name","below"],"additionalProperties":false}}}""";
    private const string Optional = """{"type":"object","properties":{"a":{"type":"string"},"b":{"type":"string"}},"required":["a"],"additionalProperties":false}""";
    private const string Union = """{"anyOf":[{"type":"object","properties":{"a":{"type":"string"},"k":{"type":"string"}},"required":["a","k"]},{"type":"object","properties":{"b":{"type":"integer"},"k":{"type":"string"}},"required":["b","k"]}]}""";
    private const string Plain = """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""";

    [Theory]
    [InlineData("chat", "anthropic/claude-sonnet-4-6", Bounds, true, "tools[0].function.strict")]
    [InlineData("chat", "anthropic/claude-sonnet-4-6", Tree, true, "tools[0].function.strict")]
    [InlineData("responses", "anthropic/claude-sonnet-4-6", Bounds, true, "tools[0].strict")]
    [InlineData("chat", "gemini/gemini-3.8-flash", Tree, true, "tools[0].function.strict")]
    [InlineData("chat", "gemini/gemini-3.8-flash", Tree, false, null)]
    [InlineData("messages", "openai/gpt-4.1", Optional, true, "tools[0].strict")]
    [InlineData("messages", "openai/gpt-5.4-mini", Optional, true, "tools[0].strict")]
    [InlineData("chat", "anthropic/claude-sonnet-4-6", Union, false, null)]
    [InlineData("chat", "anthropic/claude-sonnet-4-6", Plain, true, null)]
    [InlineData("messages", "openai/gpt-4.1", Plain, true, null)]
    public async Task They_are_taken_and_what_is_left_out_is_named(string protocol, string model, string schema, bool isStrict, string? dropped)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.AskAsync(Ask(protocol, model, schema, isStrict));

        Assert.True(answer.Status == 200, answer.Text);
        Assert.Equal(dropped, answer.Header("x-causeway-dropped"));
        string sent = (await house.Simulator.LastAsync()).Text;
        Assert.Equal(isStrict && dropped is null, sent.Contains("\"strict\":true", StringComparison.Ordinal) || sent.Contains("VALIDATED", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_forced_one_is_taken_too_and_still_held()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        await house.Simulator.ScriptEachAsync(["""{"tool_calls":[{"name":"f","arguments":"{\"n\":0,\"l\":[]}"}]}""", """{"tool_calls":[{"name":"f","arguments":"{\"n\":1,\"l\":[]}"}]}"""]);
        Saying asked = Ask("chat", "anthropic/claude-sonnet-4-6", Bounds, isStrict: true);

        Answer answer = await house.AskAsync(asked with { Body = asked.Body[..^1] + ""","tool_choice":"required"}""" });

        Assert.Equal((200, "repaired", "tools[0].function.strict"), (answer.Status, answer.Header("x-causeway-contract"), answer.Header("x-causeway-dropped")));
        Assert.Contains("{\\\"n\\\":1,", answer.Text.Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    private static Saying Ask(string protocol, string model, string schema, bool isStrict)
    {
        string strict = isStrict ? "true" : "false";
        return protocol switch
        {
            "chat" => new(Saying.ChatPath, $$$"""{"model":"{{{model}}}","messages":[{"role":"user","content":"x"}],"tools":[{"type":"function","function":{"name":"f","strict":{{{strict}}},"parameters":{{{schema}}} } }]}"""),
            "responses" => new(Saying.ResponsesPath, $$$"""{"model":"{{{model}}}","input":"x","tools":[{"type":"function","name":"f","strict":{{{strict}}},"parameters":{{{schema}}} }]}"""),
            _ => new(Saying.MessagesPath, $$$"""{"model":"{{{model}}}","max_tokens":200,"messages":[{"role":"user","content":"x"}],"tools":[{"name":"f","strict":{{{strict}}},"input_schema":{{{schema}}} }]}"""),
        };
    }
}
