namespace Causeway.Shadow.Import.Parquet;

/// <summary>Reads Parquet's hybrid of runs and packed bits, number by number (Encodings.md of apache/parquet-format): levels, places in a dictionary, truth values.</summary>
/// <param name="bytes">The runs.</param>
/// <param name="width">Bits of a number, 0 to 32.</param>
internal struct HybridReader(ReadOnlyMemory<byte> bytes, int width)
{
    private const int MaxHeader = 6; // Bytes.
    private readonly ReadOnlyMemory<byte> _bytes = bytes;
    private readonly int _width = width is >= 0 and <= 32 ? width : throw Wrong();
    private int _at;
    private long _left;
    private bool _isPacked;
    private uint _repeated;
    private ulong _bits;
    private int _hasBits;

    /// <summary>The bits that numbers up to this one need.</summary>
    public static int WidthOf(int highest) => 32 - System.Numerics.BitOperations.LeadingZeroCount((uint)highest);

    /// <summary>The next number.</summary>
    public int Next()
    {
        if (_width == 0)
        {
            return 0; // Nothing needs to be written where there is one number only.
        }

        if (_left == 0)
        {
            Begin();
        }

        _left--;
        return _isPacked ? Unpack() : (int)_repeated;
    }

    private void Begin()
    {
        int length = Varint.Read(_bytes.Span[_at..], MaxHeader, out ulong header);
        _at += length > 0 ? length : throw Wrong();
        _isPacked = (header & 1) == 1;
        _left = (long)(header >> 1) * (_isPacked ? 8 : 1);
        if (_left == 0)
        {
            throw Wrong();
        }

        (_bits, _hasBits, _repeated) = (0, 0, 0);
        for (int i = 0; !_isPacked && i < (_width + 7) / 8; i++)
        {
            _repeated |= (uint)Byte() << (8 * i);
        }
    }

    private int Unpack()
    {
        while (_hasBits < _width)
        {
            _bits |= (ulong)Byte() << _hasBits;
            _hasBits += 8;
        }

        uint number = (uint)(_bits & ((1UL << _width) - 1));
        _bits >>= _width;
        _hasBits -= _width;
        return (int)number;
    }

    private byte Byte() => _at < _bytes.Length ? _bytes.Span[_at++] : throw Wrong();

    private static InvalidDataException Wrong() => new("a page ends before its values do");
}
