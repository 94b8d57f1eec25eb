using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Causeway.Wire.Neutral;
using Causeway.Wire.Requests;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.Bedrock.Converse;

/// <summary>Requests of Converse, read, and written back to it.</summary>
public sealed partial class ConverseRequestTests
{
    private static readonly string[] Corpus = ["converse-request-full.json", "converse-request-plain.json", "converse-request-unknown.json"];

    private static readonly Target Claude = Translating.Target(Operation.Converse, "us.anthropic.claude-sonnet-4-5-20250929-v1:0");

    [Theory]
    [InlineData("converse-request-full.json", Operation.Converse)]
    [InlineData("converse-request-full.json", Operation.ConverseStream)]
    [InlineData("converse-request-plain.json", Operation.Converse)]
    [InlineData("converse-request-unknown.json", Operation.ConverseStream)]
    public void A_request_written_back_to_its_own_protocol_keeps_every_field(string file, Operation operation)
    {
        string body = Encoding.UTF8.GetString(Recorded.Bytes(file));

        (JsonObject written, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.Converse, body, Claude with { Operation = operation });

        Assert.Empty(dropped);
        Translating.AssertSame(body, written);
    }

    [Fact]
    public void Numbers_and_escapes_stay_as_they_were_spelled()
    {
        ArrayBufferWriter<byte> output = new();

        Assert.True(Translating.Read(Operation.Converse, Encoding.UTF8.GetString(Recorded.Bytes("converse-request-full.json")))
            .TryWrite(Claude, null, Unsupported.Deny, shape: null, output, out _, out _));

        string written = Encoding.UTF8.GetString(output.WrittenSpan);
        Assert.All(["1.0", "0.95e0", "1.50", "1e1", "\\u00e9\\/", "END \\u00fc", "thinking \\u0031"], spelling => Assert.Contains(spelling, written));
    }

    [Fact]
    public void Every_member_that_is_read_is_listed_with_its_concept()
    {
        IReadOnlyList<Use> fields = WireFormat.CodecOf(Operation.Converse)!.Fields;

        string[] marks = [.. Corpus.SelectMany(Marks).Where(use => use.Concept != Concept.Unknown).Select(use => $"{use.Concept} {Index().Replace(use.Path, "[]")}").Distinct()];

        Assert.Empty(marks.Except(fields.Select(use => $"{use.Concept} {use.Path}")));
        Assert.Equal(
            fields.Select(use => use.Concept).Distinct().Order(),
            marks.Select(mark => Enum.Parse<Concept>(mark.Split(' ')[0])).Distinct().Order());
    }

    [Fact]
    public void A_member_that_nobody_knows_is_named_wherever_it_stands()
    {
        string[] unknown = [.. Marks("converse-request-unknown.json").Where(use => use.Concept == Concept.Unknown).Select(use => use.Path).Order(StringComparer.Ordinal)];

        Assert.Equal(
            [
                "additionalModelRequestFields.reasoning_effort", "additionalModelRequestFields.thinking.soft", "inferenceConfig.warmth", "later",
                "messages[0].content[0].lang", "messages[0].content[1].smell", "messages[0].content[2].image.depth",
                "messages[0].content[2].image.source", "messages[0].content[3].toolUse.mood", "messages[0].content[4].toolResult.took",
                "messages[0].weight", "outputConfig.style", "serviceTier.until", "system[0].hologram", "toolConfig.limit",
                "toolConfig.tools[0].toolSpec.colour", "toolConfig.tools[1]",
            ],
            unknown);
    }

    [Theory]
    [InlineData("{}", "messages")]
    [InlineData("""{"messages":[{"role":"robot","content":[]}]}""", "messages[0].role")]
    [InlineData("""{"messages":[{"role":"user"}]}""", "messages[0].content")]
    [InlineData("""{"messages":[{"role":"user","content":[{"toolUse":{"name":"f"}}]}]}""", "messages[0].content[0].toolUse.toolUseId")]
    [InlineData("""{"messages":[],"toolConfig":{"toolChoice":{"none":{}}}}""", "toolConfig.toolChoice")]
    [InlineData("""{"messages":[],"inferenceConfig":{"temperature":"warm"}}""", "inferenceConfig.temperature")]
    [InlineData("""{"messages":[],"outputConfig":{"textFormat":{"structure":{"jsonSchema":{"schema":"nonsense"}}}}}""", "outputConfig.textFormat.structure.jsonSchema.schema")]
    public void A_request_that_makes_no_sense_is_refused_with_the_place(string body, string param)
    {
        Assert.False(RequestTranslation.TryRead(Operation.Converse, Encoding.UTF8.GetBytes(body), stream: false, out _, out RequestFault fault));
        Assert.Equal(("field_invalid", param), (fault.Code, fault.Param));
    }

    [Fact]
    public void A_release_changes_its_own_values_and_nothing_else()
    {
        RequestChanges changes = new() { Prompt = "Be kind.", MaxOutputTokens = 9, TopK = "7", ReasoningEffort = "low", Temperature = "1", StopSequences = ["X"] };

        JsonObject written = Translating.Request(
            Operation.Converse,
            """{"messages":[{"role":"user","content":[{"text":"hi"}]}],"additionalModelRequestFields":{"anthropic_beta":["b"]},"inferenceConfig":{"topP":1}}""",
            Translating.Target(Operation.Converse, "amazon.nova-pro-v1:0"),
            changes: changes);

        Translating.AssertSame(
            """
            {"system":[{"text":"Be kind."}],"messages":[{"role":"user","content":[{"text":"hi"}]}],"outputConfig":{"effort":"low"},
             "inferenceConfig":{"maxTokens":9,"temperature":1,"topP":1,"stopSequences":["X"]},
             "additionalModelRequestFields":{"inferenceConfig":{"topK":7},"anthropic_beta":["b"]}}
            """,
            written);
    }

    [Fact]
    public void State_and_ids_of_other_vendors_do_not_go_back_to_Bedrock()
    {
        string foreign = new ReasoningSeal(Protocol.OpenAI, SealForm.Encrypted, "secret").ToEnvelope();
        string id = CallIds.ToCaller("call_1", new ReasoningSeal(Protocol.Gemini, SealForm.Signature, "sig"));

        (JsonObject written, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(
            Operation.Converse,
            $$$$"""
            {"messages":[{"role":"user","content":[{"text":"hi"}]},
             {"role":"assistant","content":[{"reasoningContent":{"reasoningText":{"text":"t","signature":"{{{{foreign}}}}"}}},{"toolUse":{"toolUseId":"{{{{id}}}}","name":"f","input":{}}}]},
             {"role":"user","content":[{"toolResult":{"toolUseId":"{{{{id}}}}","content":[{"text":"ok"}]}}]}]}
            """,
            Claude);

        Assert.Equal(["messages[1].content[0].reasoningContent"], dropped);
        Assert.Equal("call_1", (string?)written["messages"]![1]!["content"]![0]!["toolUse"]!["toolUseId"]);
        Assert.Equal("call_1", (string?)written["messages"]![2]!["content"]![0]!["toolResult"]!["toolUseId"]);
    }

    private static List<Use> Marks(string file) => Translating.Read(Operation.Converse, Encoding.UTF8.GetString(Recorded.Bytes(file))).Request.Uses;

    [GeneratedRegex(@"\[\d+\]", RegexOptions.NonBacktracking)]
    private static partial Regex Index();
}
