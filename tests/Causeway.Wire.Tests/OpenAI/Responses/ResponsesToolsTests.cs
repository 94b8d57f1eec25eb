using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI.Responses;

/// <summary>Tools, choices among them and ids of calls, of other protocols' requests.</summary>
public sealed class ResponsesToolsTests
{
    [Fact]
    public void Trap_14_strict_is_always_said_since_leaving_it_out_means_something_else_here()
    {
        NeutralRequest request = Writing.Request();
        request.Tools.Add(new ToolDefinition(ToolKind.Function) { Name = JsonSlice.Of("a"), Schema = Writing.Raw("""{"type":"object"}""") });
        request.Tools.Add(new ToolDefinition(ToolKind.Function) { Name = JsonSlice.Of("b"), Strict = true });

        Translating.AssertSame(
            """
            [{"type":"function","name":"a","parameters":{"type":"object"},"strict":false},
             {"type":"function","name":"b","parameters":{"type":"object","properties":{}},"strict":true}]
            """,
            Writing.Body(request)["tools"]);
    }

    [Fact]
    public void Choices_among_tools_are_flat_and_name_the_kind()
    {
        NeutralRequest request = Writing.Request();
        request.Tools.Add(new ToolDefinition(ToolKind.Function) { Name = JsonSlice.Of("f") });
        request.Tools.Add(new ToolDefinition(ToolKind.Custom) { Name = JsonSlice.Of("sql"), Raw = Writing.Raw("""{"type":"grammar","grammar":{"syntax":"lark","definition":"s"}}""") });

        request.ToolChoice = new ToolChoice(ToolChoiceMode.Required, Allowed: [JsonSlice.Of("f"), JsonSlice.Of("sql")]);
        JsonObject subset = Writing.Body(request);
        request.ToolChoice = new ToolChoice(ToolChoiceMode.Named, JsonSlice.Of("f"));
        JsonObject named = Writing.Body(request);

        Translating.AssertSame("""{"type":"allowed_tools","mode":"required","tools":[{"type":"function","name":"f"},{"type":"custom","name":"sql"}]}""", subset["tool_choice"]);
        Translating.AssertSame("""{"type":"function","name":"f"}""", named["tool_choice"]);
        Translating.AssertSame("""{"type":"custom","name":"sql","format":{"type":"grammar","syntax":"lark","definition":"s"}}""", named["tools"]![1]);
    }

    [Fact]
    public void Ids_that_are_too_long_are_shortened_alike_for_call_and_result_and_carried_state_is_opened()
    {
        string longId = new('x', 80);
        ReasoningSeal own = new(Protocol.OpenAI, SealForm.Encrypted, "gAAA", "gpt-6-luna", "rs_9");
        string carrying = CallIds.ToCaller("call_9", own);
        NeutralRequest request = Writing.Request(
            Writing.With(Role.Assistant, new ToolCallPart(longId, JsonSlice.Of("f"), default), new ToolCallPart(carrying, JsonSlice.Of("g"), default)),
            Writing.With(Role.User, new ToolResultPart(longId), new ToolResultPart(carrying)));

        JsonArray input = Writing.Body(request, "gpt-6-luna")["input"]!.AsArray();

        Assert.Equal("rs_9", input[1]!["id"]!.GetValue<string>());
        Assert.Equal("call_9", input[2]!["call_id"]!.GetValue<string>());
        Assert.Equal("call_9", input[4]!["call_id"]!.GetValue<string>());
        Assert.True(input[0]!["call_id"]!.GetValue<string>().Length <= 64);
        Assert.Equal(input[0]!["call_id"]!.GetValue<string>(), input[3]!["call_id"]!.GetValue<string>());
    }

    [Fact]
    public void A_schema_in_Geminis_spelling_becomes_JSON_Schema()
    {
        NeutralRequest request = Writing.Request();
        request.Tools.Add(new ToolDefinition(ToolKind.Function)
        {
            Name = JsonSlice.Of("f"),
            SchemaIsOpenApi = true,
            Schema = Writing.Raw("""{"type":"OBJECT","propertyOrdering":["a"],"properties":{"a":{"type":"ARRAY","minItems":"1","items":{"type":"STRING","nullable":true}},"type":{"anyOf":[{"type":"INTEGER"}]}}}"""),
        });

        Translating.AssertSame(
            """{"type":"object","properties":{"a":{"type":"array","minItems":1,"items":{"type":["string","null"]}},"type":{"anyOf":[{"type":"integer"}]}}}""",
            Writing.Body(request)["tools"]![0]!["parameters"]);
    }
}
