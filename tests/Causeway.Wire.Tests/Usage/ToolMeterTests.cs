using System.Text;
using Causeway.Wire.Tests.Corpus;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests.Usage;

/// <summary>Uses of tools that providers run themselves, as their replies tell them: each once, however a reply is cut.</summary>
public sealed class ToolMeterTests
{
    public static TheoryData<Operation, string, ToolUses> Plain => new()
    {
        { Operation.Messages, """{"model":"m","content":[{"type":"server_tool_use","name":"web_search"}],"usage":{"input_tokens":1,"output_tokens":1,"server_tool_use":{"web_search_requests":3,"web_fetch_requests":2}}}""", new ToolUses { WebSearch = 3 } },
        { Operation.Messages, """{"model":"m","content":[{"type":"text","text":"\"web_search_requests\":3"}],"usage":{"input_tokens":1,"output_tokens":1,"server_tool_use":null}}""", default },
        { Operation.Responses, """{"model":"m","output":[{"type":"web_search_call","action":{"type":"search","query":"q"}},{"action":{"type":"find_in_page"},"type":"web_search_call"},{"type":"web_search_call"},{"type":"file_search_call","queries":["web_search_call"]},{"type":"function_call","arguments":"{\"type\":\"web_search_call\"}"},{"type":"computer_call","action":{"type":"click"}}],"tools":[{"type":"web_search"}]}""", new ToolUses { WebSearch = 2, FileSearch = 1 } },
        { Operation.Responses, """{"model":"m","tools":[{"type":"web_search_preview_2025_03_11"}],"output":[{"type":"web_search_call","action":{"type":"search","query":"q"}},{"type":"web_search_call","action":{"type":"open_page"}}]}""", new ToolUses { WebSearchPreview = 1 } },
        { Operation.GenerateContent, """{"candidates":[{"content":{"parts":[{"text":"x"}]},"groundingMetadata":{"webSearchQueries":["a","b \" c",""]},"finishReason":"STOP"},{"groundingMetadata":{"webSearchQueries":["d"],"groundingChunks":[]}}]}""", new ToolUses { GoogleSearch = 3 } },
        { Operation.GenerateContent, """{"candidates":[{"content":{"parts":[{"text":"webSearchQueries"}]},"groundingMetadata":{},"finishReason":"STOP"}]}""", default },
        { Operation.ChatCompletions, """{"model":"m","choices":[{"index":0,"message":{"content":"x","annotations":[{"type":"url_citation"}]},"finish_reason":"stop"}]}""", default },
    };

    [Theory]
    [MemberData(nameof(Plain))]
    public void A_plain_reply_tells_them_in_any_pieces(Operation operation, string body, ToolUses uses)
    {
        byte[] all = Encoding.UTF8.GetBytes(body);
        for (int size = 1; size <= all.Length; size++)
        {
            ResponseMeter meter = new(operation, stream: false);
            for (int at = 0; at < all.Length; at += size)
            {
                meter.Body(all.AsSpan(at, Math.Min(size, all.Length - at)));
            }

            Assert.Equal((uses, 0), (meter.Uses, meter.UnusableReports));
        }
    }

    [Theory]
    [InlineData("messages-search.sse", Operation.Messages, 3, 0, 0)]
    [InlineData("responses-search.sse", Operation.Responses, 1, 1, 0)]
    [InlineData("gemini-search.sse", Operation.StreamGenerateContent, 0, 0, 2)]
    public void A_stream_tells_them_at_its_end(string file, Operation operation, int web, int files, int google)
    {
        StreamedReply reply = StreamedReply.Of(operation, Recorded.Bytes(file));

        Assert.True(reply.Meter is { Ended: true, HasUsage: true, MalformedEvents: 0, UnusableReports: 0 });
        Assert.Equal(new ToolUses { WebSearch = web, FileSearch = files, GoogleSearch = google }, reply.Meter.Uses);
    }

    [Theory]
    [InlineData("messages-search.sse", Operation.Messages, "event: message_delta", 2, 0)]
    [InlineData("responses-search.sse", Operation.Responses, "event: response.completed", 1, 1)]
    public void Of_a_stream_that_breaks_off_those_count_that_were_seen(string file, Operation operation, string until, int web, int files)
    {
        byte[] whole = Recorded.Bytes(file);

        StreamedReply reply = StreamedReply.Of(operation, whole.AsSpan(0, whole.AsSpan().IndexOf(Encoding.UTF8.GetBytes(until))));

        Assert.False(reply.Meter.Ended);
        Assert.Equal(new ToolUses { WebSearch = web, FileSearch = files }, reply.Meter.Uses);
    }

    [Fact]
    public void The_older_search_of_responses_is_told_apart_by_the_tools_of_the_response()
    {
        byte[] stream = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Recorded.Bytes("responses-search.sse")).Replace("{\"type\":\"web_search\",", "{\"type\":\"web_search_preview\",", StringComparison.Ordinal));

        Assert.Equal(new ToolUses { WebSearchPreview = 1, FileSearch = 1 }, StreamedReply.Of(Operation.Responses, stream).Meter.Uses);
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData("1000001")]
    [InlineData("\"3\"")]
    public void A_number_of_uses_that_cannot_be_believed_is_counted_and_left(string told)
    {
        ResponseMeter meter = new(Operation.Messages, stream: false);

        meter.Body(Encoding.UTF8.GetBytes("""{"usage":{"input_tokens":1,"output_tokens":2,"server_tool_use":{"web_search_requests":@}}}""".Replace("@", told, StringComparison.Ordinal)));

        Assert.Equal((default, 1, true), (meter.Uses, meter.UnusableReports, meter.HasUsage));
    }

    [Fact]
    public void Events_that_begin_blocks_or_end_items_allocate_nothing()
    {
        ResponseMeter messages = new(Operation.Messages, stream: true);
        ResponseMeter responses = new(Operation.Responses, stream: true);
        void Take()
        {
            messages.Event("content_block_start"u8, """{"type":"content_block_start","index":1,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}}"""u8);
            messages.Event("content_block_start"u8, """{"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}"""u8);
            responses.Event("response.output_item.done"u8, """{"type":"response.output_item.done","item":{"id":"ws_1","type":"web_search_call","action":{"type":"search","query":"q"}}}"""u8);
        }

        for (int i = 0; i < 1_000; i++)
        {
            Take();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1_000; i++)
        {
            Take();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - allocated);
    }
}
