using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Tests.Neutral;
using CsCheck;
using static Causeway.Wire.Tests.Anthropic.Foreign;

namespace Causeway.Wire.Tests.Anthropic;

/// <summary>Replies of messages, read and written.</summary>
public sealed class MessagesReplyTests
{
    private const string Asked = """{"model":"ch","max_tokens":1,"messages":[{"role":"user","content":"hi"}]}""";

    [Fact]
    public void A_plain_reply_comes_back_with_every_block_and_count()
    {
        string reply = Encoding.UTF8.GetString(Recorded.Bytes("messages-reply-blocks.json"));
        JsonObject expected = JsonNode.Parse(reply)!.AsObject();
        expected["usage"]!.AsObject().Remove("inference_geo");
        expected["content"]![3]!["citations"]![0]!["encrypted_index"] = "cws1."; // The vendor's own index means nothing to another caller.

        Translating.AssertSame(expected.ToJsonString(), Translating.Reply(Operation.Messages, Asked, Target(), reply));
    }

    [Theory]
    [InlineData("messages-reply-blocks.sse")]
    [InlineData("messages-thinking.sse")]
    public void A_stream_cut_at_any_byte_is_written_the_same(string file)
    {
        string sse = Encoding.UTF8.GetString(Recorded.Bytes(file));
        string whole = Translating.Stream(Operation.Messages, Asked, Target(), sse);

        for (int piece = 1; piece < Encoding.UTF8.GetByteCount(sse); piece = piece < 80 ? piece + 1 : piece * 2)
        {
            Assert.Equal(whole, Translating.Stream(Operation.Messages, Asked, Target(), sse, piece));
        }
    }

    [Fact]
    public void An_accumulated_stream_is_the_plain_reply()
    {
        JsonObject plain = Translating.Reply(Operation.Messages, Asked, Target(), Encoding.UTF8.GetString(Recorded.Bytes("messages-reply-blocks.json")));

        string stream = Translating.Stream(Operation.Messages, Asked, Target(), Encoding.UTF8.GetString(Recorded.Bytes("messages-reply-blocks.sse")));

        Translating.AssertSame(plain.ToJsonString(), Accumulate(Translating.Events(stream)));
    }

    [Fact]
    public void Any_reply_streamed_and_accumulated_is_the_plain_one()
    {
        Gen<(BlockKind Kind, string[] Pieces, int Seal)> block = Gen.Select(
            Gen.OneOf(BlockKind.Text, BlockKind.Reasoning, BlockKind.ToolCall, BlockKind.Refusal),
            Gen.OneOf("a", "\\\"", " \\u00fc", "列", "").Array[0, 5],
            Gen.Int[0, 2]);

        block.Array[0, 6].Sample(
            blocks =>
            {
                void Answer(ReplySink sink) => Play(sink, blocks);
                Translating.AssertSame(Reply(Answer).ToJsonString(), Accumulate(Stream(Answer)));
            },
            iter: 500,
            threads: 1);
    }

    [Fact]
    public void Interleaved_calls_leave_one_after_the_other()
    {
        IReadOnlyList<(string Name, JsonNode Data)> events = Stream(sink =>
        {
            sink.Start(default);
            sink.BeginBlock(0, new BlockStart(BlockKind.ToolCall, CallId: "call_0", Name: "f"));
            sink.BeginBlock(1, new BlockStart(BlockKind.ToolCall, CallId: "call_1", Name: "g"));
            sink.Delta(1, "{\\\"b\\\""u8);
            sink.Delta(0, "{}"u8);
            sink.Delta(1, ":1}"u8);
            sink.EndBlock(0);
            sink.EndBlock(1);
            sink.Stop(0, new ReplyStop(StopKind.ToolUse));
            sink.End();
        });

        Assert.Equal(
            [
                "message_start", "content_block_start 0", "content_block_delta 0", "content_block_stop 0",
                "content_block_start 1", "content_block_delta 1", "content_block_stop 1", "message_delta", "message_stop",
            ],
            events.Select(e => $"{e.Name} {e.Data["index"]}".TrimEnd()));
        Assert.Equal("{}", events[1].Data["content_block"]!["input"]!.ToJsonString());
        Assert.Equal("""{"b":1}""", Accumulate(events)["content"]![1]!["input"]!.ToJsonString());
    }

