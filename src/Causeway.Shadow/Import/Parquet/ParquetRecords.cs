using System.Buffers.Binary;

namespace Causeway.Shadow.Import.Parquet;

/// <summary>
/// Rows of a Parquet file. Columns within structures are named with points (<c>project.id</c>); lists and maps are columns too, whose numbers are added up and whose texts stand
/// behind one another. Of each column that is read there is a page in memory; those that nothing is made of are not read. A record's line is its row.
/// </summary>
/// <remarks>
/// The format: README.md, Encodings.md and parquet.thrift of apache/parquet-format. It is read here and not by a library, since a file is whoever sends it's: every length that it says is
/// held against what is there before anything is made of it.
/// </remarks>
/// <param name="file">The file, which can be read anywhere.</param>
public sealed class ParquetRecords(Stream file) : ExportRecords
{
    private const int TailBytes = 8;
    private const long MaxRows = 200_000_000;
    private const int MaxFooter = 32 * 1024 * 1024;
    private readonly ParquetPages _pages = new(file);
    private ParquetFooter _footer = new([], []);
    private ParquetColumn?[] _columns = [];
    private int[] _read = [];
    private int _group = -1;
    private long _left;

    /// <summary>What a Parquet file begins and ends with.</summary>
    public static ReadOnlySpan<byte> Mark => "PAR1"u8;

    /// <inheritdoc/>
    public override async ValueTask OpenAsync(CancellationToken cancellation)
    {
        Line = 1;
        try
        {
            _footer = ParquetFooter.Read(await FooterAsync(cancellation));
        }
        catch (InvalidDataException damage)
        {
            throw Damaged(damage);
        }

        if (_footer.Groups.Sum(group => (decimal)group.Rows) > MaxRows)
        {
            throw new ImportException(1, $"is of a file of more than {MaxRows:#,0} rows. Import shorter spans");
        }

        SetNames([.. _footer.Leaves.Select(leaf => leaf.Name)]);
        _columns = new ParquetColumn?[_footer.Leaves.Count];
    }

    /// <inheritdoc/>
    public override void Reads(IEnumerable<int> columns)
    {
        _read = [.. columns.Distinct()];
        foreach (int column in _read)
        {
            _columns[column] = new ParquetColumn(_footer.Leaves[column], _pages);
        }

        Line = 0;
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> NextAsync(CancellationToken cancellation)
    {
        Line++;
        if (_left == 0 && !BeginGroup())
        {
            return false;
        }

        _left--;
        foreach (int column in _read)
        {
            ParquetColumn one = _columns[column]!;
            if (!TryNext(one))
            {
                await LoadAsync(one, cancellation);
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public override string? Value(int column) => column >= 0 && _columns[column]?.Value is { Length: > 0 } value ? value : null;

    /// <inheritdoc/>
    public override void Dispose() => file.Dispose();

    // It stands at the end of the file: the footer, its length, the mark.
    private async Task<byte[]> FooterAsync(CancellationToken cancellation)
    {
        byte[] tail = new byte[TailBytes];
        if (file.Length < TailBytes + Mark.Length)
        {
            throw new InvalidDataException("it breaks off");
        }

        await _pages.FillAsync(file.Length - TailBytes, tail, cancellation);
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (!tail.AsSpan(4).SequenceEqual(Mark) || length < 0 || length > file.Length - TailBytes - Mark.Length)
        {
            throw new InvalidDataException("it breaks off: what describes it stands at its end, and is not there");
        }

        if (length > MaxFooter)
        {
            throw new InvalidDataException($"what describes it has more than {MaxFooter >> 20} MiB. Write it with larger row groups");
        }

        byte[] footer = new byte[length];
        await _pages.FillAsync(file.Length - TailBytes - length, footer, cancellation);
        return footer;
    }

    private bool TryNext(ParquetColumn column)
    {
        try
        {
            return column.TryNext();
        }
        catch (InvalidDataException damage)
        {
            throw Damaged(damage);
        }
    }

    // Row groups without rows are passed over.
    private bool BeginGroup()
    {
        while (_left == 0)
        {
            if (++_group >= _footer.Groups.Count)
            {
                return false;
            }

            ParquetGroup group = _footer.Groups[_group];
            _left = group.Rows;
            foreach (int column in _read)
            {
                _columns[column]!.Begin(group.Chunks[column] ?? throw Damaged(new InvalidDataException($"column {_footer.Leaves[column].Name} is encrypted, or in another file")));
            }
        }

        return true;
    }

    private async ValueTask LoadAsync(ParquetColumn column, CancellationToken cancellation)
    {
        try
        {
            do
            {
                await column.LoadAsync(cancellation);
            }
            while (!column.TryNext());
        }
        catch (InvalidDataException damage)
        {
            throw Damaged(damage);
        }
    }

    private ImportException Damaged(InvalidDataException damage) => new(Math.Max(1, Line), $"is of a Parquet file that cannot be read: {damage.Message}");
}
