namespace Causeway.Shadow.Import.Parquet;

/// <summary>Reads Parquet's DELTA_BINARY_PACKED, number by number (Encodings.md of apache/parquet-format).</summary>
internal struct DeltaReader
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int _miniblocks;
    private readonly int _perMiniblock;
    private readonly byte[] _widths;
    private long _left;
    private int _miniblock;
    private int _inMiniblock;
    private long _value;
    private long _least;
    private UInt128 _bits;
    private int _hasBits;
    private bool _hasFirst;

    public DeltaReader(ReadOnlyMemory<byte> bytes)
    {
        _bytes = bytes;
        ulong block = Unsigned();
        ulong miniblocks = Unsigned();
        ulong count = Unsigned();
        if (miniblocks is 0 or > 1024 || block is 0 or > (1 << 20) || block % miniblocks != 0 || count > int.MaxValue)
        {
            throw Wrong();
        }

        (_miniblocks, _perMiniblock, Count, _left) = ((int)miniblocks, (int)(block / miniblocks), (int)count, (long)count);
        _widths = new byte[_miniblocks];
        _miniblock = _miniblocks;
        _value = Varint.Signed(Unsigned());
    }

    /// <summary>How many numbers there are.</summary>
    public int Count { get; }

    /// <summary>Bytes that were read; after the last number, where what follows begins.</summary>
    public int At { get; private set; }

    /// <summary>The next number.</summary>
    public long Next()
    {
        if (_left-- <= 0)
        {
            throw Wrong();
        }

        if (!_hasFirst)
        {
            _hasFirst = true;
            return _value;
        }

        if (_inMiniblock == 0)
        {
            BeginMiniblock();
        }

        _inMiniblock--;
        _value = unchecked(_value + _least + (long)Unpack(_widths[_miniblock]));
        if (_left == 0)
        {
            // The miniblock is whole, whatever of it counts.
            long bits = ((long)_inMiniblock * _widths[_miniblock]) - _hasBits;
            At = bits / 8 <= _bytes.Length - At ? At + (int)Math.Max(0, bits / 8) : throw Wrong();
        }

        return _value;
    }

    private void BeginMiniblock()
    {
        if (++_miniblock >= _miniblocks)
        {
            _miniblock = 0;
            _least = Varint.Signed(Unsigned());
            for (int i = 0; i < _miniblocks; i++)
            {
                _widths[i] = Byte();
            }
        }

        (_inMiniblock, _bits, _hasBits) = (_perMiniblock, 0, 0);
        if (_widths[_miniblock] > 64)
        {
            throw Wrong();
        }
    }

    private ulong Unpack(int width)
    {
        while (_hasBits < width)
        {
            _bits |= (UInt128)Byte() << _hasBits;
            _hasBits += 8;
        }

        ulong number = (ulong)(_bits & ((UInt128.One << width) - 1));
        _bits >>= width;
        _hasBits -= width;
        return number;
    }

    private ulong Unsigned()
    {
        int length = Varint.Read(_bytes.Span[At..], Varint.Most, out ulong value);
        At += length > 0 ? length : throw Wrong();
        return value;
    }

    private byte Byte() => At < _bytes.Length ? _bytes.Span[At++] : throw Wrong();

    private static InvalidDataException Wrong() => new("a page ends before its values do");
}
