using System.Buffers.Binary;

namespace Causeway.Shadow.Import.Parquet;

/// <summary>The values of a page, one after another. There is one class for each encoding of Encodings.md of apache/parquet-format.</summary>
internal abstract class PageValues
{
    private const int Plain = 0;
    private const int PlainDictionary = 2;
    private const int Rle = 3;
    private const int DeltaNumbers = 5;
    private const int DeltaLengths = 6;
    private const int DeltaTexts = 7;
    private const int RleDictionary = 8;
    private const int Split = 9;

    /// <summary>Begins to read a page.</summary>
    /// <param name="leaf">Its column.</param>
    /// <param name="encoding">How values are written, as the page says.</param>
    /// <param name="bytes">The values.</param>
    /// <param name="words">The column's dictionary; null: there is none.</param>
    /// <exception cref="InvalidDataException">The encoding is not known, or not for such values.</exception>
    public static PageValues Of(ParquetLeaf leaf, int encoding, ReadOnlyMemory<byte> bytes, string[]? words) => (encoding, leaf.Type) switch
    {
        (Plain, Physical.Boolean) => new TruthValues(new HybridReader(Packed(bytes), 1)),
        (Plain, _) => new PlainValues(leaf, bytes),
        (PlainDictionary or RleDictionary, _) => words is null ? throw new InvalidDataException($"column {leaf.Name} has no dictionary") : new DictionaryValues(words, bytes),
        (Rle, Physical.Boolean) => new TruthValues(new HybridReader(bytes.Length >= 4 ? bytes[4..] : bytes, 1)),
        (DeltaNumbers, Physical.Int32 or Physical.Int64) => new DeltaValues(leaf, new DeltaReader(bytes)),
        (DeltaLengths, Physical.ByteArray) => new SlicedValues(leaf, bytes),
        (DeltaTexts, Physical.ByteArray or Physical.FixedLengthByteArray) => new SharedPrefixValues(leaf, bytes),
        (Split, _) when leaf.Width > 0 => new SplitValues(leaf, bytes),
        _ => throw new InvalidDataException($"column {leaf.Name} is written in an encoding that is not known ({encoding})"),
    };

    /// <summary>The next value.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public abstract string Next();

    private protected static InvalidDataException Ends(ParquetLeaf leaf) => new($"a page of column {leaf.Name} ends before its values do");

    // Eight truth values a byte are what a run of packed bits holds after its header, which says how many.
    private static byte[] Packed(ReadOnlyMemory<byte> bytes)
    {
        byte[] run = new byte[bytes.Length + 5];
        uint header = ((uint)bytes.Length << 1) | 1;
        for (int i = 0; i < 5; i++, header >>= 7)
        {
            run[i] = (byte)((header & 0x7F) | (i < 4 ? 0x80u : 0));
        }

        bytes.Span.CopyTo(run.AsSpan(5));
        return run;
    }

    private sealed class TruthValues(HybridReader bits) : PageValues
    {
        private HybridReader _bits = bits;

        public override string Next() => _bits.Next() == 1 ? "true" : "false";
    }

    private sealed class DictionaryValues : PageValues
    {
        private readonly string[] _words;
        private HybridReader _places;

        public DictionaryValues(string[] words, ReadOnlyMemory<byte> bytes)
        {
            _words = words;
            _places = bytes.Length == 0 ? new HybridReader(bytes, 1) : new HybridReader(bytes[1..], bytes.Span[0]);
        }

        public override string Next() => _places.Next() is >= 0 and int place && place < _words.Length ? _words[place] : throw new InvalidDataException("a page names a place that its dictionary has not");
    }

    private sealed class DeltaValues(ParquetLeaf leaf, DeltaReader numbers) : PageValues
    {
        private DeltaReader _numbers = numbers;

        public override string Next() => ParquetText.Of(leaf, leaf.Type == Physical.Int32 ? (int)_numbers.Next() : _numbers.Next());
    }
}

/// <summary>Values as they are.</summary>
internal sealed class PlainValues(ParquetLeaf leaf, ReadOnlyMemory<byte> bytes) : PageValues
{
    private int _at;

