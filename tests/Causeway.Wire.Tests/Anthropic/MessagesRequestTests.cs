using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.Anthropic;

public sealed partial class MessagesRequestTests
{
    [Theory]
    [InlineData("messages-request-full.json", "claude-sonnet-4-6")]
    [InlineData("messages-request-plain.json", "claude-opus-5-5")]
    [InlineData("messages-request-unknown.json", "claude-opus-5")]
    public void A_request_written_back_to_its_own_protocol_keeps_every_field(string file, string model)
    {
        string body = Encoding.UTF8.GetString(Recorded.Bytes(file));

        (JsonObject written, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.Messages, body, Foreign.Target(model));

        Assert.Empty(dropped);
        JsonObject expected = JsonNode.Parse(body)!.AsObject();
        foreach (string name in expected.Where(member => member.Value is JsonArray { Count: 0 }).Select(member => member.Key).ToList())
        {
            expected.Remove(name); // An empty list of tools is none.
        }

        Translating.AssertSame(expected.ToJsonString(), written);
    }

    [Fact]
    public void Numbers_and_escapes_stay_as_they_were_spelled()
    {
        string body = Encoding.UTF8.GetString(Recorded.Bytes("messages-request-full.json"));
        ArrayBufferWriter<byte> output = new();

        Assert.True(Translating.Read(Operation.Messages, body, stream: true).TryWrite(Foreign.Target("claude-sonnet-4-6"), null, Unsupported.Deny, shape: null, output, out _, out _));

        string written = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.All(["1.0", "0.95e0", "1.50", "\\u00e9\\/", "END \\u00fc", "EqQBCgIYAhIkMWVjZW=="], spelling => Assert.Contains(spelling, written));
    }

    [Fact]
    public void Every_member_that_is_read_is_listed_with_its_concept()
    {
        IEnumerable<string> marks = new[] { "messages-request-full.json", "messages-request-plain.json", "messages-request-unknown.json" }
            .SelectMany(Marks)
            .Where(use => use.Concept != Concept.Unknown)
            .Select(use => $"{use.Concept} {Index().Replace(use.Path, "[]")}")
            .Concat(ChoicesAndThinking())
            .Distinct();

        HashSet<string> listed = [.. Foreign.Messages.Fields.Select(use => $"{use.Concept} {use.Path}")];
        Assert.Subset(listed, marks.ToHashSet());
        Assert.Equal(
            Foreign.Messages.Fields.Select(use => use.Concept).Distinct().Order(),
            marks.Select(mark => Enum.Parse<Concept>(mark.Split(' ')[0])).Distinct().Order());
    }

    [Fact]
    public void A_member_that_nobody_knows_is_named_wherever_it_stands()
    {
        string[] unknown = [.. Marks("messages-request-unknown.json").Where(use => use.Concept == Concept.Unknown).Select(use => use.Path).Order()];

        Assert.Equal(
            [
                "later", "messages[0].content[0].lang", "messages[0].content[1]", "messages[0].content[2].source", "messages[0].weight",
                "metadata.note", "output_config.style", "thinking.soft", "tool_choice.why", "tools[0].colour",
            ],
            unknown);
    }

    [Theory]
    [InlineData("""{"model":"m","max_tokens":1}""", "messages")]
    [InlineData("""{"model":"m","messages":[{"role":"robot","content":"a"}]}""", "messages[0].role")]
    [InlineData("""{"model":"m","messages":[{"role":"user"}]}""", "messages[0].content")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"text":"a"}]}]}""", "messages[0].content[0].type")]
    [InlineData("""{"model":"m","messages":[{"role":"assistant","content":[{"type":"tool_use","name":"f"}]}]}""", "messages[0].content[0].id")]
    [InlineData("""{"model":"m","messages":[],"temperature":"hot"}""", "temperature")]
    [InlineData("""{"model":"m","messages":[],"tool_choice":{"type":"maybe"}}""", "tool_choice.type")]
    [InlineData("""{"model":"m","messages":[],"max_tokens":"many"}""", null)]
    public void A_request_that_makes_no_sense_names_the_member_at_fault(string body, string? param)
    {
        Assert.False(RequestTranslation.TryRead(Operation.Messages, Encoding.UTF8.GetBytes(body), stream: false, out _, out RequestFault fault));

        Assert.Equal(("field_invalid", param), (fault.Code, fault.Param));
    }

    [Fact]
    public void A_release_adds_its_prompt_and_its_effort_and_leaves_the_rest()
    {
        string body = """{"model":"ch","max_tokens":9000,"system":"Be kind.","thinking":{"type":"enabled","budget_tokens":4000},"output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}},"messages":[{"role":"user","content":"hi"}]}""";
        RequestChanges changes = new() { Prompt = "You are Ada.", ReasoningEffort = "high", Verbosity = "low", StopSequences = ["X"], Temperature = "0.5" };

        (JsonObject written, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.Messages, body, Foreign.Target("claude-opus-5-5"), Unsupported.Drop, changes);

        Translating.AssertSame(
            """
            {"model":"claude-opus-5-5","max_tokens":9000,"stop_sequences":["X"],"thinking":{"type":"adaptive","display":"summarized"},
             "output_config":{"effort":"high","format":{"type":"json_schema","schema":{"type":"object"}}},
             "system":[{"type":"text","text":"You are Ada."},{"type":"text","text":"Be kind."},{"type":"text","text":"Keep the answer short."}],
             "messages":[{"role":"user","content":"hi"}]}
            """,
            written);
        Assert.Equal(["parameters.temperature"], dropped);
    }

    [Fact]
    public void Claude_on_Vertex_gets_a_version_and_no_model()
    {
        Target vertex = Foreign.Target("claude-haiku-4-5@20251001") with { Platform = Platform.Vertex };
        string body = """{"model":"claude-haiku-4-5","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""";

        JsonObject own = Translating.Request(Operation.Messages, body, vertex);
        JsonObject foreign = Foreign.Body(Foreign.Request(Foreign.Says(Role.User, Foreign.Text("hi"))), vertex);

        Assert.All([own, foreign], written => Assert.Equal("vertex-2023-10-16", written["anthropic_version"]!.GetValue<string>()));
        Assert.All([own, foreign], written => Assert.False(written.ContainsKey("model")));
        Assert.Equal(64_000, foreign["max_tokens"]!.GetValue<long>());
    }

    private static IEnumerable<Use> Marks(string file) => Translating.Read(Operation.Messages, Encoding.UTF8.GetString(Recorded.Bytes(file))).Request.Uses;

    /// <summary>Members of which a request can have one only.</summary>
    private static IEnumerable<string> ChoicesAndThinking() =>
        new[]
        {
            """{"tool_choice":{"type":"any"}""", """{"tool_choice":{"type":"tool","name":"f"}""", """{"tool_choice":{"type":"auto"}""",
            """{"thinking":{"type":"disabled"}""", """{"thinking":{"type":"between_tools"}""",
            """{"thinking":{"type":"enabled","budget_tokens":1024}""", """{"system":"a","output_format":{"type":"json_schema","schema":{}}""",
        }
        .SelectMany(body => Translating.Read(Operation.Messages, body + ""","messages":[]}""").Request.Uses)
        .Select(use => $"{use.Concept} {use.Path}");

    [GeneratedRegex(@"\[\d+\]", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Index();
}
