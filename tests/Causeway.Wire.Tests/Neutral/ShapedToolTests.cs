using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>What becomes of the tool that the caller's model had to call, and of what stands around it.</summary>
public sealed class ShapedToolTests
{
    private const string Sent = """{"type":"object","properties":{"a":{"type":"string"}}}""";

    private const string MessagesTools =
        """
        "tools":[{"name":"give","description":"mine","input_schema":{"title":"asked","type":"object"},"strict":true,"cache_control":{"type":"ephemeral"}},
          {"name":"other","input_schema":{"type":"object"}}],"tool_choice":{"type":"tool","name":"give"}
        """;

    private const string MessagesAlone =
        """
        "tools":[{"name":"give","input_schema":{"title":"asked","type":"object"},"strict":true}],"tool_choice":{"type":"tool","name":"give"}
        """;

    private const string MessagesCalled =
        """
        [{"role":"user","content":"hi"},{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"give","input":{}}]},
         {"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"x"}]}]
        """;

    private const string ChatTools =
        """
        "tools":[{"type":"function","function":{"name":"give","description":"mine","parameters":{"title":"asked","type":"object"},"strict":true,"x_own":1},"x_own":2},
          {"type":"function","function":{"name":"other","parameters":{"type":"object"}}}],"tool_choice":{"type":"function","function":{"name":"give"}}
        """;

    [Fact]
    public void Anthropic_s_tool_keeps_its_place_its_mark_and_its_words()
    {
        JsonObject written = Write(Operation.Messages, Body("[]", MessagesTools), Operation.Messages, ShapeCarrier.ForcedTool);

        Translating.AssertSame(
            $$$"""[{"name":"give","description":"mine","input_schema":{{{Sent}}},"cache_control":{"type":"ephemeral"}},{"name":"other","input_schema":{"type":"object"}}]""",
            written["tools"]);
        Translating.AssertSame("""{"type":"tool","name":"give","disable_parallel_tool_use":true}""", written["tool_choice"]);
    }

    [Theory]
    [InlineData("openai", "gpt-4.1", false)]
    [InlineData("openai", "o3", null)]
    [InlineData("openai", "a-deployment", null)]
    [InlineData("vllm", "gpt-4.1", null)]
    public void A_chat_tool_is_changed_where_it_stands_and_called_once(string server, string model, bool? parallel)
    {
        JsonObject written = Write(Operation.ChatCompletions, Body("[]", ChatTools), Operation.ChatCompletions, ShapeCarrier.ForcedTool, server, model);

        Translating.AssertSame(
            $$$"""{"type":"function","function":{"name":"give","description":"mine","parameters":{{{Sent}}},"x_own":1},"x_own":2}""",
            written["tools"]![0]);
        Assert.Equal("other", (string?)written["tools"]![1]!["function"]!["name"]);
        Assert.Equal(parallel, (bool?)written["parallel_tool_calls"]);
    }

    [Fact]
    public void Functions_of_the_first_form_stay_in_it()
    {
        JsonObject written = Write(
            Operation.ChatCompletions,
            Body("[]", """ "functions":[{"name":"give","description":"mine","parameters":{"title":"asked"}},{"name":"other","parameters":{}}],"function_call":{"name":"give"} """),
            Operation.ChatCompletions,
            ShapeCarrier.ForcedTool);

        Translating.AssertSame($$$"""[{"name":"give","description":"mine","parameters":{{{Sent}}}},{"name":"other","parameters":{}}]""", written["functions"]);
        Translating.AssertSame("""{"name":"give"}""", written["function_call"]);
        Assert.Null(written["tools"]);
    }

    [Fact]
    public void A_caller_s_word_on_calls_stays_with_the_tool_that_must_be_called()
    {
        const string Tools = """
            "input":"hi","parallel_tool_calls":false,"max_tool_calls":2,"tool_choice":{"type":"function","name":"give"},
            "tools":[{"type":"web_search"},{"type":"function","name":"give","parameters":{"title":"asked"},"strict":true,"x_own":1}]
            """;

        JsonObject written = Write(Operation.Responses, $$"""{"model":"m",{{Tools}}}""", Operation.Responses, ShapeCarrier.ForcedTool, model: "o3");

        Translating.AssertSame($$$"""[{"type":"web_search"},{"type":"function","name":"give","parameters":{{{Sent}}},"strict":false,"x_own":1}]""", written["tools"]);
        Assert.False((bool?)written["parallel_tool_calls"]);
        Assert.Equal(2, (int?)written["max_tool_calls"]);
    }

