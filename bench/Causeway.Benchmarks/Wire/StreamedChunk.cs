using System.Text;
using BenchmarkDotNet.Attributes;
using Causeway.Wire;
using Causeway.Wire.Sse;
using Causeway.Wire.Usage;

namespace Causeway.Benchmarks.Wire;

/// <summary>Watches CPU per streamed chunk: frame, parse and meter one event, with no allocation.</summary>
[MemoryDiagnoser]
public class StreamedChunk
{
    private readonly ResponseMeter _chat = new(Operation.ChatCompletions, stream: true);
    private readonly ResponseMeter _messages = new(Operation.Messages, stream: true);
    private readonly byte[] _chatChunk = Encoding.UTF8.GetBytes(
        """data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"gpt-5.4-mini","system_fingerprint":"fp_1","choices":[{"index":0,"delta":{"content":" hello there"},"logprobs":null,"finish_reason":null}],"usage":null}""" + "\n\n");

    private readonly byte[] _messagesDelta = Encoding.UTF8.GetBytes(
        "event: content_block_delta\ndata: " + """{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":" hello there"}}""" + "\n\n");

    private byte[]? _scratch;

    [Benchmark]
    public StreamVerdict A_chat_chunk() => Meter(_chat, _chatChunk);

    [Benchmark]
    public StreamVerdict A_messages_delta() => Meter(_messages, _messagesDelta);

    private StreamVerdict Meter(ResponseMeter meter, byte[] bytes)
    {
        SseFramer framer = default;
        framer.TryFrame(bytes, out int length);
        var found = SseEvent.Parse(bytes.AsSpan(0, length), ref _scratch);
        return meter.Event(found.Name, found.Data);
    }
}
