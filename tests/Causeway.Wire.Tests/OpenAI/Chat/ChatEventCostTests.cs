using System.Buffers;
using System.Text;
using Causeway.Wire.Neutral;
using Causeway.Wire.Tests.Neutral;

namespace Causeway.Wire.Tests.OpenAI.Chat;

public sealed class ChatEventCostTests
{
    private const int Events = 10_000;

    [Theory]
    [InlineData("""{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","service_tier":"default","choices":[{"index":0,"delta":{"content":" word"},"logprobs":null,"finish_reason":null}],"usage":null,"obfuscation":"abc"}""")]
    [InlineData("""{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\""}}]},"finish_reason":null}]}""")]
    public void An_event_of_a_long_stream_allocates_less_than_a_KiB(string chunk)
    {
        byte[] data = Encoding.UTF8.GetBytes(chunk);
        Discarded output = new();
        ReplyTranslation translation = new(
            Translating.Read(Operation.ChatCompletions, Chatting.Asked, stream: true), Chatting.Target(), Translating.RequestId, Translating.Created, false, 7, output);
        translation.Event(default, data);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Events; i++)
        {
            translation.Event(default, data);
        }

        long each = (GC.GetAllocatedBytesForCurrentThread() - before) / Events;
        Assert.True(each < 1024, $"{each} bytes an event");
    }

    /// <summary>Takes bytes and keeps none.</summary>
    private sealed class Discarded : IBufferWriter<byte>
    {
        private readonly byte[] _buffer = new byte[64 * 1024];

        public void Advance(int count)
        {
        }

        public Memory<byte> GetMemory(int sizeHint = 0) => _buffer;

        public Span<byte> GetSpan(int sizeHint = 0) => _buffer;
    }
}