    public override string Next()
    {
        ReadOnlySpan<byte> rest = bytes.Span[_at..];
        int length = leaf.Width;
        if (length == 0)
        {
            length = rest.Length >= 4 && BinaryPrimitives.ReadInt32LittleEndian(rest) is >= 0 and int said ? said : throw Ends(leaf);
            rest = rest[4..];
            _at += 4;
        }

        if (length > rest.Length)
        {
            throw Ends(leaf);
        }

        _at += length;
        return Of(leaf, rest[..length]);
    }

    internal static string Of(ParquetLeaf leaf, ReadOnlySpan<byte> value) => leaf.Type switch
    {
        Physical.Int32 => ParquetText.Of(leaf, BinaryPrimitives.ReadInt32LittleEndian(value)),
        Physical.Int64 => ParquetText.Of(leaf, BinaryPrimitives.ReadInt64LittleEndian(value)),
        Physical.Float => ParquetText.Of(BinaryPrimitives.ReadSingleLittleEndian(value)),
        Physical.Double => ParquetText.Of(BinaryPrimitives.ReadDoubleLittleEndian(value)),
        _ => ParquetText.Of(leaf, value),
    };
}

/// <summary>The first bytes of all values, then their second ones, and so on.</summary>
internal sealed class SplitValues(ParquetLeaf leaf, ReadOnlyMemory<byte> bytes) : PageValues
{
    private readonly byte[] _value = new byte[leaf.Width];
    private readonly int _count = bytes.Length / leaf.Width;
    private int _at;

    public override string Next()
    {
        if (_at == _count)
        {
            throw Ends(leaf);
        }

        for (int i = 0; i < _value.Length; i++)
        {
            _value[i] = bytes.Span[(i * _count) + _at];
        }

        _at++;
        return PlainValues.Of(leaf, _value);
    }
}

/// <summary>Lengths, then the values behind one another.</summary>
internal sealed class SlicedValues : PageValues
{
    private readonly ParquetLeaf _leaf;
    private readonly ReadOnlyMemory<byte> _bytes;
    private readonly int[] _lengths;
    private int _next;
    private int _at;

    public SlicedValues(ParquetLeaf leaf, ReadOnlyMemory<byte> bytes)
    {
        _leaf = leaf;
        _bytes = bytes;
        _lengths = Lengths(leaf, bytes, out _at);
    }

    public override string Next() => PlainValues.Of(_leaf, NextBytes());

    public ReadOnlySpan<byte> NextBytes()
    {
        if (_next == _lengths.Length || _lengths[_next] is not (>= 0 and int length) || length > _bytes.Length - _at)
        {
            throw Ends(_leaf);
        }

        _next++;
        _at += length;
        return _bytes.Span.Slice(_at - length, length);
    }

    // A page has a byte for eight lengths at least unless all are the same; MaxValues bounds those.
    internal static int[] Lengths(ParquetLeaf leaf, ReadOnlyMemory<byte> bytes, out int end)
    {
        DeltaReader reader = new(bytes);
        if (reader.Count > ParquetPages.MaxValues)
        {
            throw Ends(leaf);
        }

        int[] lengths = new int[reader.Count];
        for (int i = 0; i < lengths.Length; i++)
        {
            lengths[i] = (int)Math.Clamp(reader.Next(), -1, int.MaxValue);
        }

        end = reader.At;
        return lengths;
    }
}

/// <summary>How much of each value is the one before's, and what follows.</summary>
internal sealed class SharedPrefixValues : PageValues
{
    private readonly ParquetLeaf _leaf;
    private readonly int[] _prefixes;
    private readonly SlicedValues _suffixes;
    private byte[] _before = [];
    private int _next;

    public SharedPrefixValues(ParquetLeaf leaf, ReadOnlyMemory<byte> bytes)
    {
        _leaf = leaf;
        _prefixes = SlicedValues.Lengths(leaf, bytes, out int end);
        _suffixes = new SlicedValues(leaf, bytes[end..]);
    }

    public override string Next()
    {
        int prefix = _next < _prefixes.Length ? _prefixes[_next++] : -1;
        ReadOnlySpan<byte> suffix = _suffixes.NextBytes();
        if (prefix < 0 || prefix > _before.Length || prefix + suffix.Length > ExportRecords.MaxRecordBytes || (_leaf.Width > 0 && prefix + suffix.Length != _leaf.Width))
        {
            throw Ends(_leaf);
        }

        _before = [.. _before.AsSpan(0, prefix), .. suffix];
        return PlainValues.Of(_leaf, _before);
    }
}
