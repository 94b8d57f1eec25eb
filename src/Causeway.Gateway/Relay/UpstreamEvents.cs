using System.Buffers;
using System.Runtime.InteropServices;
using Causeway.Wire;
using Causeway.Wire.Bedrock.EventStream;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;

namespace Causeway.Gateway.Relay;

/// <summary>Finds events in a provider's stream, whichever way it sends them, for the translator.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct UpstreamEvents(StreamShape shape) : IDisposable
{
    private SseFramer _sse;
    private JsonArrayFramer _array;
    private EventStreamFramer _frames;
    private byte[]? _scratch;

    /// <summary>Goes on where another reader of events stopped.</summary>
    public UpstreamEvents(StreamShape shape, SseFramer sse, JsonArrayFramer array, EventStreamFramer frames)
        : this(shape) => (_sse, _array, _frames) = (sse, array, frames);

    /// <summary>A frame was damaged: where the next one would begin is not known.</summary>
    public readonly bool IsBroken => _frames.IsBroken;

    /// <summary>The first complete event of a buffer that starts behind the last one.</summary>
    /// <param name="buffer">What was received and not taken yet.</param>
    /// <param name="length">Bytes to drop.</param>
    /// <param name="name">The event's name; empty where it has none.</param>
    /// <param name="data">Its data, valid until the next call.</param>
    /// <param name="isEvent">False for what only keeps the connection open.</param>
    public bool TryNext(ReadOnlyMemory<byte> buffer, out int length, out ReadOnlySpan<byte> name, out ReadOnlyMemory<byte> data, out bool isEvent)
    {
        name = default;
        data = default;
        isEvent = false;
        switch (shape)
        {
            case StreamShape.Array:
                if (!_array.TryFrame(buffer.Span, out length, out ByteRange element))
                {
                    return false;
                }

                data = buffer.Slice(element.Start, element.Length);
                isEvent = element.Length > 0;
                return true;
            case StreamShape.Frames:
                if (!_frames.TryFrame(buffer.Span, out length))
                {
                    return false;
                }

                var frame = EventStreamEvent.Parse(buffer.Span[..length]);
                name = frame.Name;
                data = InBuffer(buffer, frame.Payload);
                isEvent = true;
                return true;
            default:
                if (!_sse.TryFrame(buffer.Span, out length))
                {
                    return false;
                }

                var found = SseEvent.Parse(buffer.Span[..length], ref _scratch);
                name = found.Name;
                data = InBuffer(buffer, found.Data);
                isEvent = found.HasData;
                return true;
        }
    }

    public void Dispose()
    {
        if (_scratch is not null)
        {
            ArrayPool<byte>.Shared.Return(_scratch);
            _scratch = null;
        }
    }

    // Data of several lines was joined in the scratch buffer; everything else is where it was received.
    private readonly ReadOnlyMemory<byte> InBuffer(ReadOnlyMemory<byte> buffer, ReadOnlySpan<byte> data) =>
        buffer.Span.Overlaps(data, out int offset) ? buffer.Slice(offset, data.Length) : _scratch.AsMemory(0, data.Length);
}
