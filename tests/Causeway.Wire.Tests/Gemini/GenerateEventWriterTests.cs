using System.Buffers;
using System.Text;
using System.Text.Json.Nodes;
using Causeway.Wire.Errors;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;
using Causeway.Wire.Usage;
using CsCheck;

namespace Causeway.Wire.Tests.Gemini;

/// <summary>Streams of other protocols, for callers of Gemini.</summary>
public sealed class GenerateEventWriterTests
{
    [Fact]
    public void The_first_call_leaves_at_once_as_a_chunk_that_the_vendors_sdk_keeps()
    {
        ArrayBufferWriter<byte> output = new();
        ReplySink sink = Neutrally.Codec.EventWriter(Neutrally.Context(), output);

        sink.Start(new ReplyStart("chatcmpl-1", "gpt-x-2026"));

        Assert.Equal(
            """
            data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"index":0}],"modelVersion":"gpt-x-2026","createTime":"2026-11-23T12:00:00.000000Z","responseId":"chatcmpl-1"}


            """.ReplaceLineEndings("\n"),
            Encoding.UTF8.GetString(output.WrittenSpan));
    }

    [Fact]
    public void Interleaved_calls_leave_whole_and_the_reason_last()
    {
        List<JsonNode> chunks = Chunks(sink =>
        {
            sink.Start(new ReplyStart(null, null));
            sink.Usage(new TokenUsage(10, 5, 0, 0, 0, 0, 0, 0));
            sink.BeginBlock(0, new BlockStart(BlockKind.Reasoning));
            sink.Delta(0, "hm"u8);
            sink.Seal(0, new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "sig"));
            sink.EndBlock(0);
            sink.BeginBlock(1, new BlockStart(BlockKind.ToolCall, 0, "toolu_1", "f"));
            sink.BeginBlock(2, new BlockStart(BlockKind.ToolCall, 0, "odd id", "g"));
            sink.Delta(1, """{\"a\":"""u8);
            sink.Delta(2, "broken"u8);
            sink.Delta(1, "1}"u8);
            sink.EndBlock(1);
            sink.EndBlock(2);
            sink.Stop(0, new ReplyStop(StopKind.ToolUse));
            sink.Usage(new TokenUsage(10, 5, 0, 0, 0, 0, 9, 4));
            sink.End();
        });

