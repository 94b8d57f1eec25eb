using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Tests.Neutral;
using Causeway.Wire.Usage;
using CsCheck;

namespace Causeway.Wire.Tests.Bedrock.Converse;

/// <summary>Replies of Converse, read and written.</summary>
public sealed class ConverseReplyTests
{
    private const string ChatAsked = """{"model":"ch","messages":[{"role":"user","content":"hi"}]}""";

    private static readonly Codec Codec = WireFormat.CodecOf(Operation.Converse)!;

    [Fact]
    public void A_plain_reply_comes_back_with_every_block_and_count()
    {
        string reply = Encoding.UTF8.GetString(Recorded.Bytes("converse-reply-blocks.json"));
        JsonObject expected = JsonNode.Parse(reply)!.AsObject();
        expected.Remove("metrics");
        expected.Remove("trace");

        Translating.AssertSame(expected.ToJsonString(), Translating.Reply(Operation.Converse, ConverseFrames.Asked, ConverseFrames.Target, reply));
    }

    [Fact]
    public void Frames_cut_at_any_byte_are_written_the_same()
    {
        byte[] frames = ConverseFrames.Of(Encoding.UTF8.GetString(Recorded.Bytes("converse-reply-blocks.sse")));
        byte[] whole = ConverseFrames.Translate(Operation.ConverseStream, ConverseFrames.Asked, frames);

        for (int piece = 1; piece < frames.Length; piece = piece < 80 ? piece + 1 : piece * 2)
        {
            Assert.Equal(whole, ConverseFrames.Translate(Operation.ConverseStream, ConverseFrames.Asked, frames, piece));
        }
    }

    [Theory]
    [InlineData(Operation.ChatCompletions, ChatAsked)]
    [InlineData(Operation.Messages, """{"model":"ch","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""")]
    public void Every_caller_gets_its_own_events_of_frames_cut_at_any_byte(Operation caller, string asked)
    {
        byte[] frames = ConverseFrames.Of(Encoding.UTF8.GetString(Recorded.Bytes("converse-reply-blocks.sse")));
        byte[] whole = ConverseFrames.Translate(caller, asked, frames);

        Assert.Equal(whole, ConverseFrames.Translate(caller, asked, frames, 1));
        Assert.Contains("get_weather", Encoding.UTF8.GetString(whole));
        Assert.DoesNotContain("abcdefghijklmno", Encoding.UTF8.GetString(whole)); // Padding.
    }

    [Fact]
    public void An_accumulated_stream_is_the_plain_reply()
    {
        JsonObject plain = Translating.Reply(Operation.Converse, ConverseFrames.Asked, ConverseFrames.Target, Encoding.UTF8.GetString(Recorded.Bytes("converse-reply-blocks.json")));
        byte[] frames = ConverseFrames.Of(Encoding.UTF8.GetString(Recorded.Bytes("converse-reply-blocks.sse")));

        byte[] stream = ConverseFrames.Translate(Operation.ConverseStream, ConverseFrames.Asked, frames);

        Translating.AssertSame(plain.ToJsonString(), ConverseFrames.Accumulate(ConverseFrames.Read(stream)));
    }

    [Fact]
    public void Any_reply_streamed_and_accumulated_is_the_plain_one()
    {
        Gen<(BlockKind Kind, string[] Pieces, bool Seal)> block = Gen.Select(
            Gen.OneOf(BlockKind.Text, BlockKind.Reasoning, BlockKind.ToolCall, BlockKind.Refusal), Gen.OneOf("a", "\\\"", " \\u00fc", "列", "").Array[0, 5], Gen.Bool);

        block.Array[0, 6].Sample(
            blocks =>
            {
                NeutralReply reply = new();
                Play(reply, blocks);
                ArrayBufferWriter<byte> stream = new();
                Play(Codec.EventWriter(Context(), stream), blocks);

                Translating.AssertSame(Written(reply).ToJsonString(), ConverseFrames.Accumulate(ConverseFrames.Read(stream.WrittenSpan)));
            },
            iter: 500,
            threads: 1);
    }

    [Theory]
    [InlineData("end_turn", StopKind.EndTurn)]
    [InlineData("stop_sequence", StopKind.StopSequence)]
    [InlineData("max_tokens", StopKind.MaxTokens)]
    [InlineData("model_context_window_exceeded", StopKind.ContextWindow)]
    [InlineData("tool_use", StopKind.ToolUse)]
    [InlineData("content_filtered", StopKind.ContentFilter)]
    [InlineData("guardrail_intervened", StopKind.ContentFilter)]
    [InlineData("malformed_tool_use", StopKind.MalformedToolCall)]
    [InlineData("malformed_model_output", StopKind.MalformedToolCall)]
    internal void A_reason_is_written_as_it_is_read(string word, StopKind kind)
    {
        string reply = $$$"""{"output":{"message":{"role":"assistant","content":[]}},"stopReason":"{{{word}}}","additionalModelResponseFields":{"stop_sequence":"END"},"usage":{"inputTokens":1,"outputTokens":2}}""";
        NeutralReply read = new();
        using (JsonBody body = new(Encoding.UTF8.GetBytes(reply)))
        {
            Codec.ReadReply(body, read, ConverseFrames.Target);
        }

        Assert.Equal(kind, read.Stops[0].Kind);
        Assert.Equal(kind == StopKind.StopSequence ? "END" : null, read.Stops[0].Sequence);
        Assert.Equal(word, (string?)Written(read)["stopReason"]);
    }

