using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>What a body says of the shape of its answer is what is set, whatever its caller said.</summary>
public sealed class AnswerShapeTests
{
    private const string Sent = """{"type":"object","properties":{"a":{"type":"string"}},"required":["a"],"additionalProperties":false}""";

    private const string Chat =
        """{"model":"m","messages":[{"role":"user","content":"hi"}],"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object","title":"asked"}}}}""";

    private const string Forced =
        """
        {"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}],"tool_choice":{"type":"tool","name":"give"},
         "tools":[{"name":"give","description":"d","input_schema":{"type":"object","title":"asked"}}]}
        """;

    [Theory]
    [InlineData(Operation.ChatCompletions, """{"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":SCHEMA,"strict":true}}}""")]
    [InlineData(Operation.Responses, """{"text":{"format":{"type":"json_schema","name":"n","schema":SCHEMA,"strict":true}}}""")]
    [InlineData(Operation.Messages, """{"output_config":{"format":{"type":"json_schema","schema":SCHEMA}}}""")]
    [InlineData(Operation.GenerateContent, """{"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":SCHEMA}}""")]
    public void A_schema_goes_into_the_field_that_the_protocol_has_for_it(Operation target, string expected)
    {
        JsonObject written = Write(Operation.ChatCompletions, Chat, target, new AnswerShape { Carrier = ShapeCarrier.Format, Schema = Utf8(Sent), Strict = true, Name = "n" });

        foreach ((string name, JsonNode? value) in JsonNode.Parse(expected.Replace("SCHEMA", Sent, StringComparison.Ordinal))!.AsObject())
        {
            Translating.AssertSame(value!.ToJsonString(), written[name]);
        }

        Assert.DoesNotContain("asked", written.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bedrock_is_told_the_schema_as_text()
    {
        JsonObject written = Write(Operation.ChatCompletions, Chat, Operation.Converse, new AnswerShape { Carrier = ShapeCarrier.Format, Schema = Utf8(Sent), Name = "n" });

        JsonNode schema = written["outputConfig"]!["textFormat"]!["structure"]!["jsonSchema"]!;
        Assert.Equal(Sent, (string?)schema["schema"]);
        Assert.Equal("n", (string?)schema["name"]);
    }

    [Theory]
    [InlineData(Operation.ChatCompletions, "/tools/0/function/parameters", """{"type":"function","function":{"name":"give"}}""")]
    [InlineData(Operation.Responses, "/tools/0/parameters", """{"type":"function","name":"give"}""")]
    [InlineData(Operation.Messages, "/tools/0/input_schema", """{"type":"tool","name":"give","disable_parallel_tool_use":true}""")]
    public void A_tool_that_must_be_called_takes_the_callers_tools_place(Operation target, string place, string choice)
    {
        JsonObject written = Write(
            Operation.Messages, Forced, target, new AnswerShape { Carrier = ShapeCarrier.ForcedTool, Schema = Utf8(Sent), Name = "give", CallerTool = "give", Description = "d" });

        Translating.AssertSame(Sent, At(written, place));
        Translating.AssertSame(choice, written["tool_choice"]);
        Assert.Single(written["tools"]!.AsArray());
    }

    [Theory]
    [InlineData(Operation.ChatCompletions)]
    [InlineData(Operation.Responses)]
    [InlineData(Operation.Messages)]
    [InlineData(Operation.Converse)]
    [InlineData(Operation.GenerateContent)]
    public void A_tool_that_must_be_called_is_taken_out_where_another_way_is_gone(Operation target)
    {
        JsonObject written = Write(
            Operation.Messages, Forced, target, new AnswerShape { Carrier = ShapeCarrier.Format, Schema = Utf8(Sent), Name = "give", CallerTool = "give" });

        string text = written.ToJsonString();
        Assert.Null(written["tools"]);
        Assert.Null(written["tool_choice"]);
        Assert.DoesNotContain("toolConfig", text, StringComparison.Ordinal);
        Assert.DoesNotContain("asked", text, StringComparison.Ordinal);
        Assert.Contains("additionalProperties", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Operation.ChatCompletions)]
    [InlineData(Operation.Responses)]
    [InlineData(Operation.Messages)]
    [InlineData(Operation.Converse)]
    [InlineData(Operation.GenerateContent)]
    public void A_conversation_goes_on_with_the_wrong_answer_and_what_is_told_of_it(Operation target)
    {
        AnswerShape shape = new()
        {
            Carrier = ShapeCarrier.Prompt,
            Schema = Utf8(Sent),
            Instruction = "INSTRUCTION",
            Corrections = [new Correction("WRONG", "TOLD")],
        };

        string written = Write(Operation.ChatCompletions, Chat, target, shape).ToJsonString();

        Assert.Contains("INSTRUCTION", written, StringComparison.Ordinal);
        Assert.True(written.IndexOf("hi", StringComparison.Ordinal) < written.IndexOf("WRONG", StringComparison.Ordinal), written);
        Assert.True(written.IndexOf("WRONG", StringComparison.Ordinal) < written.IndexOf("TOLD", StringComparison.Ordinal), written);
        Assert.DoesNotContain("asked", written, StringComparison.Ordinal);
    }

    [Fact]
    public void A_model_that_said_nothing_is_asked_again_without_a_turn_of_its_own()
    {
        AnswerShape shape = new() { Carrier = ShapeCarrier.Prompt, Schema = Utf8(Sent), Corrections = [new Correction("", "TOLD")] };

        JsonArray converse = Write(Operation.ChatCompletions, Chat, Operation.Converse, shape)["messages"]!.AsArray();

        Assert.Equal("TOLD", (string?)Assert.Single(converse)!["content"]![1]!["text"]);
    }

    [Theory]
    [InlineData("""{"generation_config":{"response_mime_type":"application/json","response_schema":{"type":"OBJECT","title":"asked"},"temperature":0.5}}""")]
    [InlineData("""{"generationConfig":{"responseMimeType":"application/json","responseJsonSchema":{"type":"object","title":"asked"},"temperature":0.5}}""")]
    public void Gemini_s_own_spellings_give_way(string config)
    {
        JsonObject asked = JsonNode.Parse("""{"contents":[{"role":"user","parts":[{"text":"hi"}]}]}""")!.AsObject();
        foreach ((string name, JsonNode? value) in JsonNode.Parse(config)!.AsObject())
        {
            asked[name] = value!.DeepClone();
        }

        JsonObject written = Write(Operation.GenerateContent, asked.ToJsonString(), Operation.GenerateContent, new AnswerShape { Carrier = ShapeCarrier.Format, Schema = Utf8(Sent) });

        Translating.AssertSame(
            $$$"""{"temperature":0.5,"responseMimeType":"application/json","responseJsonSchema":{{{Sent}}}}""",
            written["generationConfig"] ?? written["generation_config"]);
    }

    [Theory]
    [InlineData(Operation.ChatCompletions, Chat, null)]
    [InlineData(Operation.Messages, Forced, "give")]
    [InlineData(Operation.Messages, """{"model":"m","max_tokens":9,"messages":[],"output_config":{"format":{"type":"json_schema","schema":{"type":"object","title":"asked"}}}}""", null)]
    [InlineData(Operation.Responses, """{"model":"m","input":"hi","text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object","title":"asked"}}}}""", null)]
    [InlineData(Operation.ChatCompletions, """{"model":"m","messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","title":"asked"}}}],"tool_choice":"required"}""", "f")]
    [InlineData(Operation.GenerateContent, """{"contents":[{"parts":[{"text":"hi"}]}],"generationConfig":{"responseMimeType":"application/json","responseSchema":{"type":"OBJECT","title":"asked"}}}""", null)]
    [InlineData(
        Operation.GenerateContent,
        """{"contents":[{"parts":[{"text":"hi"}]}],"tools":[{"functionDeclarations":[{"name":"f","parameters":{"type":"OBJECT","title":"asked"}}]}],"toolConfig":{"functionCallingConfig":{"mode":"ANY"}}}""",
        "f")]
    public void Whatever_way_a_schema_is_asked_for_it_is_found(Operation operation, string body, string? tool)
    {
        Assert.True(RequestScanner.TryScan(operation, Encoding.UTF8.GetBytes(body), out RequestScan scan, out _));
        Assert.True(scan.MayAskShape);
        AskedAnswer asked = Assert.IsType<AskedAnswer>(Translating.Read(operation, body).AskedAnswer);
        JsonNode schema = JsonNode.Parse(asked.Schema.Span)!;

        Assert.Equal(tool, asked.Tool);
        Assert.Equal("object", (string?)schema["type"]);
        Assert.Equal("asked", (string?)schema["title"]);
    }

    [Theory]
    [InlineData(Operation.ChatCompletions, """{"model":"m","messages":[],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"tool_choice":"auto"}""")]
    [InlineData(Operation.ChatCompletions, """{"model":"m","messages":[],"response_format":{"type":"json_object"}}""")]
    [InlineData(Operation.Messages, """{"model":"m","max_tokens":9,"messages":[],"tools":[{"name":"f","input_schema":{"type":"object"}},{"name":"g","input_schema":{}}],"tool_choice":{"type":"any"}}""")]
    public void What_asks_for_no_shape_has_none(Operation operation, string body) => Assert.Null(Translating.Read(operation, body).AskedAnswer);

    private static JsonObject Write(Operation from, string body, Operation to, AnswerShape shape)
    {
        Target target = Translating.Target(to, to switch
        {
            Operation.Messages => "claude-sonnet-4-6",
            Operation.Converse => "anthropic.claude-sonnet-4-5-v1:0",
            Operation.GenerateContent => "gemini-3-pro-preview",
            _ => "gpt-4.1",
        });
        ArrayBufferWriter<byte> output = new();
        Assert.True(
            Translating.Read(from, body).TryWrite(target, null, Unsupported.Deny, shape, output, out _, out RequestFault fault), fault.Message);
        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    private static JsonNode? At(JsonNode node, string pointer) =>
        pointer.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate((JsonNode?)node, (at, step) => int.TryParse(step, out int index) ? at![index] : at![step]);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
