using System.Buffers.Binary;
using System.IO.Compression;

namespace Causeway.Budgets.Export;

/// <summary>
/// Writes rows as Parquet: one page for each column of a row group, PLAIN values, gzip. Text is UTF-8; moments are milliseconds, UTC; numbers are
/// decimals of 38 digits. What it keeps is one row group and what the footer says of those before.
/// </summary>
/// <remarks>The format: README.md and parquet.thrift of apache/parquet-format. The numbers below are those of parquet.thrift.</remarks>
/// <typeparam name="TRow">What a row is made of.</typeparam>
/// <param name="output">Where it is written.</param>
/// <param name="name">What the schema is called.</param>
/// <param name="columns">Its columns.</param>
public sealed class ParquetFile<TRow>(Stream output, string name, IReadOnlyList<ExportColumn<TRow>> columns)
{
    /// <summary>Rows of one row group.</summary>
    public const int GroupRows = 8192;

    private const int Precision = 38;
    private const int Optional = 1;
    private const int Plain = 0;
    private const int Rle = 3;
    private const int Gzip = 2;
    private static readonly byte[] s_magic = "PAR1"u8.ToArray();
    private readonly List<Group> _groups = [];
    private ParquetPage<TRow>[] _pages = Pages(columns);
    private int _rows;
    private long _written;

    private enum Physical
    {
        Int64 = 2, ByteArray = 6, FixedLengthByteArray = 7,
    }

    /// <summary>Adds a row.</summary>
    public async ValueTask AddAsync(TRow row, CancellationToken cancellation)
    {
        foreach (ParquetPage<TRow> page in _pages)
        {
            page.Add(row);
        }

        if (++_rows == GroupRows)
        {
            await EndGroupAsync(cancellation);
        }
    }

    /// <summary>Writes what is left and the footer. Without it the file cannot be read.</summary>
    public async Task EndAsync(CancellationToken cancellation)
    {
        if (_rows > 0)
        {
            await EndGroupAsync(cancellation);
        }

        await BeginAsync(cancellation);
        ReadOnlyMemory<byte> footer = Footer().Written;
        await WriteAsync(footer, cancellation);
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, footer.Length);
        await WriteAsync(length, cancellation);
        await WriteAsync(s_magic, cancellation);
    }

    private static ParquetPage<TRow>[] Pages(IReadOnlyList<ExportColumn<TRow>> columns) => [.. columns.Select(column => new ParquetPage<TRow>(column))];

    private static Physical TypeOf(ExportColumn<TRow> column) => column switch
    {
        TimeColumn<TRow> => Physical.Int64,
        NumberColumn<TRow> => Physical.FixedLengthByteArray,
        _ => Physical.ByteArray,
    };

    private ValueTask BeginAsync(CancellationToken cancellation) => _written == 0 ? WriteAsync(s_magic, cancellation) : ValueTask.CompletedTask;

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        await output.WriteAsync(bytes, cancellation);
        _written += bytes.Length;
    }

    private async Task EndGroupAsync(CancellationToken cancellation)
    {
        await BeginAsync(cancellation);
        var chunks = new Chunk[columns.Count];
        for (int i = 0; i < chunks.Length; i++)
        {
            byte[] page = _pages[i].ToArray();
            ReadOnlyMemory<byte> packed = Pack(page);
            ReadOnlyMemory<byte> header = PageHeader(page.Length, packed.Length).Written;
            chunks[i] = new Chunk(columns[i], _written, header.Length + page.Length, header.Length + packed.Length);
            await WriteAsync(header, cancellation);
            await WriteAsync(packed, cancellation);
        }

        _groups.Add(new Group(chunks, _rows));
        (_pages, _rows) = (Pages(columns), 0);
    }

    private static ReadOnlyMemory<byte> Pack(byte[] page)
    {
        MemoryStream packed = new();
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(page);
        }

        return packed.GetBuffer().AsMemory(0, (int)packed.Length);
    }

    // PageHeader: type DATA_PAGE (0), sizes, DataPageHeader.
    private ThriftWriter PageHeader(int size, int packed) => new ThriftWriter().Struct(header => header
        .I32(1, 0)
        .I32(2, size)
        .I32(3, packed)
        .Struct(5, page => page.I32(1, _rows).I32(2, Plain).I32(3, Rle).I32(4, Rle)));

    // FileMetaData.
    private ThriftWriter Footer() => new ThriftWriter().Struct(footer => footer
        .I32(1, 1)
        .Structs<ExportColumn<TRow>?>(2, [null, .. columns], Describe)
        .I64(3, _groups.Sum(group => (long)group.Rows))
        .Structs(4, _groups, (writer, group) => writer
            .Structs(1, group.Chunks, (chunk, of) => Describe(chunk, of, group.Rows))
            .I64(2, group.Chunks.Sum(chunk => chunk.Size))
            .I64(3, group.Rows))
        .Text(6, "causeway"));

    // SchemaElement, depth first; null: the root. Both the old (converted) and the new (logical) types are said: readers look for either.
    private void Describe(ThriftWriter element, ExportColumn<TRow>? column)
    {
        switch (column)
        {
            case null:
                element.Text(4, name).I32(5, columns.Count);
                break;
            case TimeColumn<TRow>: // Required: every row has its times.
                element.I32(1, (int)Physical.Int64).I32(3, 0).Text(4, column.Name).I32(6, 9)
                    .Struct(10, logical => logical.Struct(8, timestamp => timestamp.True(1).Struct(2, unit => unit.Struct(1, _ => { }))));
                break;
            case NumberColumn<TRow> number:
                element.I32(1, (int)Physical.FixedLengthByteArray).I32(2, ParquetPage<TRow>.NumberBytes).I32(3, Optional).Text(4, column.Name)
                    .I32(6, 5).I32(7, number.Scale).I32(8, Precision)
                    .Struct(10, logical => logical.Struct(5, digits => digits.I32(1, number.Scale).I32(2, Precision)));
                break;
            default:
                element.I32(1, (int)Physical.ByteArray).I32(3, Optional).Text(4, column.Name).I32(6, 0)
                    .Struct(10, logical => logical.Struct(1, _ => { }));
                break;
        }
    }

    // ColumnChunk with its ColumnMetaData.
    private static void Describe(ThriftWriter writer, Chunk chunk, int rows) => writer
        .I64(2, chunk.Offset)
        .Struct(3, meta => meta
            .I32(1, (int)TypeOf(chunk.Column))
            .I32s(2, Plain, Rle)
            .Texts(3, chunk.Column.Name)
            .I32(4, Gzip)
            .I64(5, rows)
            .I64(6, chunk.Size)
            .I64(7, chunk.Packed)
            .I64(9, chunk.Offset));

    private sealed record Group(Chunk[] Chunks, int Rows);

    private sealed record Chunk(ExportColumn<TRow> Column, long Offset, long Size, long Packed);
}
