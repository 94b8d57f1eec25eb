using System.Buffers;
using System.Runtime.InteropServices;
using Causeway.Wire;
using Causeway.Wire.Endings;
using Causeway.Wire.Errors;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;
using Causeway.Wire.Usage;

namespace Causeway.Gateway.Relay;

/// <summary>Finds events in a stream and shows them to the meter: server-sent events, or the elements of Gemini's array.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct EventFraming(bool array, LengthEnd? end = null) : IDisposable
{
    private SseFramer _sse;
    private JsonArrayFramer _array;
    private byte[]? _scratch;
    private int _events;

    /// <summary>The length of the first complete event and what the meter makes of it.</summary>
    public bool TryNext(ReadOnlySpan<byte> buffer, ResponseMeter meter, out int length, out StreamVerdict verdict, out bool progress)
    {
        verdict = StreamVerdict.Pass;
        progress = false;
        if (array)
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
        array ? !_array.Closed || tail.ContainsAnyExcept(" \t\r\n"u8) : SseFramer.IsTruncated(tail);

    /// <summary>Tells the caller, in its protocol's own way, that the rest will not come.</summary>
    public readonly void WriteError(IBufferWriter<byte> output, Operation operation, ErrorKind kind, string code, string message, string requestId)
    {
        if (array)
        {
            ErrorEnvelope.WriteArrayElement(output, kind, code, message, requestId, first: _events == 0);
        }
        else
        {
            ErrorEnvelope.WriteEvent(output, operation, kind, code, message, requestId, _events);
        }
    }

    /// <summary>The same place in the stream, for whoever only reads on.</summary>
    public readonly UpstreamEvents Rest() => new(array ? StreamShape.Array : StreamShape.Events, _sse, _array);

    public void Dispose()
    {
        if (_scratch is not null)
        {
            ArrayPool<byte>.Shared.Return(_scratch);
            _scratch = null;
        }
    }
}
