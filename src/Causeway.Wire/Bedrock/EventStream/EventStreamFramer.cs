using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Causeway.Wire.Bedrock.EventStream;

/// <summary>Cuts a growing buffer of <c>application/vnd.amazon.eventstream</c> into whole frames without copying.</summary>
/// <remarks>
/// A frame: its length, the length of its headers and a CRC of both, in big-endian words; headers; payload; a CRC of everything before. Both
/// sums are checked, since a frame that is read at a wrong place would turn one damaged byte into a text that nobody generated. After a
/// damaged frame there is no next one: where it would begin is not known.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public struct EventStreamFramer
{
    /// <summary>The longest frame that is taken: 1 MiB, as of any stream here. The format itself allows 16 MiB.</summary>
    public const int MaxFrameBytes = 1 << 20;

    /// <summary>The media type of such a stream.</summary>
    public const string MediaType = "application/vnd.amazon.eventstream";

    internal const int PreludeBytes = 12;
    internal const int SumBytes = 4;

    private int _length;

    /// <summary>A frame was damaged or too long; no frame follows.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Finds the end of the first frame.</summary>
    /// <param name="buffer">Starts at the first byte of an unfinished frame; only grows until a frame was found.</param>
    /// <param name="length">Bytes of the frame; drop these before the next call.</param>
    /// <returns>False when the frame is not complete yet, or the stream <see cref="IsBroken"/>.</returns>
    public bool TryFrame(ReadOnlySpan<byte> buffer, out int length)
    {
        length = 0;
        if (IsBroken || (_length == 0 && (buffer.Length < PreludeBytes || !TakePrelude(buffer))) || buffer.Length < _length)
        {
            return false;
        }

        ReadOnlySpan<byte> summed = buffer[..(_length - SumBytes)];
        if (Crc32.Of(summed) != BinaryPrimitives.ReadUInt32BigEndian(buffer[summed.Length..]))
        {
            IsBroken = true;
            return false;
        }

        length = _length;
        _length = 0;
        return true;
    }

    private bool TakePrelude(ReadOnlySpan<byte> buffer)
    {
        uint total = BinaryPrimitives.ReadUInt32BigEndian(buffer);
        uint headers = BinaryPrimitives.ReadUInt32BigEndian(buffer[4..]);
        IsBroken = total is < PreludeBytes + SumBytes or > MaxFrameBytes
            || headers > total - PreludeBytes - SumBytes
            || Crc32.Of(buffer[..8]) != BinaryPrimitives.ReadUInt32BigEndian(buffer[8..]);
        _length = IsBroken ? 0 : (int)total;
        return !IsBroken;
    }
}
