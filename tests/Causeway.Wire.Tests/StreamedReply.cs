using System.Text;
using Causeway.Wire.Json;
using Causeway.Wire.Sse;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Tests;

/// <summary>Relays a stream as the gateway does: one growing buffer, a framer, a meter.</summary>
internal sealed class StreamedReply(Operation operation, bool array = false)
{
    private readonly List<byte> _buffer = [];
    private readonly StringBuilder _log = new();
    private SseFramer _sse;
    private JsonArrayFramer _array;
    private byte[]? _scratch;

    public ResponseMeter Meter { get; } = new(operation, stream: true);

    public List<StreamVerdict> Verdicts { get; } = [];

    public bool IsTruncated => array ? !_array.Closed : SseFramer.IsTruncated(_buffer.ToArray());

    /// <summary>Every event and all that the meter knows, as text to compare.</summary>
    public string Summary => $"{_log}{Known(Meter)} truncated={IsTruncated}";

    public static string Known(ResponseMeter meter) =>
        $"{meter.Usage} has={meter.HasUsage} input={meter.InputReported} model={meter.Model} stop={meter.StopReason} tier={meter.ServiceTier} "
        + $"region={meter.Region} error={meter.ErrorCode} text={meter.OutputTextBytes} ended={meter.Ended} saw={meter.SawBytes} "
        + $"malformed={meter.MalformedEvents} unusable={meter.UnusableReports} uses={meter.Uses}";

    public static StreamedReply Of(Operation operation, ReadOnlySpan<byte> whole, bool array = false)
    {
        StreamedReply reply = new(operation, array);
        reply.Feed(whole);
        return reply;
    }

    public void Feed(ReadOnlySpan<byte> chunk)
    {
        _buffer.AddRange(chunk);
        while (TryFrame(out int length, out ByteRange element))
        {
            byte[] frame = [.. _buffer[..length]];
            _buffer.RemoveRange(0, length);
            if (!array)
            {
                SseEvent parsed = SseEvent.Parse(frame, ref _scratch);
                if (parsed.HasData)
                {
                    Take(parsed.Name, parsed.Data);
                }
            }
            else if (element.Length > 0)
            {
                Take(default, frame.AsSpan(element.Start, element.Length));
            }
        }
    }

    private bool TryFrame(out int length, out ByteRange element)
    {
        element = default;
        ReadOnlySpan<byte> buffer = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_buffer);
        return array ? _array.TryFrame(buffer, out length, out element) : _sse.TryFrame(buffer, out length);
    }

    private void Take(ReadOnlySpan<byte> name, ReadOnlySpan<byte> data)
    {
        StreamVerdict verdict = Meter.Event(name, data);
        Verdicts.Add(verdict);
        _log.Append(verdict).Append(' ').Append(Encoding.UTF8.GetString(name)).Append(' ').AppendLine(Encoding.UTF8.GetString(data));
    }
}