    [Theory]
    [InlineData("throttlingException", """{"message":"slow down"}""", ErrorKind.RateLimited, "slow down")]
    [InlineData("serviceUnavailableException", "{}", ErrorKind.Overloaded, null)]
    [InlineData("modelTimeoutException", "", ErrorKind.Timeout, null)]
    [InlineData("validationException", """{"message":"prompt is too long: 9"}""", ErrorKind.Malformed, "prompt is too long: 9")]
    [InlineData("modelStreamErrorException", """{"message":"m","originalStatusCode":500}""", ErrorKind.UpstreamFailed, "m")]
    [InlineData("internalServerException", "no json", ErrorKind.UpstreamFailed, null)]
    [InlineData("InternalFailure", "", ErrorKind.UpstreamFailed, null)]
    public void An_exception_ends_the_stream_with_an_error_and_no_terminator(string type, string payload, ErrorKind kind, string? message)
    {
        NeutralReply reply = new();
        ReplyEvents events = Codec.Events(reply, ConverseFrames.Target);
        events.Read("messageStart"u8, Encoding.UTF8.GetBytes("""{"role":"assistant"}"""));

        events.Read(Encoding.UTF8.GetBytes(type), Encoding.UTF8.GetBytes(payload));

        Assert.True(events.Ended);
        Assert.Equal(kind, reply.Failure!.Value.Kind);
        Assert.Contains(message ?? "no message", reply.Failure.Value.Message);
    }

    [Fact]
    public void A_failure_leaves_as_an_exception_and_nothing_after_it()
    {
        byte[] frames = [.. ConverseFrames.Of("event: messageStart\ndata: {}\n\n"), .. EventStream.EventStreamWriter.Exception("throttlingException", """{"message":"slow down"}""")];

        List<(string Name, JsonNode Data)> events = ConverseFrames.Read(ConverseFrames.Translate(Operation.ConverseStream, ConverseFrames.Asked, frames));

        Assert.Equal(["messageStart", "throttlingException"], events.Select(e => e.Name));
        Assert.Equal("slow down", (string?)events[1].Data["message"]);
    }

    [Theory]
    [InlineData("messageStop", false)]
    [InlineData("metadata", false)]
    [InlineData("messageStop metadata", true)]
    [InlineData("metadata messageStop", true)]
    public void A_stream_is_whole_with_both_its_stop_and_its_metadata_in_any_order(string last, bool whole)
    {
        NeutralReply reply = new();
        ReplyEvents events = Codec.Events(reply, ConverseFrames.Target);
        foreach (string name in last.Split(' '))
        {
            events.Read(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes("""{"stopReason":"end_turn","usage":{"inputTokens":1,"outputTokens":2}}"""));
        }

        Assert.Equal((whole, whole), (events.Ended, events.Close()));
    }

    [Fact]
    public void An_event_allocates_less_than_a_kibibyte()
    {
        ArrayBufferWriter<byte> output = new(1 << 16);
        ReplyEvents events = Codec.Events(Codec.EventWriter(Context(), output), ConverseFrames.Target);
        byte[] delta = [.. """{"contentBlockIndex":0,"delta":{"text":"some words \u00fc"},"p":"abcdefghijklmnopqrstuv"}"""u8];
        events.Read("messageStart"u8, """{"role":"assistant"}"""u8.ToArray());
        for (int i = 0; i < 100; i++)
        {
            events.Read("contentBlockDelta"u8, delta);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            output.ResetWrittenCount();
            events.Read("contentBlockDelta"u8, delta);
        }

        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / 10_000, 0, 512);
    }

    private static ReplyContext Context() => new()
    {
        RequestId = Translating.RequestId,
        Target = ConverseFrames.Target,
        Request = Translating.Read(Operation.Converse, ConverseFrames.Asked).Request,
        Created = Translating.Created,
        EstimatedInputTokens = 7,
    };

    private static JsonObject Written(NeutralReply reply)
    {
        ArrayBufferWriter<byte> output = new();
        using (System.Text.Json.Utf8JsonWriter json = new(output))
        {
            Codec.WriteReply(reply, Context(), json);
        }

        return JsonNode.Parse(output.WrittenSpan)!.AsObject();
    }

    private static void Play(ReplySink sink, (BlockKind Kind, string[] Pieces, bool Seal)[] blocks)
    {
        sink.Start(default);
        for (int i = 0; i < blocks.Length; i++)
        {
            bool isCall = blocks[i].Kind == BlockKind.ToolCall;
            sink.BeginBlock(i, new BlockStart(blocks[i].Kind, CallId: isCall ? $"call_{i}" : null, Name: isCall ? "f" : null));
            foreach (string piece in isCall ? ["{\\\"a\\\":\\\"", .. blocks[i].Pieces.Where(piece => piece != "\\\""), "\\\"}"] : blocks[i].Pieces)
            {
                sink.Delta(i, Encoding.UTF8.GetBytes(piece));
            }

            if (blocks[i].Kind == BlockKind.Reasoning && blocks[i].Seal)
            {
                bool isRedacted = blocks[i].Pieces.All(piece => piece.Length == 0);
                sink.Seal(i, new ReasoningSeal(Protocol.Bedrock, isRedacted ? SealForm.Redacted : SealForm.Signature, "c2VhbA=="));
            }

            sink.EndBlock(i);
        }

        sink.Stop(0, new ReplyStop(StopKind.EndTurn));
        sink.Usage(new TokenUsage(1, 2, 3, 4, 0, 0, 5, 0));
        sink.End();
    }
}
