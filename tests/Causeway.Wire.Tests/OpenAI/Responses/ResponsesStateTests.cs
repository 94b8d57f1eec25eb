using System.Text.Json.Nodes;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI.Responses;

/// <summary>State of other vendors on its way through a caller of this operation and back.</summary>
public sealed class ResponsesStateTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Trap_6_state_that_belongs_to_a_call_travels_in_the_calls_id(bool sealComesFirst)
    {
        ReasoningSeal seal = new(Protocol.Gemini, SealForm.Signature, "sig/+=");

        JsonObject final = Answering.Stream(sink =>
        {
            sink.Start(default);
            sink.BeginBlock(0, new BlockStart(BlockKind.ToolCall, CallId: "call_1", Name: "f"));
            if (sealComesFirst)
            {
                sink.Seal(0, seal);
            }

            sink.Delta(0, "{}"u8);
            if (!sealComesFirst)
            {
                sink.Seal(0, seal);
            }

            sink.EndBlock(0);
            sink.Stop(0, new ReplyStop(StopKind.ToolUse));
            sink.End();
        }).Final!;

        (string id, ReasoningSeal? back) = CallIds.FromCaller(final["output"]![0]!["call_id"]!.GetValue<string>());
        Assert.Equal("call_1", id);
        Assert.Equal(seal with { Model = "claude-1" }, back);
    }

    [Fact]
    public void Trap_5_a_signature_without_text_is_kept_and_comes_back_to_its_maker_only()
    {
        JsonObject final = Answering.Stream(sink =>
        {
            sink.Start(default);
            sink.BeginBlock(0, new BlockStart(BlockKind.Reasoning));
            sink.Seal(0, new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "sig"));
            sink.EndBlock(0);
            sink.Stop(0, new ReplyStop(StopKind.EndTurn));
            sink.End();
        }).Final!;
        JsonNode item = final["output"]![0]!;
        Assert.Empty(item["summary"]!.AsArray());

        NeutralRequest next = Translating.Read(
            Operation.Responses, new JsonObject { ["model"] = "m", ["input"] = new JsonArray([item.DeepClone()]) }.ToJsonString()).Request;

        ReasoningPart part = Assert.IsType<ReasoningPart>(next.Turns[0].Parts[0]);
        Assert.Equal(new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "sig", "claude-1"), part.Seal);
        Assert.True(part.Seal!.IsFor(new Target { Provider = "a", Operation = Operation.Messages, Model = "claude-1" }));
        Assert.False(part.Seal.IsFor(Translating.Target(Operation.Responses)));
    }
}
