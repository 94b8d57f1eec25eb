using System.Buffers;
using System.Runtime.InteropServices;
using Causeway.Wire;
using Causeway.Wire.Bedrock.EventStream;
using Causeway.Wire.Endings;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Relay;

/// <summary>Finds events in a stream and shows them to the meter: server-sent events, the elements of Gemini's array, or Bedrock's frames.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct EventFraming(StreamShape shape, LengthEnd? end = null) : IDisposable
{
    private SseFramer _sse;
    private JsonArrayFramer _array;
    private EventStreamFramer _frames;
    private byte[]? _scratch;
    private int _events;

    /// <summary>A frame was damaged: where the next one would begin is not known.</summary>
    public readonly bool IsBroken => _frames.IsBroken;

    /// <summary>The length of the first complete event and what the meter makes of it.</summary>
    public bool TryNext(ReadOnlySpan<byte> buffer, ResponseMeter meter, out int length, out StreamVerdict verdict, out bool progress)
    {
        verdict = StreamVerdict.Pass;
        progress = false;
        if (shape == StreamShape.Frames)
        {
            if (!_frames.TryFrame(buffer, out length))
            {
                return false;
            }

            var frame = EventStreamEvent.Parse(buffer[..length]);
            progress = true;
            verdict = meter.Event(frame.Name, frame.Payload);
            _events++;
            return true;
        }

        if (shape == StreamShape.Array)
        {
            if (!_array.TryFrame(buffer, out length, out ByteRange element))
            {
                return false;
            }

            if (element.Length > 0)
            {
                progress = true;
                verdict = meter.Event(default, buffer.Slice(element.Start, element.Length));
                end?.Take(default, buffer.Slice(element.Start, element.Length));
                _events++;
            }

            return true;
        }

        if (!_sse.TryFrame(buffer, out length))
        {
            return false;
        }

        var found = SseEvent.Parse(buffer[..length], ref _scratch);
        if (found.HasData)
        {
            progress = true; // Comments keep a connection open; they are no progress of the answer.
            verdict = meter.Event(found.Name, found.Data);
            end?.Take(found.Name, found.Data);
            _events++;
        }

        return true;
    }

    /// <summary>Whether the bytes that are left at the end of a stream are a piece of an event that never came whole.</summary>
    public readonly bool IsTruncated(ReadOnlySpan<byte> tail) =>
        shape switch
        {
            StreamShape.Array => !_array.Closed || tail.ContainsAnyExcept(" \t\r\n"u8),
            StreamShape.Frames => !tail.IsEmpty,
            _ => SseFramer.IsTruncated(tail),
        };

    /// <summary>Tells the caller, in its protocol's own way, that the rest will not come.</summary>
    public readonly void WriteError(IBufferWriter<byte> output, Operation operation, ErrorKind kind, string code, string message, string requestId)
    {
        if (shape == StreamShape.Array)
        {
            ErrorEnvelope.WriteArrayElement(output, kind, code, message, requestId, first: _events == 0);
        }
        else
        {
            ErrorEnvelope.WriteEvent(output, operation, kind, code, message, requestId, _events);
        }
    }

    /// <summary>The same place in the stream, for whoever only reads on.</summary>
    public readonly UpstreamEvents Rest() => new(shape, _sse, _array, _frames);

    public void Dispose()
    {
        if (_scratch is not null)
        {
            ArrayPool<byte>.Shared.Return(_scratch);
            _scratch = null;
        }
    }
}
