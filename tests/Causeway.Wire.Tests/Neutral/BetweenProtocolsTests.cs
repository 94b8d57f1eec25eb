using System.Buffers;
using System.Text;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Corpus;

namespace Causeway.Wire.Tests.Neutral;

/// <summary>Every provider's recorded replies for every caller: what must hold whichever two protocols meet.</summary>
public sealed class BetweenProtocolsTests
{
    private const string CustomTools = "responses-reply-agent.sse";

    private static readonly Dictionary<Operation, string> s_asked = new()
    {
        [Operation.ChatCompletions] = """{"model":"m","messages":[{"role":"user","content":"Hello"}],"stream_options":{"include_usage":true}}""",
        [Operation.Responses] = """{"model":"m","input":"Hello"}""",
        [Operation.Messages] = """{"model":"m","max_tokens":100,"messages":[{"role":"user","content":"Hello"}]}""",
        [Operation.GenerateContent] = """{"contents":[{"role":"user","parts":[{"text":"Hello"}]}]}""",
    };

    private static readonly (Operation Upstream, string File)[] s_streams =
    [
        (Operation.ChatCompletions, "chat-tools.sse"),
        (Operation.ChatCompletions, "chat-reasoning.sse"),
        (Operation.Responses, "responses.sse"),
        (Operation.Responses, CustomTools),
        (Operation.Messages, "messages-thinking.sse"),
        (Operation.Messages, "messages-reply-blocks.sse"),
        (Operation.GenerateContent, "gemini.sse"),
        (Operation.GenerateContent, "generate-reply-tools.sse"),
        (Operation.Converse, "converse-reply-blocks.sse"),
    ];

    private static readonly (Operation Upstream, string Plain, string Stream)[] s_pairs =
    [
        (Operation.ChatCompletions, "chat-reasoning.json", "chat-reasoning.sse"),
        (Operation.Messages, "messages-reply-blocks.json", "messages-reply-blocks.sse"),
        (Operation.GenerateContent, "generate-reply-tools.json", "generate-reply-tools.sse"),
        (Operation.Converse, "converse-reply-blocks.json", "converse-reply-blocks.sse"),
    ];

    public static IEnumerable<TheoryDataRow<Operation, Operation, string>> Streams =>
        from stream in s_streams
        from caller in s_asked.Keys
        where (stream.File, caller) != (CustomTools, Operation.Messages) // A caller of messages cannot define the tool that is called there.
        select new TheoryDataRow<Operation, Operation, string>(stream.Upstream, caller, stream.File);

    public static IEnumerable<TheoryDataRow<Operation, Operation, string, string>> Pairs =>
        from pair in s_pairs from caller in s_asked.Keys select new TheoryDataRow<Operation, Operation, string, string>(pair.Upstream, caller, pair.Plain, pair.Stream);

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_in_any_pieces_is_the_stream_as_a_whole(Operation upstream, Operation caller, string file)
    {
        string sse = Encoding.UTF8.GetString(Recorded.Bytes(file));
        string whole = Translate(upstream, caller, sse);

        Assert.All([1, 2, 3, 7, 64, 1000], pieces => Assert.Equal(whole, Translate(upstream, caller, sse, pieces)));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void Text_calls_and_tokens_arrive_whoever_asked(Operation upstream, Operation caller, string file)
    {
        string sse = Encoding.UTF8.GetString(Recorded.Bytes(file));
        Reread said = Reread.Stream(upstream, sse);

        Reread heard = Reread.Stream(caller, Translate(upstream, caller, sse));

        Assert.Equal(said.Text, heard.Text);
        Assert.Equal(said.Blocks.Count(IsCall), heard.Blocks.Count(IsCall));
        Assert.Equal((said.Input, said.CacheRead, said.Output, said.Whole), (heard.Input, heard.CacheRead, heard.Output, heard.Whole));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void A_stream_adds_up_to_the_plain_translation(Operation upstream, Operation caller, string plain, string stream)
    {
        string asked = s_asked[caller];
        string whole = Translating.Reply(caller, asked, Translating.Target(upstream), Encoding.UTF8.GetString(Recorded.Bytes(plain))).ToJsonString();

        Reread fromPlain = Reread.Plain(caller, whole);
        Reread fromStream = Reread.Stream(caller, Translate(upstream, caller, Encoding.UTF8.GetString(Recorded.Bytes(stream))));

        Assert.Equal(fromPlain.Blocks, fromStream.Blocks);
        Assert.Equal(fromPlain.Stops, fromStream.Stops);
        Assert.Equal((fromPlain.Input, fromPlain.CacheRead, fromPlain.Output), (fromStream.Input, fromStream.CacheRead, fromStream.Output));
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public void A_stream_that_is_cut_never_looks_whole(Operation upstream, Operation caller, string file)
    {
        string sse = Encoding.UTF8.GetString(Recorded.Bytes(file));
        int third = sse.IndexOf("\n\n", sse.Length / 3, StringComparison.Ordinal) + 2;

        string heard = Translate(upstream, caller, sse[..third]);

        Assert.DoesNotContain("[DONE]", heard, StringComparison.Ordinal);
        Assert.DoesNotContain("response.completed", heard, StringComparison.Ordinal);
        Assert.DoesNotContain("message_stop", heard, StringComparison.Ordinal);
        Assert.Contains("upstream_truncated", heard, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_events_cost_less_than_a_kibibyte_each_between_any_two()
    {
        const int Events = 10_000;
        byte[] data = """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"some words "},"finish_reason":null}],"usage":null}"""u8.ToArray();
        Assert.All(s_asked.Keys, caller =>
        {
            ReplyTranslation translation = new(Translating.Read(caller, s_asked[caller], stream: true), Translating.Target(Operation.ChatCompletions), Translating.RequestId, Translating.Created, false, 7, new Nowhere());
            translation.Event(default, data);
            long before = GC.GetAllocatedBytesForCurrentThread();

            for (int i = 0; i < Events; i++)
            {
                translation.Event(default, data);
            }

            long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Events;
            Assert.True(each < 1024, $"{caller}: {each} bytes an event");
        });
    }

    private static string Translate(Operation upstream, Operation caller, string sse, int pieces = int.MaxValue) =>
        Translating.Stream(caller, s_asked[caller], Translating.Target(upstream), sse, pieces);

    private static bool IsCall(string block) => block.StartsWith("ToolCall", StringComparison.Ordinal) || block.StartsWith("CustomToolCall", StringComparison.Ordinal);

    private sealed class Nowhere : IBufferWriter<byte>
    {
        private readonly byte[] _room = new byte[64 * 1024];

        public void Advance(int count)
        {
            // Sent.
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _room;

        public Span<byte> GetSpan(int sizeHint = 0) => _room;
    }
}
