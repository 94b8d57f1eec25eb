using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Causeway.Wire.Sse;

/// <summary>One server-sent event, copied out of the stream.</summary>
/// <param name="Name">The <c>event</c> field; empty when there is none.</param>
/// <param name="Data">The joined <c>data</c> fields.</param>
public sealed record SseMessage(string Name, byte[] Data);

/// <summary>Reads events out of bytes that come in any pieces. It copies; a relay uses <see cref="SseFramer"/> on its own buffer.</summary>
public sealed class SseReader
{
    private byte[] _buffer = new byte[1024];
    private int _start;
    private int _end;
    private SseFramer _framer;
    private byte[]? _scratch;

    /// <summary>An event grew beyond <see cref="SseFramer.MaxEventBytes"/>; nothing more is read.</summary>
    public bool IsTooLong { get; private set; }

    /// <summary>What was fed and not yet read is a cut event: if the stream has ended, it was truncated.</summary>
    public bool IsTruncated => IsTooLong || SseFramer.IsTruncated(Unread);

    private ReadOnlySpan<byte> Unread => _buffer.AsSpan(_start.._end);

    /// <summary>Takes the next bytes of the stream.</summary>
    public void Feed(ReadOnlySpan<byte> bytes)
    {
        if (IsTooLong)
        {
            return;
        }

        Unread.CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_buffer.Length - _end < bytes.Length)
        {
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, _end + bytes.Length));
        }

        bytes.CopyTo(_buffer.AsSpan(_end));
        _end += bytes.Length;
    }

    /// <summary>Takes the next complete event; false when more bytes are needed.</summary>
    public bool TryRead([NotNullWhen(true)] out SseMessage? message)
    {
        message = null;
        while (!IsTooLong && _framer.TryFrame(Unread, out int length))
        {
            if (length > SseFramer.MaxEventBytes)
            {
                IsTooLong = true;
                return false;
            }

            SseEvent parsed = SseEvent.Parse(Unread[..length], ref _scratch);
            _start += length;
            if (parsed.HasData)
            {
                message = new SseMessage(Encoding.UTF8.GetString(parsed.Name), parsed.Data.ToArray());
                return true;
            }
        }

        IsTooLong |= Unread.Length > SseFramer.MaxEventBytes;
        return false;
    }
}
