using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>Schemas of tools as other vendors take them.</summary>
public sealed class ToolFormTests
{
    private const string Two =
        """
        {"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[
          {"type":"function","function":{"name":"free","parameters":{"type":"object"}}},
          {"type":"function","function":{"name":"one","strict":true,"parameters":{"type":"object","title":"one"}}},
          {"type":"function","function":{"name":"two","strict":true,"parameters":{"type":"object","title":"two"}}}]}
        """;

    [Fact]
    public void Each_strict_tool_gets_its_form_and_what_is_left_out_is_named_by_its_place()
    {
        RequestTranslation request = Translating.Read(Operation.ChatCompletions, Two);
        Assert.Equal(["one", "two"], request.StrictTools.Select(tool => tool.Name));

        JsonObject written = Write(request, out IReadOnlyList<string> dropped, new ToolForm("""{"type":"object","title":"ONE"}"""u8.ToArray(), IsStrict: true), new ToolForm(request.StrictTools[1].Schema, IsStrict: false));

        Assert.Equal(["tools[2].function.strict"], dropped);
        Assert.Equal([null, true, null], written["tools"]!.AsArray().Select(tool => (bool?)tool!["strict"]));
        Assert.Equal([null, "ONE", "two"], written["tools"]!.AsArray().Select(tool => (string?)tool!["input_schema"]!["title"]));
    }

    [Fact]
    public void Where_none_stays_strict_a_model_that_holds_nothing_takes_them()
    {
        RequestTranslation request = Translating.Read(Operation.ChatCompletions, Two);

        JsonObject written = Write(request, out _, model: "claude-3-5-haiku", forms: [.. request.StrictTools.Select(tool => new ToolForm(tool.Schema, IsStrict: false))]);

        Assert.DoesNotContain("strict", written.ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        """{"anyOf":[{"type":"object","properties":{"a":{"type":"string"},"k":{"type":"string"}},"required":["a","k"]},{"$ref":"#/$defs/b"}],"$defs":{"b":{"properties":{"k":{"type":"integer"}},"required":["k"]}}}""",
        """{"type":"object","properties":{"a":{"type":"string"},"k":{"anyOf":[{"type":"string"},{"type":"integer"}]}},"required":["k"],"$defs":{"b":{"properties":{"k":{"type":"integer"}},"required":["k"]}}}""")]
    [InlineData(
        """{"type":"object","properties":{"x":{}},"required":["x"],"allOf":[{"properties":{"a":{}},"required":["a"]},{"properties":{"b":{}}}]}""",
        """{"type":"object","properties":{"x":{},"a":{},"b":{}},"required":["x","a"]}""")]
    public void A_union_at_the_root_becomes_one_object_with_the_union_in_words(string schema, string expected)
    {
        JsonObject merged = JsonNode.Parse(RootUnion.Merged(new JsonSlice(Encoding.UTF8.GetBytes(schema))).Raw.Span)!.AsObject();

        Assert.Contains("Of: [", (string?)merged["description"], StringComparison.Ordinal);
        merged.Remove("description");
        Translating.AssertSame(expected, merged);
    }

    [Theory]
    [InlineData("""{"type":"object","properties":{"anyOf":{"type":"string"}}}""")]
    [InlineData("""{"type":"object","properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}}}""")]
    public void A_union_below_the_root_stays(string schema) =>
        Assert.Equal(schema, Encoding.UTF8.GetString(RootUnion.Merged(new JsonSlice(Encoding.UTF8.GetBytes(schema))).Raw.Span));

    [Fact]
    public void What_a_schema_requires_of_itself_is_optional_for_Gemini_and_nothing_else_is()
    {
        const string Asked = """{"model":"m","messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{"tree":{"$ref":"#/$defs/node"},"leaf":{"$ref":"#/$defs/leaf"}},"required":["tree","leaf"],"$defs":{"leaf":{"type":"string"},"node":{"type":"object","properties":{"name":{"$ref":"#/$defs/leaf"},"below":{"type":"array","items":{"$ref":"#/$defs/node"}}},"required":["name","below"]}}}}}]}""";
        ArrayBufferWriter<byte> output = new();

        Assert.True(Translating.Read(Operation.ChatCompletions, Asked).TryWrite(Translating.Target(Operation.GenerateContent, "gemini-3-pro-preview"), null, Unsupported.Deny, null, output, out _, out _));
        JsonNode schema = JsonNode.Parse(output.WrittenSpan)!["tools"]![0]!["functionDeclarations"]![0]!["parametersJsonSchema"]!;

        Translating.AssertSame("""["tree","leaf"]""", schema["required"]);
        Translating.AssertSame("""["name"]""", schema["$defs"]!["node"]!["required"]);
    }

    private static JsonObject Write(RequestTranslation request, out IReadOnlyList<string> dropped, params IReadOnlyList<ToolForm> forms) => Write(request, out dropped, forms, "claude-sonnet-4-6");

    private static JsonObject Write(RequestTranslation request, out IReadOnlyList<string> dropped, IReadOnlyList<ToolForm> forms, string model)
    {
        ArrayBufferWriter<byte> output = new();
        Assert.True(request.TryWrite(Translating.Target(Operation.Messages, model), null, Unsupported.Deny, null, output, out dropped, out RequestFault fault, forms), fault.Message);
        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }
}
