using System.Buffers.Binary;
using System.Globalization;

namespace Causeway.Shadow.Import.Parquet;

/// <summary>Reads a column, record by record, a page at a time.</summary>
/// <param name="leaf">The column.</param>
/// <param name="pages">Where its pages are.</param>
internal sealed class ParquetColumn(ParquetLeaf leaf, ParquetPages pages)
{
    private const int MaxJoined = 4 * 1024;
    private Codec _codec;
    private long _place;
    private long _end;
    private long _left;
    private int _inPage;
    private HybridReader _repetitions;
    private HybridReader _definitions;
    private PageValues? _values;
    private string[]? _words;
    private long _heldWords;
    private long _heldPage;
    private bool _isAhead;
    private bool _begun;
    private string? _gathered;

    /// <summary>Its value of the record; null: it has none. Of a list, numbers are added up and texts stand behind one another.</summary>
    public string? Value { get; private set; }

    /// <summary>Goes to a row group.</summary>
    public void Begin(ParquetChunk chunk)
    {
        pages.Hold(-_heldWords - _heldPage);
        (_heldWords, _heldPage, _words, _values, _inPage, _isAhead, _begun) = (0, 0, null, null, 0, false, false);
        (_codec, _place, _end, _left) = (chunk.Codec, chunk.Start, chunk.Start + chunk.Bytes, chunk.Values);
    }

    /// <summary>Goes to the next record, as far as the page reaches.</summary>
    /// <returns>False: <see cref="LoadAsync"/>, and again.</returns>
    public bool TryNext()
    {
        while (true)
        {
            if (_inPage == 0)
            {
                return _left == 0 && _begun && End();
            }

            if (leaf.Repetition == 0)
            {
                Value = Entry();
                return true;
            }

            // A record of several values ends where the next one begins.
            if (!_isAhead)
            {
                _isAhead = true;
                if (_repetitions.Next() == 0 && _begun)
                {
                    return End();
                }
            }

            (_isAhead, _begun) = (false, true);
            Gather(Entry());
        }
    }

    /// <summary>Goes to the next page.</summary>
    /// <exception cref="InvalidDataException">There is none, or it is damaged.</exception>
    public async ValueTask LoadAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (_left == 0 || _place >= _end)
            {
                throw new InvalidDataException($"column {leaf.Name} ends before its row group does");
            }

            pages.Hold(-_heldPage);
            _heldPage = 0;
            (ParquetPage page, _place) = await pages.ReadAsync(leaf, _codec, _place, _end, cancellation);
            switch (page.Header.Kind)
            {
                case PageKind.Dictionary:
                    ReadWords(page);
                    break;
                case PageKind.Data or PageKind.DataV2:
                    ReadData(page);
                    if (_inPage > 0)
                    {
                        return;
                    }

                    break;
                default:
                    break; // Indexes, and what may come.
            }
        }
    }

    private bool End()
    {
        (Value, _gathered, _begun) = (_gathered, null, false);
        return true;
    }

    private string? Entry()
    {
        _inPage--;
        _left--;
        return leaf.Definition == 0 || _definitions.Next() == leaf.Definition ? _values!.Next() : null;
    }

    private void Gather(string? value)
    {
        if (value is not null && _gathered is not null && leaf.IsNumber && decimal.TryParse(_gathered, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal sum) && decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal more))
        {
            // Whatever is more than this is no amount, and is told so where the record is read.
            _gathered = Math.Abs(sum) < 1e27m && Math.Abs(more) < 1e27m ? (sum + more).ToString(CultureInfo.InvariantCulture) : "more than is counted";
        }
        else if (value is not null && (_gathered?.Length ?? 0) + value.Length <= MaxJoined)
        {
            _gathered = _gathered is null ? value : $"{_gathered}, {value}";
        }
    }

    private void ReadWords(ParquetPage page)
    {
        _heldWords = (2L * page.Bytes.Length) + (48L * page.Header.Values);
        pages.Hold(_heldWords);
        PageValues values = PageValues.Of(leaf, 0, page.Bytes, null);
        _words = new string[page.Header.Values];
        for (int i = 0; i < _words.Length; i++)
        {
            _words[i] = values.Next();
        }
    }

    private void ReadData(ParquetPage page)
    {
        (PageHeader header, ReadOnlyMemory<byte> bytes) = (page.Header, page.Bytes);
        if (header.Values > _left)
        {
            throw new InvalidDataException($"column {leaf.Name} has more values than its row group says");
        }

        bool isSecond = header.Kind == PageKind.DataV2;
        _repetitions = Levels(leaf.Repetition, isSecond ? header.Repetitions : null, ref bytes);
        _definitions = Levels(leaf.Definition, isSecond ? header.Definitions : null, ref bytes);
        _values = PageValues.Of(leaf, header.Encoding, bytes, _words);
        _inPage = header.Values;

        // Of some encodings a number for each value is kept beside the page.
        _heldPage = page.Bytes.Length + (header.Encoding is 6 or 7 ? 8L * header.Values : 0);
        pages.Hold(_heldPage);
    }

    private HybridReader Levels(int highest, int? length, ref ReadOnlyMemory<byte> bytes)
    {
        if (highest == 0 && length is null or 0)
        {
            return new HybridReader(default, 0);
        }

        if (length is null)
        {
            length = bytes.Length >= 4 ? BinaryPrimitives.ReadInt32LittleEndian(bytes.Span) : -1;
            bytes = length >= 0 ? bytes[4..] : bytes;
        }

        if (length < 0 || length > bytes.Length)
        {
            throw new InvalidDataException($"a page of column {leaf.Name} ends before its levels do");
        }

        HybridReader levels = new(bytes[..length.Value], HybridReader.WidthOf(highest));
        bytes = bytes[length.Value..];
        return levels;
    }
}
