using System.Buffers;
using System.Text;
using Causeway.Wire;
using Causeway.Wire.Bedrock.EventStream;

namespace Causeway.Benchmarks.Wire;

/// <summary>Streams of so many pieces of text, with the events before and after them that each vendor sends.</summary>
internal static class TranslationStreams
{
    private const string Piece = " hello there";

    public static byte[] Of(Operation upstream, int pieces) => upstream switch
    {
        Operation.ChatCompletions => Chat(pieces),
        Operation.Messages => Messages(pieces),
        Operation.Responses => Responses(pieces),
        Operation.StreamGenerateContent => Events(pieces, "", Generated("null"), Generated("\"STOP\"")),
        Operation.ConverseStream => Frames(pieces),
        _ => throw new ArgumentOutOfRangeException(nameof(upstream), upstream, "No stream is kept for it."),
    };

    private static byte[] Events(int pieces, string head, string piece, string tail) =>
        Encoding.UTF8.GetBytes(head + string.Concat(Enumerable.Repeat(piece, pieces)) + tail);

    private static string Named(string type, string data) => $"event: {type}\ndata: {data}\n\n";

    private static byte[] Chat(int pieces) => Events(
        pieces,
        Chunk("""[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}]"""),
        Chunk($$$"""[{"index":0,"delta":{"content":"{{{Piece}}}"},"logprobs":null,"finish_reason":null}]"""),
        Chunk("""[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}]""")
        + Chunk("[]", """{"prompt_tokens":24,"completion_tokens":128,"total_tokens":152}""")
        + "data: [DONE]\n\n");

    private static string Chunk(string choices, string usage = "null") =>
        $$"""data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-4.1-mini","service_tier":"default","system_fingerprint":"fp_1","choices":{{choices}},"usage":{{usage}},"obfuscation":"x3Kd9"}""" + "\n\n";

    private static byte[] Messages(int pieces) => Events(
        pieces,
        Named("message_start", """{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-sonnet-4-6","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":24,"output_tokens":1}}}""")
        + Named("content_block_start", """{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"""),
        Named("content_block_delta", $$$"""{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"{{{Piece}}}"}}"""),
        Named("content_block_stop", """{"type":"content_block_stop","index":0}""")
        + Named("message_delta", """{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"output_tokens":128}}""")
        + Named("message_stop", """{"type":"message_stop"}"""));

    private static string Generated(string finish) =>
        $$$"""data: {"candidates":[{"content":{"parts":[{"text":"{{{Piece}}}"}],"role":"model"},"finishReason":{{{finish}}},"index":0}],"usageMetadata":{"promptTokenCount":24,"candidatesTokenCount":128,"totalTokenCount":152,"promptTokensDetails":[{"modality":"TEXT","tokenCount":24}]},"modelVersion":"gemini-2.5-flash","responseId":"r-1"}""" + "\n\n";

    private static byte[] Responses(int pieces)
    {
        string text = string.Concat(Enumerable.Repeat(Piece, pieces));
        string part = Part(text);
        string item = Item("completed", part);
        return Events(
            pieces,
            Named("response.created", Whole("created", "in_progress", "", "null"))
            + Named("response.in_progress", Whole("in_progress", "in_progress", "", "null"))
            + Named("response.output_item.added", $$"""{"type":"response.output_item.added","sequence_number":2,"output_index":0,"item":{{Item("in_progress", "")}}}""")
            + Named("response.content_part.added", $$"""{"type":"response.content_part.added","sequence_number":3,{{At}},"part":{{Part("")}}}"""),
            Named("response.output_text.delta", $$"""{"type":"response.output_text.delta","sequence_number":4,{{At}},"delta":"{{Piece}}","logprobs":[],"obfuscation":"x3Kd9"}"""),
            Named("response.output_text.done", $$"""{"type":"response.output_text.done","sequence_number":5,{{At}},"text":"{{text}}","logprobs":[]}""")
            + Named("response.content_part.done", $$"""{"type":"response.content_part.done","sequence_number":6,{{At}},"part":{{part}}}""")
            + Named("response.output_item.done", $$"""{"type":"response.output_item.done","sequence_number":7,"output_index":0,"item":{{item}}}""")
            + Named("response.completed", Whole("completed", "completed", item, """{"input_tokens":24,"input_tokens_details":{"cached_tokens":0},"output_tokens":128,"output_tokens_details":{"reasoning_tokens":0},"total_tokens":152}""")));
    }

    private const string At = "\"item_id\":\"msg_1\",\"output_index\":0,\"content_index\":0";

    private static string Part(string text) => $$"""{"type":"output_text","annotations":[],"logprobs":[],"text":"{{text}}"}""";

    private static string Item(string status, string content) =>
        $$"""{"id":"msg_1","type":"message","status":"{{status}}","content":[{{content}}],"role":"assistant"}""";

    private static string Whole(string type, string status, string output, string usage) =>
        $$$"""{"type":"response.{{{type}}}","sequence_number":0,"response":{"id":"resp_1","object":"response","created_at":1700000000,"status":"{{{status}}}","error":null,"incomplete_details":null,"model":"gpt-4.1-mini","output":[{{{output}}}],"usage":{{{usage}}}}}""";

    private static byte[] Frames(int pieces)
    {
        ArrayBufferWriter<byte> output = new();
        EventStreamWriter.Event(output, "messageStart"u8, """{"p":"abcd","role":"assistant"}"""u8);
        byte[] piece = Encoding.UTF8.GetBytes($$$"""{"contentBlockIndex":0,"delta":{"text":"{{{Piece}}}"},"p":"abcdefghijkl"}""");
        for (int i = 0; i < pieces; i++)
        {
            EventStreamWriter.Event(output, "contentBlockDelta"u8, piece);
        }

        EventStreamWriter.Event(output, "contentBlockStop"u8, """{"contentBlockIndex":0,"p":"ab"}"""u8);
        EventStreamWriter.Event(output, "messageStop"u8, """{"p":"abcd","stopReason":"end_turn"}"""u8);
        EventStreamWriter.Event(output, "metadata"u8, """{"metrics":{"latencyMs":551},"p":"ab","usage":{"inputTokens":24,"outputTokens":128,"totalTokens":152}}"""u8);
        return output.WrittenSpan.ToArray();
    }
}