    [Theory]
    [InlineData(Operation.ChatCompletions)]
    [InlineData(Operation.Responses)]
    [InlineData(Operation.Converse)]
    [InlineData(Operation.GenerateContent)]
    public void A_tool_of_another_protocol_keeps_its_place_too(Operation target)
    {
        string written = Write(Operation.Messages, Body("[]", MessagesTools), target, ShapeCarrier.ForcedTool).ToJsonString();

        Assert.True(written.IndexOf("\"give\"", StringComparison.Ordinal) < written.IndexOf("\"other\"", StringComparison.Ordinal), written);
        Assert.Contains(Sent, written, StringComparison.Ordinal);
        Assert.Contains("mine", written, StringComparison.Ordinal);
        Assert.DoesNotContain("asked", written, StringComparison.Ordinal);
        Assert.DoesNotContain("\"strict\":true", written, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ShapeCarrier.Format)]
    [InlineData(ShapeCarrier.Prompt)]
    public void Anthropic_keeps_the_last_tool_of_a_conversation_with_calls_and_calls_none(ShapeCarrier carrier)
    {
        JsonObject written = Write(Operation.Messages, Body(MessagesCalled, MessagesAlone), Operation.Messages, carrier);

        Translating.AssertSame("""[{"name":"give","input_schema":{"title":"asked","type":"object"}}]""", written["tools"]);
        Translating.AssertSame("""{"type":"none"}""", written["tool_choice"]);
    }

    [Fact]
    public void Anthropic_keeps_the_last_tool_of_another_protocol_s_conversation()
    {
        const string Asked = """
            {"model":"m","messages":[{"role":"user","content":"hi"},
              {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"give","arguments":"{}"}}]},
              {"role":"tool","tool_call_id":"c1","content":"x"}],
             "tools":[{"type":"function","function":{"name":"give","parameters":{"type":"object"}}}],"tool_choice":"required"}
            """;

        JsonObject written = Write(Operation.ChatCompletions, Asked, Operation.Messages, ShapeCarrier.Format);

        Assert.Single(written["tools"]!.AsArray());
        Translating.AssertSame("""{"type":"none"}""", written["tool_choice"]);
    }

    [Fact]
    public void Bedrock_keeps_the_last_tool_of_a_conversation_with_calls_and_is_told_in_words_to_call_none()
    {
        JsonObject written = Write(Operation.Messages, Body(MessagesCalled, MessagesAlone), Operation.Converse, ShapeCarrier.Format);

        Assert.Equal("give", (string?)Assert.Single(written["toolConfig"]!["tools"]!.AsArray())!["toolSpec"]!["name"]);
        Assert.Null(written["toolConfig"]!["toolChoice"]);
        Assert.Equal("Do not call any tool. Answer in words.", (string?)written["system"]!.AsArray()[^1]!["text"]);
    }

    [Fact]
    public void A_tool_that_others_stand_beside_goes_although_there_were_calls()
    {
        JsonObject written = Write(Operation.Messages, Body(MessagesCalled, MessagesTools), Operation.Messages, ShapeCarrier.Format);

        Assert.Equal("other", (string?)Assert.Single(written["tools"]!.AsArray())!["name"]);
    }