        string envelope = new ReasoningSeal(Protocol.Anthropic, SealForm.Signature, "sig").ToEnvelope();
        Assert.Equal(6, chunks.Count);
        Translating.AssertSame("""[{"text":"hm","thought":true}]""", Parts(chunks[1]));
        Translating.AssertSame($$"""[{"text":"","thought":true,"thoughtSignature":"{{envelope}}"}]""", Parts(chunks[2]));
        Translating.AssertSame($$$$"""[{"functionCall":{"id":"{{{{CallIds.Spell("toolu_1")}}}}","name":"f","args":{"a":1}}}]""", Parts(chunks[3]));
        Translating.AssertSame($$$$"""[{"functionCall":{"id":"{{{{CallIds.ToCaller("odd id", null)}}}}","name":"g","args":{"_raw":"broken"}}}]""", Parts(chunks[4]));
        Assert.All(chunks.Take(5), chunk => Assert.Null(chunk["candidates"]![0]!["finishReason"]));
        Assert.Equal("STOP", (string?)chunks[5]["candidates"]![0]!["finishReason"]);
        Translating.AssertSame("""{"promptTokenCount":15,"cachedContentTokenCount":5,"candidatesTokenCount":0,"totalTokenCount":15}""", chunks[1]["usageMetadata"]);
        Translating.AssertSame("""{"promptTokenCount":15,"cachedContentTokenCount":5,"candidatesTokenCount":5,"thoughtsTokenCount":4,"totalTokenCount":24}""", chunks[5]["usageMetadata"]);
        Assert.Equal((Translating.RequestId, "gpt-x"), ((string?)chunks[5]["responseId"], (string?)chunks[5]["modelVersion"]));
    }

    [Fact]
    public void Trap_6_a_call_without_a_seal_is_known_as_another_vendors_when_it_comes_back()
    {
        List<JsonNode> chunks = Chunks(sink =>
        {
            sink.Start(default);
            sink.BeginBlock(0, new BlockStart(BlockKind.ToolCall, 0, "toolu_1", "f"));
            sink.EndBlock(0);
            sink.Stop(0, new ReplyStop(StopKind.ToolUse));
            sink.End();
        });

        string id = (string)Parts(chunks[1])![0]!["functionCall"]!["id"]!;
        Assert.True(RequestTranslation.HoldsForeignState(Encoding.UTF8.GetBytes(id)));
        Assert.Equal("toolu_1", CallIds.FromCaller(id).Id);
    }

    [Fact]
    public void A_result_without_an_id_finds_the_call_under_the_id_that_the_caller_was_given()
    {
        string body = $$$$"""{"contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"functionCall":{"id":"{{{{CallIds.ToCaller("odd id", null)}}}}","name":"g","args":{}}}]},{"role":"user","parts":[{"functionResponse":{"name":"g","response":{"output":"x"}}}]}]}""";

        ToolResultPart result = Neutrally.Read(body).Turns.SelectMany(turn => turn.Parts).OfType<ToolResultPart>().Single();

        Assert.Equal("odd id", CallIds.FromCaller(result.CallId).Id);
    }

    [Theory]
    [InlineData(StopKind.ContentFilter, null, "SAFETY", null)]
    [InlineData(StopKind.ContentFilter, "JAILBREAK", "JAILBREAK", null)]
    [InlineData(StopKind.Refusal, "I cannot help with that.", "SAFETY", "I cannot help with that.")]
    internal void An_answer_of_nothing_is_a_blocked_prompt(StopKind kind, string? detail, string reason, string? message)
    {
        List<JsonNode> chunks = Chunks(sink => End(sink, new ReplyStop(kind, Detail: detail)));

        Assert.Null(chunks[^1]["candidates"]);
        Assert.Equal((reason, message), ((string?)chunks[^1]["promptFeedback"]!["blockReason"], (string?)chunks[^1]["promptFeedback"]!["blockReasonMessage"]));
    }

    [Theory]
    [InlineData(StopKind.EndTurn, "STOP")]
    [InlineData(StopKind.StopSequence, "STOP")]
    [InlineData(StopKind.ToolUse, "STOP")]
    [InlineData(StopKind.MaxTokens, "MAX_TOKENS")]
    [InlineData(StopKind.ContextWindow, "MAX_TOKENS")]
    [InlineData(StopKind.ContentFilter, "SAFETY")]
    [InlineData(StopKind.Refusal, "SAFETY")]
    [InlineData(StopKind.MalformedToolCall, "MALFORMED_FUNCTION_CALL")]
    [InlineData(StopKind.Pause, "OTHER")]
    internal void Each_kind_of_end_has_its_word(StopKind kind, string reason)
    {
        List<JsonNode> chunks = Chunks(sink => End(sink, new ReplyStop(kind), BlockKind.Text));

        Assert.Equal(reason, (string?)chunks[^1]["candidates"]![0]!["finishReason"]);
    }

    [Fact]
    public void A_refusal_is_text_that_was_filtered()
    {
        List<JsonNode> chunks = Chunks(sink => End(sink, new ReplyStop(StopKind.EndTurn), BlockKind.Refusal));

        Translating.AssertSame("""[{"text":"x"}]""", Parts(chunks[1]));
        Assert.Equal("SAFETY", (string?)chunks[^1]["candidates"]![0]!["finishReason"]);
    }

    [Fact]
    public void A_failure_is_the_last_event_and_no_end_follows()
    {
        string sse = Written(array: false, sink =>
        {
            sink.Start(new ReplyStart(null, null));
            sink.Fail(new ReplyFailure(ErrorKind.Overloaded, "overloaded", "busy"));
            sink.Fail(new ReplyFailure(ErrorKind.Overloaded, "overloaded", "busy"));
        });

        IReadOnlyList<(string Name, JsonNode Data)> events = Translating.Events(sse);
        Assert.Equal(2, events.Count);
        Assert.Equal((503, "UNAVAILABLE", "busy"), ((int)events[1].Data["error"]!["code"]!, (string?)events[1].Data["error"]!["status"], (string?)events[1].Data["error"]!["message"]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_array_is_closed_also_by_a_failure(bool started)
    {
        string array = Written(array: true, sink =>
        {
            sink.KeepAlive();
            if (started)
            {
                sink.Start(new ReplyStart(null, null));
            }

            sink.KeepAlive();
            sink.Fail(new ReplyFailure(ErrorKind.UpstreamFailed, "upstream_truncated", "cut"));
        });

        JsonArray elements = JsonNode.Parse(array)!.AsArray();
        Assert.Equal(started ? 2 : 1, elements.Count);
        Assert.Equal("cut", (string?)elements[^1]!["error"]!["message"]);
    }

    [Fact]
    public void An_array_with_keep_alives_between_its_elements_is_one_document()
    {
        string array = Written(array: true, sink =>
        {
            sink.Start(new ReplyStart(null, null));
            sink.KeepAlive();
            End(sink, new ReplyStop(StopKind.EndTurn), BlockKind.Text, started: true);
        });

        Assert.Equal(3, JsonNode.Parse(array)!.AsArray().Count);
    }

    [Fact]
    public void Keep_alives_are_comments()
    {
        Assert.Equal(": keep-alive\n\n", Written(array: false, sink => sink.KeepAlive()));
    }

    [Fact]
    public void Text_comes_out_as_it_went_in_however_it_is_cut()
    {
        Gen.String.Array[0, 20].Sample(pieces =>
        {
            List<JsonNode> chunks = Chunks(sink =>
            {
                sink.Start(new ReplyStart(null, null));
                sink.BeginBlock(0, new BlockStart(BlockKind.Text));
                foreach (string piece in pieces)
                {
                    sink.Delta(0, JsonSlice.Of(piece).Escaped);
                }

                sink.EndBlock(0);
                sink.Stop(0, new ReplyStop(StopKind.EndTurn));
                sink.End();
            });

            return string.Concat(chunks.Select(chunk => (string?)chunk["candidates"]![0]!["content"]!["parts"]![0]!["text"]))
                == string.Concat(pieces.Select(piece => JsonSlice.Of(piece).Text()));
        });
    }

    [Fact]
    public void Ten_thousand_events_take_less_than_a_kibibyte_each_and_no_memory_at_all()
    {
        const int Events = 10_000;
        byte[] chunk = """{"candidates":[{"content":{"role":"model","parts":[{"text":"a few words of text"}]},"index":0}],"usageMetadata":{"promptTokenCount":100,"candidatesTokenCount":7,"totalTokenCount":107},"modelVersion":"gemini-3.8-flash","responseId":"r"}"""u8.ToArray();
        CountingWriter output = new();
        ReplyEvents events = Neutrally.Codec.Events(Neutrally.Codec.EventWriter(Neutrally.Context(), output));
        events.Read(default, chunk);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < Events; i++)
        {
            events.Read(default, chunk);
        }

        long perEvent = (GC.GetAllocatedBytesForCurrentThread() - before) / Events;
        Assert.True(perEvent < 1024, $"{perEvent} bytes per event");
        Assert.True(output.Written > Events * 100);
    }

    private static void End(ReplySink sink, ReplyStop stop, BlockKind? said = null, bool started = false)
    {
        if (!started)
        {
            sink.Start(new ReplyStart(null, null));
        }

        if (said is { } kind)
        {
            sink.BeginBlock(0, new BlockStart(kind));
            sink.Delta(0, "x"u8);
            sink.EndBlock(0);
        }

        sink.Stop(0, stop);
        sink.End();
    }

    private static JsonNode? Parts(JsonNode chunk) => chunk["candidates"]![0]!["content"]!["parts"];

    private static List<JsonNode> Chunks(Action<ReplySink> reply) => [.. Translating.Events(Written(array: false, reply)).Select(chunk => chunk.Data)];

    private static string Written(bool array, Action<ReplySink> reply)
    {
        ArrayBufferWriter<byte> output = new();
        reply(Neutrally.Codec.EventWriter(Neutrally.Context(array), output));
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    /// <summary>Takes what is written and keeps nothing.</summary>
    private sealed class CountingWriter : IBufferWriter<byte>
    {
        private readonly byte[] _buffer = new byte[64 * 1024];

        public long Written { get; private set; }

        public void Advance(int count) => Written += count;

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public Span<byte> GetSpan(int sizeHint = 0) => _buffer;
    }
}
