using System.Text.Json;
using Causeway.Wire.Neutral;

namespace Causeway.Wire.Gemini.Generate;

/// <summary>Reads a stream of response objects. It has no terminator: it is whole when the connection closes after a reason to end was told.</summary>
internal sealed class GenerateEvents(ReplySink sink) : ReplyEvents
{
    private readonly GenerateReplyReader _reader = new(sink);

    public override void Read(ReadOnlySpan<byte> name, ReadOnlyMemory<byte> data)
    {
        if (data.IsEmpty)
        {
            sink.KeepAlive();
            return;
        }

        using JsonDocument chunk = JsonDocument.Parse(data);
        Ended = !_reader.Take(chunk.RootElement);
    }

    public override bool Close() => Ended || (Ended = _reader.TryEnd(isWhole: false));
}
