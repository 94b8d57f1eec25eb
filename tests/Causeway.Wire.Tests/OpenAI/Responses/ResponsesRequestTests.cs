using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI.Responses;

/// <summary>Requests of this operation: read, and written back for it.</summary>
public sealed class ResponsesRequestTests
{
    private static readonly string[] Corpus = ["responses-request-text.json", "responses-request-agent.json", "responses-request-state.json"];

    public static TheoryData<string> Files => [.. Corpus];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_request_is_written_back_with_every_field(string file)
    {
        string body = Encoding.UTF8.GetString(Recorded.Bytes(file));
        JsonObject expected = JsonNode.Parse(body)!.AsObject();
        expected["model"] = "model-1";

        JsonObject written = Translating.Request(Operation.Responses, body, Translating.Target(Operation.Responses));

        Translating.AssertSame(expected.ToJsonString(), written);
    }

    [Fact]
    public void Every_concept_of_the_table_is_marked_by_some_request_and_no_other()
    {
        string[] small =
        [
            """{"model":"m","input":"x","tool_choice":"auto","store":false}""",
            """{"model":"m","input":"x","tool_choice":"none"}""",
            """{"model":"m","input":"x","tool_choice":"required"}""",
            """{"model":"m","input":"x","tool_choice":{"type":"function","name":"f"}}""",
        ];
        IEnumerable<string> bodies = small.Concat(Corpus.Select(file => Encoding.UTF8.GetString(Recorded.Bytes(file))));

        HashSet<Concept> marked = [.. bodies.SelectMany(body => Translating.Read(Operation.Responses, body).Request.Uses.Select(use => use.Concept))];

        HashSet<Concept> table = [.. WireFormat.CodecOf(Operation.Responses)!.Fields.Select(use => use.Concept)];
        Assert.Equal(table.Order(), marked.Order());
    }