    [Fact]
    public void A_signature_of_Gemini_comes_back_in_the_id_of_its_call()
    {
        ReasoningSeal seal = new(Protocol.Gemini, SealForm.Signature, "c2ln+/=");
        Target gemini = Translating.Target(Operation.StreamGenerateContent, "gemini-3.8-flash");
        void Answer(ReplySink sink)
        {
            sink.Start(default);
            sink.BeginBlock(0, new BlockStart(BlockKind.ToolCall, CallId: "call_0", Name: "f"));
            sink.Delta(0, "{\\\"a\\\":1}"u8);
            sink.Seal(0, seal);
            sink.EndBlock(0);
            sink.Stop(0, new ReplyStop(StopKind.ToolUse));
            sink.End();
        }

        JsonObject plain = Reply(Answer, gemini);
        JsonObject streamed = Accumulate(Stream(Answer, gemini));

        Translating.AssertSame(plain.ToJsonString(), streamed);
        Assert.Equal(("call_0", seal), CallIds.FromCaller(plain["content"]![0]!["id"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData(StopKind.EndTurn, null, "end_turn")]
    [InlineData(StopKind.StopSequence, "END", "stop_sequence")]
    [InlineData(StopKind.MaxTokens, null, "max_tokens")]
    [InlineData(StopKind.ContextWindow, null, "model_context_window_exceeded")]
    [InlineData(StopKind.ToolUse, null, "tool_use")]
    [InlineData(StopKind.Pause, null, "pause_turn")]
    internal void A_stop_is_read_as_it_is_written(StopKind kind, string? sequence, string word)
    {
        JsonObject written = Reply(sink => Play(sink, [], new ReplyStop(kind, sequence)));

        Assert.Equal((word, sequence), (written["stop_reason"]!.GetValue<string>(), written["stop_sequence"]?.GetValue<string>()));
        NeutralReply read = new();
        using JsonBody body = new(Encoding.UTF8.GetBytes(written.ToJsonString()));
        Messages.ReadReply(body, read);
        Assert.Equal(new ReplyStop(kind, sequence), read.Stops[0]);
    }

    [Fact]
    public void A_refusal_keeps_its_explanation_and_one_in_words_is_one_too()
    {
        JsonObject filtered = Reply(sink => Play(sink, [], new ReplyStop(StopKind.ContentFilter, Detail: "SAFETY")));
        JsonObject inWords = Reply(sink => Play(sink, [(BlockKind.Refusal, ["I won't"], 0)], new ReplyStop(StopKind.EndTurn)));
        JsonObject fromChat = Translating.Reply(
            Operation.Messages,
            """{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"hi"}]}""",
            Translating.Target(Operation.ChatCompletions),
            """{"id":"c","choices":[{"index":0,"message":{"role":"assistant","content":null,"refusal":"I won't"},"finish_reason":"stop"}]}""");
        NeutralReply own = new();
        using JsonBody body = new("""{"content":[],"stop_reason":"refusal","stop_details":{"type":"refusal","category":"bio","explanation":null},"usage":{"input_tokens":1,"output_tokens":0}}"""u8.ToArray());

        Messages.ReadReply(body, own);

        Translating.AssertSame("""{"type":"refusal","category":null,"explanation":"SAFETY"}""", filtered["stop_details"]);
        Assert.Equal(("refusal", "I won't"), (inWords["stop_reason"]!.GetValue<string>(), inWords["content"]![0]!["text"]!.GetValue<string>()));
        Translating.AssertSame("""{"type":"refusal","category":null,"explanation":null}""", fromChat["stop_details"]);
        Assert.Equal(new ReplyStop(StopKind.Refusal, Detail: "bio"), own.Stops[0]);
    }

    [Fact]
    public void An_error_ends_a_stream_without_its_terminator()
    {
        string sse = Encoding.UTF8.GetString(Recorded.Bytes("messages-thinking.sse"));
        string cut = sse[..sse.IndexOf("event: content_block_stop", StringComparison.Ordinal)];

        IReadOnlyList<(string Name, JsonNode Data)> events = Translating.Events(Translating.Stream(Operation.Messages, Asked, Target(), cut));

        Assert.Equal("error", events[^1].Name);
        Assert.DoesNotContain(events, e => e.Name is "message_delta" or "message_stop");
        Assert.Equal("""{"type":"error","error":{"type":"api_error","message":"cut","code":"upstream_truncated"}}""", Without(events[^1].Data, "request_id"));
    }

    [Theory]
    [InlineData("not json", StopKind.ToolUse, "error")]
    [InlineData("{\\\"a\\\":", StopKind.MaxTokens, "message_stop")]
    [InlineData("", StopKind.ToolUse, "message_stop")]
    internal void Arguments_that_are_no_object_end_a_stream_with_an_error_unless_they_were_cut(string escaped, StopKind stop, string last)
    {
        IReadOnlyList<(string Name, JsonNode Data)> events = Stream(sink => Play(sink, [(BlockKind.ToolCall, [escaped], 0)], new ReplyStop(stop)));

        Assert.Equal(last, events[^1].Name);
    }

    [Fact]
    public void A_server_that_leaves_out_the_ends_and_sends_a_whole_input_is_understood()
    {
        string sse = """
            data: {"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{"a":"b"}}}

            data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"input_tokens":3,"output_tokens":4}}

            data: {"type":"message_stop"}


            """;

        JsonObject message = Accumulate(Translating.Events(Translating.Stream(Operation.Messages, Asked, Target(), sse)));

        Assert.Equal("""{"a":"b"}""", message["content"]![0]!["input"]!.ToJsonString());
        Assert.Equal((3, 4), (message["usage"]!["input_tokens"]!.GetValue<int>(), message["usage"]!["output_tokens"]!.GetValue<int>()));
    }

    [Fact]
    public void A_sign_of_life_becomes_a_ping()
    {
        Assert.Equal([("ping", """{"type":"ping"}""")], Stream(sink => sink.KeepAlive()).Select(e => (e.Name, e.Data.ToJsonString())));
    }

    [Fact]
    public void A_source_that_this_vendor_did_not_give_never_goes_to_it()
    {
        JsonNode text = Reply(sink =>
        {
            sink.Start(default);
            sink.BeginBlock(0, new BlockStart(BlockKind.Text));
            sink.Delta(0, "a"u8);
            sink.Cite(0, new Citation("https://e.com", "E", null));
            sink.EndBlock(0);
            sink.End();
        })["content"]![0]!;
        string body = $$"""{"model":"m","max_tokens":5,"messages":[{"role":"assistant","content":[{{text.ToJsonString()}}]},{"role":"user","content":"b"}]}""";

        (JsonObject written, IReadOnlyList<string> dropped) = Translating.RequestWithDropped(Operation.Messages, body, Target());

        Assert.True(RequestTranslation.HoldsForeignState(Encoding.UTF8.GetBytes(body)));
        Assert.Equal("""[{"type":"text","text":"a"}]""", written["messages"]![0]!["content"]!.ToJsonString());
        Assert.Equal(["messages[0].content[0].citations"], dropped);
    }

    [Fact]
    public void A_reply_that_is_an_error_or_nothing_is_told_as_one()
    {
        ReplyTranslation Translation() => new(Translating.Read(Operation.Messages, Asked), Target(), Translating.RequestId, Translating.Created, false, 7, null);

        Assert.Equal(ErrorKind.Overloaded, Translation().Plain("""{"type":"error","error":{"type":"overloaded_error","message":"Busy"}}"""u8.ToArray(), new ArrayBufferWriter<byte>())!.Value.Kind);
        Assert.Equal("upstream_protocol", Translation().Plain("{}"u8.ToArray(), new ArrayBufferWriter<byte>())!.Value.Code);
    }

    [Fact]
    public void Ten_thousand_events_cost_less_than_a_kibibyte_each_and_nothing_stays()
    {
        byte[] delta = [.. """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a few words \u00fc"}}"""u8];
        ArrayBufferWriter<byte> output = new(1 << 16);
        ReplyEvents events = Messages.Events(Messages.EventWriter(Context(), output));
        events.Read("message_start"u8, """{"type":"message_start","message":{"id":"m","model":"c","usage":{"input_tokens":1,"output_tokens":1}}}"""u8.ToArray());
        events.Read("content_block_start"u8, """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""u8.ToArray());
        events.Read("content_block_delta"u8, delta);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10_000; i++)
        {
            output.ResetWrittenCount();
            events.Read("content_block_delta"u8, delta);
        }

        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / 10_000;
        Assert.InRange(each, 0, 512);
    }

    private static void Play(ReplySink sink, (BlockKind Kind, string[] Pieces, int Seal)[] blocks, ReplyStop? stop = null)
    {
        sink.Start(new ReplyStart("id", "m", "priority"));
        for (int i = 0; i < blocks.Length; i++)
        {
            bool isCall = blocks[i].Kind == BlockKind.ToolCall;
            sink.BeginBlock(i, new BlockStart(blocks[i].Kind, CallId: isCall ? $"call_{i}" : null, Name: isCall ? "f" : null));
            foreach (string piece in isCall && stop is null ? ["{\\\"a\\\":\\\"", .. blocks[i].Pieces.Where(piece => piece != "\\\""), "\\\"}"] : blocks[i].Pieces)
            {
                sink.Delta(i, Encoding.UTF8.GetBytes(piece));
            }

            if (blocks[i].Kind == BlockKind.Reasoning && blocks[i].Seal > 0)
            {
                bool isRedacted = blocks[i].Seal == 2 && blocks[i].Pieces.All(piece => piece.Length == 0);
                sink.Seal(i, new ReasoningSeal(Protocol.Anthropic, isRedacted ? SealForm.Redacted : SealForm.Signature, "s"));
            }

            sink.EndBlock(i);
        }

        sink.Stop(0, stop ?? new ReplyStop(StopKind.EndTurn));
        sink.Usage(new Causeway.Wire.Usage.TokenUsage(1, 2, 3, 4, 0, 0, 5, 0));
        sink.End();
    }

    private static string Without(JsonNode node, string member)
    {
        JsonObject copy = node.DeepClone().AsObject();
        copy.Remove(member);
        return copy.ToJsonString();
    }
}