    [Fact]
    public void One_object_is_a_list_of_one_to_Gemini()
    {
        const string Asked = """
            {"contents":{"role":"user","parts":[{"text":"hi"}]},"system_instruction":{"parts":{"text":"s"}},
             "tools":{"function_declarations":{"name":"give","description":"mine","parameters":{"type":"OBJECT","title":"asked"}}},
             "toolConfig":{"functionCallingConfig":{"mode":"ANY"}}}
            """;

        JsonObject written = Write(Operation.GenerateContent, Asked, Operation.GenerateContent, ShapeCarrier.ForcedTool, instruction: "INSTRUCTION");

        Translating.AssertSame($$$"""[{"functionDeclarations":[{"name":"give","description":"mine","parametersJsonSchema":{{{Sent}}}}]}]""", written["tools"]);
        Translating.AssertSame("""{"parts":[{"text":"s"},{"text":"INSTRUCTION"}]}""", written["systemInstruction"] ?? written["system_instruction"]);
        Translating.AssertSame("""{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["give"]}}""", written["toolConfig"]);
    }

    [Fact]
    public void One_object_is_taken_out_of_Gemini_s_tools_too()
    {
        const string Asked = """
            {"contents":[{"role":"user","parts":[{"text":"hi"}]}],"tools":{"functionDeclarations":{"name":"give","parameters":{"type":"OBJECT","title":"asked"}}}}
            """;

        Assert.Null(Write(Operation.GenerateContent, Asked, Operation.GenerateContent, ShapeCarrier.Format)["tools"]);
    }

    [Fact]
    public void A_name_that_stands_twice_where_the_shape_belongs_is_refused()
    {
        ArrayBufferWriter<byte> output = new();

        Assert.False(Translating.Read(Operation.Messages, """{"model":"m","max_tokens":9,"messages":[],"output_config":{"x_own":1,"x_own":2}}""")
            .TryWrite(Translating.Target(Operation.Messages), null, Unsupported.Deny, Shape(ShapeCarrier.Format, null), output, out _, out RequestFault fault));
        Assert.Equal("field_duplicated", fault.Code);
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void What_stands_where_the_shape_belongs_is_never_written_over()
    {
        JsonObject body = JsonNode.Parse("""{"one":{"a":1},"list":[1],"text":"x","nothing":null}""")!.AsObject();

        Assert.Equal("list", Assert.Throws<RequestException>(() => ShapedBody.ObjectAt(body, "none", "list")).Param);
        Assert.Equal("one", Assert.Throws<RequestException>(() => ShapedBody.ListAt(body, "one")).Param);
        Assert.Equal("text", Assert.Throws<RequestException>(() => ShapedBody.RepeatedAt(body, "text")).Param);
        Assert.Equal("one", Assert.Throws<RequestException>(() => ShapedBody.AddText(body, "one", "x", text => text)).Param);
        Assert.Empty(ShapedBody.ListAt(body, "nothing"));
        Assert.Equal("""[{"a":1}]""", ShapedBody.RepeatedAt(body, "one").ToJsonString());
    }

    [Fact]
    public void A_name_that_stands_twice_where_nothing_is_set_passes()
    {
        JsonObject written = Write(
            Operation.Responses, """{"model":"m","input":"hi","metadata":{"a":"1","a":"2"},"text":{"verbosity":"low"}}""", Operation.Responses, ShapeCarrier.Format);

        Assert.Equal("json_schema", (string?)written["text"]!["format"]!["type"]);
    }

    private static string Body(string messages, string tools) => $$"""{"model":"m","max_tokens":9,"messages":{{messages}},{{tools}}}""";

    private static AnswerShape Shape(ShapeCarrier carrier, string? instruction) =>
        new() { Carrier = carrier, Schema = Encoding.UTF8.GetBytes(Sent), Name = "give", CallerTool = "give", Instruction = instruction };

    private static JsonObject Write(
        Operation from, string body, Operation to, ShapeCarrier carrier, string server = "openai", string? model = null, string? instruction = null)
    {
        Target target = Translating.Target(
            to,
            model ?? to switch
            {
                Operation.Messages => "claude-sonnet-4-6",
                Operation.Converse => "anthropic.claude-sonnet-4-5-v1:0",
                Operation.GenerateContent => "gemini-3-pro-preview",
                _ => "gpt-4.1",
            },
            server);
        ArrayBufferWriter<byte> output = new();
        Assert.True(Translating.Read(from, body).TryWrite(target, null, Unsupported.Deny, Shape(carrier, instruction), output, out _, out RequestFault fault), fault.Message);
        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }
}
