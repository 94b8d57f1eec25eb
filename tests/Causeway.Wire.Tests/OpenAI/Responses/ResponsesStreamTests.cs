using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Tests.Neutral;
using Causeway.Wire.Usage;
using CsCheck;

namespace Causeway.Wire.Tests.OpenAI.Responses;

/// <summary>Streams for callers of this operation, from replies made by hand as if another protocol's reader had read them.</summary>
public sealed class ResponsesStreamTests
{
    private static readonly Codec Codec = WireFormat.CodecOf(Operation.Responses)!;

    [Fact]
    public void Each_call_of_a_reply_leaves_its_events_at_once_and_in_order()
    {
        ArrayBufferWriter<byte> output = new();
        ReplySink sink = Codec.EventWriter(Answering.Context(), output);

        sink.Start(new ReplyStart("msg_1", "claude-1"));
        Assert.Equal(["response.created", "response.in_progress"], Names(output));
        sink.BeginBlock(0, new BlockStart(BlockKind.Reasoning));
        Assert.Equal(["response.output_item.added"], Names(output));
        sink.Delta(0, "hm"u8);
        Assert.Equal(["response.reasoning_summary_part.added", "response.reasoning_summary_text.delta"], Names(output));
        sink.Seal(0, new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "sig"));
        sink.EndBlock(0);
        Assert.Equal(["response.reasoning_summary_text.done", "response.reasoning_summary_part.done", "response.output_item.done"], Names(output));
        sink.BeginBlock(1, new BlockStart(BlockKind.Text));
        Assert.Equal(["response.output_item.added", "response.content_part.added"], Names(output));
        sink.Delta(1, "Hi"u8);
        Assert.Equal(["response.output_text.delta"], Names(output));
        sink.EndBlock(1);
        Assert.Equal(["response.output_text.done", "response.content_part.done"], Names(output));
        sink.BeginBlock(2, new BlockStart(BlockKind.ToolCall, CallId: "toolu_1", Name: "f"));
        Assert.Equal(["response.output_item.done"], Names(output));
        sink.Delta(2, "{\\\"a\\\""u8);
        sink.Delta(2, ":1}"u8);
        Assert.Equal(["response.output_item.added", "response.function_call_arguments.delta"], Names(output));
        sink.EndBlock(2);
        Assert.Equal(["response.function_call_arguments.done"], Names(output));
        sink.Stop(0, new ReplyStop(StopKind.ToolUse));
        Assert.Equal(["response.output_item.done"], Names(output));
        sink.Usage(new TokenUsage(10, 20, 3, 4, 0, 0, 5, 2));
        sink.End();
        Assert.Equal(["response.completed"], Names(output));
    }

    [Fact]
    public void Usage_of_a_vendor_that_counts_its_cache_beside_the_input_is_added_up()
    {
        JsonObject final = Answering.Stream(sink =>
        {
            sink.Start(default);
            sink.Usage(new TokenUsage(10, 20, 3, 4, 0, 0, 5, 2));
            sink.Stop(0, new ReplyStop(StopKind.EndTurn));
            sink.End();
        }).Final!;

        Translating.AssertSame(
            """{"input_tokens":37,"input_tokens_details":{"cached_tokens":20,"cache_write_tokens":7},"output_tokens":5,"output_tokens_details":{"reasoning_tokens":2},"total_tokens":42}""",
            final["usage"]);
    }

    [Fact]
    public void Interleaved_calls_are_announced_in_their_order_and_filled_side_by_side()
    {
        JsonObject final = Answering.Stream(sink =>
        {
            sink.Start(default);
            sink.BeginBlock(0, new BlockStart(BlockKind.ToolCall, CallId: "call_a", Name: "a"));
            sink.BeginBlock(1, new BlockStart(BlockKind.ToolCall, CallId: "call_b", Name: "b"));
            sink.Delta(1, "{}"u8);
            sink.Delta(0, "[1"u8);
            sink.Delta(0, "]"u8);
            sink.EndBlock(0);
            sink.EndBlock(1);
            sink.Stop(0, new ReplyStop(StopKind.ToolUse));
            sink.End();
        }).Final!;

        Assert.Equal(["a", "b"], final["output"]!.AsArray().Select(item => item!["name"]!.GetValue<string>()));
        Assert.Equal("[1]", final["output"]![0]!["arguments"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("MaxTokens", "incomplete", "max_output_tokens")]
    [InlineData("ContextWindow", "incomplete", "max_output_tokens")]
    [InlineData("ContentFilter", "incomplete", "content_filter")]
    [InlineData("Pause", "incomplete", "max_messages")]
    [InlineData("StopSequence", "completed", null)]
    [InlineData("MalformedToolCall", "failed", null)]
    public void A_stop_is_told_in_this_operations_words_on_the_response_and_on_the_item_that_it_broke(string stop, string status, string? reason)
    {
        JsonObject final = Answering.Stream(sink =>
        {
            sink.Start(default);
            sink.BeginBlock(0, new BlockStart(BlockKind.Text));
            sink.Delta(0, "Hel"u8);
            sink.EndBlock(0);
            sink.Stop(0, new ReplyStop(Enum.Parse<StopKind>(stop)));
            sink.End();
        }).Final!;

        Assert.Equal(status, final["status"]!.GetValue<string>());
        Assert.Equal(reason, final["incomplete_details"]?["reason"]!.GetValue<string>());
        Assert.Equal(status == "completed" ? "completed" : "incomplete", final["output"]![0]!["status"]!.GetValue<string>());
        Assert.Equal(status == "failed", final["error"] is not null);
    }

    [Theory]
    [InlineData(null, "The model declined to answer.")]
    [InlineData("It is \"unsafe\".", "It is \"unsafe\".")]
    public void A_refusal_that_is_only_a_stop_can_be_read_as_a_refusal(string? detail, string text)
    {
        JsonObject final = Answering.Stream(sink =>
        {
            sink.Start(default);
            sink.Stop(0, new ReplyStop(StopKind.Refusal, Detail: detail));
            sink.End();
        }).Final!;

        Assert.Equal("completed", final["status"]!.GetValue<string>());
        Translating.AssertSame(new JsonObject { ["type"] = "refusal", ["refusal"] = text }.ToJsonString(), final["output"]![0]!["content"]![0]);
    }

    [Fact]
    public void A_failure_before_the_first_event_is_the_only_event()
    {
        StrictClient client = Answering.Stream(sink => sink.Fail(new ReplyFailure(ErrorKind.Overloaded, "upstream_overloaded", "Busy.")));

        Translating.AssertSame("""{"type":"error","code":"upstream_overloaded","message":"Busy.","param":null,"sequence_number":0}""", client.Error);
    }

    [Fact]
    public void A_keep_alive_is_a_comment()
    {
        ArrayBufferWriter<byte> output = new();

        Codec.EventWriter(Answering.Context(), output).KeepAlive();

        Assert.Equal(": keep-alive\n\n", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Theory]
    [InlineData("chat-tools.sse", Operation.ChatCompletions, "completed")]
    [InlineData("chat-reasoning.sse", Operation.ChatCompletions, "completed")]
    [InlineData("messages-thinking.sse", Operation.Messages, "completed")]
    [InlineData("messages-reply-blocks.sse", Operation.Messages, "completed")]
    [InlineData("gemini.sse", Operation.StreamGenerateContent, "completed")]
    public void Any_protocols_recorded_stream_becomes_one_that_a_strict_client_takes(string file, Operation upstream, string status)
    {
        string sse = Encoding.UTF8.GetString(Recorded.Bytes(file));

        StrictClient client = StrictClient.Read(Translating.Events(Translating.Stream(Operation.Responses, Answering.Asked, Translating.Target(upstream), sse)));

        Assert.Equal(status, client.Final?["status"]!.GetValue<string>());
        Assert.NotEmpty(client.Final!["output"]!.AsArray());
        Assert.NotNull(client.Final["usage"]);
    }

    [Fact]
    public void Any_reply_streamed_is_the_reply_written_whole()
    {
        Gen<(int Kind, string[] Pieces, bool Sealed)> block = Gen.Select(Gen.Int[0, 4], Gen.String[Gen.Char["ab {}:1"], 0, 6].Array[0, 4], Gen.Bool);

        Gen.Select(block.Array[0, 8], Gen.Int[0, 8]).Sample(
            (blocks, stop) =>
            {
                NeutralReply whole = new();
                Play(whole, blocks, (StopKind)stop);
                ArrayBufferWriter<byte> plain = new();
                using (Utf8JsonWriter json = JsonOutput.To(plain))
                {
                    Codec.WriteReply(whole, Answering.Context(), json);
                }

                StrictClient client = Answering.Stream(sink => Play(sink, blocks, (StopKind)stop));
                Translating.AssertSame(Encoding.UTF8.GetString(plain.WrittenSpan), client.Final);
            },
            iter: 500,
            threads: 1);
    }

    [Fact]
    public void Ten_thousand_events_allocate_less_than_a_kilobyte_each_to_read_and_to_write()
    {
        const int Events = 10_000;
        byte[] data = Encoding.UTF8.GetBytes("""{"type":"response.output_text.delta","sequence_number":6,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Der Zug","logprobs":[],"obfuscation":"q"}""");
        Drain output = new();
        ReplyTranslation translation = new(Translating.Read(Operation.Responses, Answering.Asked, stream: true), Translating.Target(Operation.Responses), Translating.RequestId, Translating.Created, false, 7, output);
        translation.Event("response.created"u8, """{"type":"response.created","response":{"id":"resp_1"}}"""u8.ToArray());
        translation.Event("response.output_text.delta"u8, data);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Events; i++)
        {
            translation.Event("response.output_text.delta"u8, data);
        }

        long perEvent = (GC.GetAllocatedBytesForCurrentThread() - before) / Events;
        Assert.True(perEvent < 128, $"{perEvent} bytes an event");
        Assert.True(output.Written > Events * 100L);
    }

    private static void Play(ReplySink sink, (int Kind, string[] Pieces, bool Sealed)[] blocks, StopKind stop)
    {
        sink.Start(new ReplyStart("chatcmpl-1", "served-1", "default"));
        for (int i = 0; i < blocks.Length; i++)
        {
            BlockKind kind = (BlockKind)blocks[i].Kind;
            bool isCall = kind is BlockKind.ToolCall or BlockKind.CustomToolCall;
            sink.BeginBlock(i, new BlockStart(kind, CallId: isCall ? $"call_{i}" : null, Name: isCall ? "f" : null));
            foreach (string piece in blocks[i].Pieces)
            {
                sink.Delta(i, Encoding.UTF8.GetBytes(piece));
            }

            if (blocks[i].Sealed && kind == BlockKind.Reasoning)
            {
                sink.Seal(i, new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "sig"));
            }

            sink.EndBlock(i);
        }

        sink.Stop(0, new ReplyStop(stop));
        sink.Usage(new TokenUsage(1, 2, 0, 0, 3, 4, 5, 6));
        sink.End();
    }

    private static string[] Names(ArrayBufferWriter<byte> output)
    {
        string[] names = [.. Translating.Events(Encoding.UTF8.GetString(output.WrittenSpan)).Select(one => one.Name)];
        output.ResetWrittenCount();
        return names;
    }

    /// <summary>Takes everything and keeps nothing.</summary>
    private sealed class Drain : IBufferWriter<byte>
    {
        private readonly byte[] _buffer = new byte[1 << 16];

        public long Written { get; private set; }

        public void Advance(int count) => Written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public Span<byte> GetSpan(int sizeHint = 0) => _buffer;
    }
}
