using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Causeway.Budgets.Export;

/// <summary>The values of one column in one row group, in Parquet's PLAIN encoding, with the levels that say which are null.</summary>
/// <remarks>Definition levels: RLE/bit-packed hybrid of width 1, with its length before it (Encodings.md of apache/parquet-format). Required columns have none.</remarks>
internal sealed class ParquetPage<TRow>(ExportColumn<TRow> column)
{
    private readonly ArrayBufferWriter<byte> _values = new();
    private readonly ArrayBufferWriter<byte> _levels = new();
    private int _runLength;
    private bool _runIsPresent;

    /// <summary>Bytes of a number: a 127-bit integer and its sign.</summary>
    public const int NumberBytes = 16;

    /// <summary>Adds a row's value.</summary>
    public void Add(TRow row)
    {
        switch (column)
        {
            case TimeColumn<TRow> time:
                BinaryPrimitives.WriteInt64LittleEndian(_values.GetSpan(8), time.Value(row).ToUnixTimeMilliseconds());
                _values.Advance(8);
                break;
            case NumberColumn<TRow> number:
                Exact? exact = number.Value(row);
                Level(exact is not null);
                if (exact is { } value)
                {
                    BinaryPrimitives.WriteInt128BigEndian(_values.GetSpan(NumberBytes), value.At(number.Scale));
                    _values.Advance(NumberBytes);
                }

                break;
            case TextColumn<TRow> text:
                string? words = text.Value(row);
                Level(words is not null);
                if (words is not null)
                {
                    Text(words);
                }

                break;
        }
    }

    /// <summary>The page's bytes, before they are compressed.</summary>
    public byte[] ToArray()
    {
        if (column is TimeColumn<TRow>)
        {
            return _values.WrittenSpan.ToArray();
        }

        EndRun();
        byte[] page = new byte[4 + _levels.WrittenCount + _values.WrittenCount];
        BinaryPrimitives.WriteInt32LittleEndian(page, _levels.WrittenCount);
        _levels.WrittenSpan.CopyTo(page.AsSpan(4));
        _values.WrittenSpan.CopyTo(page.AsSpan(4 + _levels.WrittenCount));
        return page;
    }

    private void Text(string words)
    {
        int length = Encoding.UTF8.GetByteCount(words);
        Span<byte> bytes = _values.GetSpan(4 + length);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        Encoding.UTF8.GetBytes(words, bytes[4..]);
        _values.Advance(4 + length);
    }

    private void Level(bool isPresent)
    {
        if (isPresent != _runIsPresent)
        {
            EndRun();
            _runIsPresent = isPresent;
        }

        _runLength++;
    }

    private void EndRun()
    {
        if (_runLength == 0)
        {
            return;
        }

        Span<byte> bytes = _levels.GetSpan(6);
        int at = 0;
        uint header = (uint)_runLength << 1; // The lowest bit says that it is a run.
        for (; header >= 0x80; header >>= 7)
        {
            bytes[at++] = (byte)(header | 0x80);
        }

        bytes[at++] = (byte)header;
        bytes[at++] = _runIsPresent ? (byte)1 : (byte)0;
        _levels.Advance(at);
        _runLength = 0;
    }
}