    [Fact]
    public void Numbers_and_escapes_keep_their_spelling()
    {
        const string Body = """{"model":"m","input":"\u00d6l \/ \"x\"","temperature":0.70,"top_p":1.0e0}""";
        System.Buffers.ArrayBufferWriter<byte> output = new();

        Assert.True(Translating.Read(Operation.Responses, Body).TryWrite(Translating.Target(Operation.Responses), null, Unsupported.Deny, shape: null, output, out _, out _));

        string written = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.Contains("""
            "input":"\u00d6l \/ \"x\"","temperature":0.70,"top_p":1.0e0
            """.Trim(), written, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_release_sets_stands_in_place_of_what_the_caller_sent()
    {
        const string Body = """{"model":"m","instructions":"Be kind.","input":"x","temperature":0.2,"reasoning":{"effort":"low","summary":"auto"},"text":{"verbosity":"high"}}""";
        RequestChanges changes = new() { Prompt = "You are ours.", Temperature = "0.5", TopP = "0.9", MaxOutputTokens = 99, ReasoningEffort = "high", Verbosity = "low", Seed = "7" };

        (JsonObject written, IReadOnlyList<string> dropped) =
            Translating.RequestWithDropped(Operation.Responses, Body, Translating.Target(Operation.Responses), Unsupported.Drop, changes);

        Translating.AssertSame(
            """
            {"model":"model-1","instructions":"You are ours.\n\nBe kind.","input":"x","temperature":0.5,"reasoning":{"summary":"auto","effort":"high"},
             "text":{"verbosity":"low"},"top_p":0.9,"max_output_tokens":99}
            """,
            written);
        Assert.Equal(["parameters.seed"], dropped);
    }

    [Fact]
    public void What_the_release_sets_is_added_where_the_caller_said_nothing()
    {
        RequestChanges changes = new() { Prompt = "You are ours.", ReasoningEffort = "none", Verbosity = "low", Temperature = "1" };

        JsonObject written = Translating.Request(
            Operation.Responses, """{"model":"m","input":[{"role":"user","content":"x"}]}""", Translating.Target(Operation.Responses), changes: changes);

        Translating.AssertSame(
            """
            {"model":"model-1","input":[{"role":"user","content":"x"}],"instructions":"You are ours.","temperature":1,"reasoning":{"effort":"none"},"text":{"verbosity":"low"}}
            """,
            written);
    }

    [Fact]
    public void What_the_release_sets_goes_only_to_models_that_take_it()
    {
        const string Body = """{"model":"m","input":"x","temperature":0.2}""";
        RequestChanges changes = new() { Temperature = "0.5", MaxOutputTokens = 1, ReasoningEffort = "max" };

        (JsonObject written, IReadOnlyList<string> dropped) =
            Translating.RequestWithDropped(Operation.Responses, Body, Translating.Target(Operation.Responses, "gpt-5.1"), Unsupported.Drop, changes);
        JsonObject callers = Translating.Request(Operation.Responses, Body, Translating.Target(Operation.Responses, "gpt-5.1"));

        Translating.AssertSame("""{"model":"gpt-5.1","input":"x","max_output_tokens":16,"reasoning":{"effort":"high"}}""", written);
        Assert.Equal(["parameters.temperature"], dropped);
        Translating.AssertSame("""{"model":"gpt-5.1","input":"x","temperature":0.2}""", callers);
    }

    [Fact]
    public void Calls_of_a_turn_and_their_results_are_read_as_one_turn_each()
    {
        NeutralRequest request = Translating.Read(Operation.Responses, Encoding.UTF8.GetString(Recorded.Bytes("responses-request-agent.json"))).Request;

        string shape = string.Join(" ", request.Turns.Select(turn => $"{turn.Role}[{string.Join(",", turn.Parts.Select(part => part.GetType().Name.Replace("Part", "", StringComparison.Ordinal)))}]"));

        Assert.Equal(
            "System[Text] System[Text] User[Text,Media,Media] Assistant[Reasoning,Text,ToolCall,ToolCall] User[ToolResult,ToolResult] "
            + "Assistant[ToolCall] User[ToolResult] Assistant[Refusal] User[Text]",
            shape);
        Assert.Equal("Look up trains.\n\nThen book.", Assert.IsType<ReasoningPart>(request.Turns[3].Parts[0]).Text.Text());
    }

    [Theory]
    [InlineData("""{"model":"m"}""", "input")]
    [InlineData("""{"model":"m","input":[{"role":"robot","content":"x"}]}""", "input[0].role")]
    [InlineData("""{"model":"m","input":[{"role":"user"}]}""", "input[0].content")]
    [InlineData("""{"model":"m","input":[{"type":"function_call","name":"f","arguments":"{}"}]}""", "input[0].call_id")]
    [InlineData("""{"model":"m","input":"x","tools":[{"type":"function","parameters":{}}]}""", "tools[0].name")]
    [InlineData("""{"model":"m","input":"x","tool_choice":{"type":"function"}}""", "tool_choice.name")]
    [InlineData("""{"model":"m","input":"x","instructions":["y"]}""", "instructions")]
    [InlineData("""{"model":"m","input":"x","temperature":0.5,"max_output_tokens":"many"}""", null)]
    public void A_request_that_makes_no_sense_names_the_field_at_fault(string body, string? param)
    {
        Assert.False(RequestTranslation.TryRead(Operation.Responses, Encoding.UTF8.GetBytes(body), stream: false, out _, out var fault));

        Assert.Equal("field_invalid", fault.Code);
        Assert.Equal(param, fault.Param);
    }

    [Fact]
    public void A_long_history_is_noted_once()
    {
        string items = string.Join(",", Enumerable.Repeat("""{"role":"user","content":[{"type":"input_text","text":"x"}]},{"role":"assistant","content":"y"}""", 100));

        NeutralRequest request = Translating.Read(Operation.Responses, $$"""{"model":"m","input":[{{items}},{"role":"user","content":"z"}]}""").Request;

        Assert.Equal([new Use(Concept.Text, "input[0].content[0].text")], request.Uses);
    }

    [Fact]
    public void What_the_vendors_SDK_adds_to_an_answer_is_no_field_of_the_request_that_brings_it_back()
    {
        const string Body = """
            {"model":"m","input":[{"role":"user","content":"hi"},
             {"type":"message","role":"assistant","content":[{"type":"output_text","text":"{}","parsed":{}}]},
             {"type":"function_call","call_id":"c","name":"f","arguments":"{\"a\":1}","parsed_arguments":{"a":1}},
             {"type":"function_call_output","call_id":"c","output":"x"}]}
            """;

        NeutralRequest request = Translating.Read(Operation.Responses, Body).Request;

        Assert.DoesNotContain(Concept.Unknown, request.Uses.Select(use => use.Concept));
    }
}
