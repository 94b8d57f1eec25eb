namespace Causeway.Shadow.Import.Parquet;

/// <summary>How pages are packed.</summary>
internal enum Codec
{
    None = 0, Snappy = 1, Gzip = 2, Lzo = 3, Brotli = 4, Lz4 = 5, Zstd = 6, Lz4Raw = 7,
}

/// <summary>A column's values in one row group.</summary>
/// <param name="Codec">How its pages are packed.</param>
/// <param name="Values">How many, with those that are null.</param>
/// <param name="Start">Where its first page begins in the file.</param>
/// <param name="Bytes">Bytes of its pages, packed.</param>
internal sealed record ParquetChunk(Codec Codec, long Values, long Start, long Bytes);

/// <summary>Rows that stand together.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Chunks">Each column's values; null: nothing describes them here (they are encrypted, or in another file).</param>
internal sealed record ParquetGroup(long Rows, IReadOnlyList<ParquetChunk?> Chunks);

/// <summary>What the end of a Parquet file says of it (FileMetaData of parquet.thrift).</summary>
/// <param name="Leaves">Its columns.</param>
/// <param name="Groups">Its row groups.</param>
internal sealed record ParquetFooter(IReadOnlyList<ParquetLeaf> Leaves, IReadOnlyList<ParquetGroup> Groups)
{
    private const int MaxGroups = 100_000;

    /// <summary>Reads it.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static ParquetFooter Read(ReadOnlySpan<byte> bytes)
    {
        try
        {
            ThriftReader reader = new(bytes);
            IReadOnlyList<ParquetLeaf> leaves = [];
            List<ParquetGroup> groups = [];
            int field = 0;
            while (reader.Field(ref field, out ThriftKind kind))
            {
                switch (field, kind)
                {
                    case (2, ThriftKind.List):
                        leaves = ParquetSchema.Read(ref reader);
                        break;
                    case (4, ThriftKind.List):
                        (int count, _) = reader.List();
                        if (count > MaxGroups)
                        {
                            throw new InvalidDataException($"it has {count:#,0} row groups, {MaxGroups:#,0} at most. Write it with larger ones");
                        }

                        for (int i = 0; i < count; i++)
                        {
                            groups.Add(ReadGroup(ref reader, leaves.Count));
                        }

                        break;
                    default:
                        reader.Skip(kind);
                        break;
                }
            }

            return leaves.Count > 0 ? new ParquetFooter(leaves, groups) : throw new InvalidDataException("it has no columns");
        }
        catch (ThriftEndException end)
        {
            throw new InvalidDataException("what describes it breaks off", end);
        }
    }

    private static ParquetGroup ReadGroup(ref ThriftReader reader, int columns)
    {
        List<ParquetChunk?> chunks = [];
        long rows = 0;
        int field = 0;
        while (reader.Field(ref field, out ThriftKind kind))
        {
            switch (field, kind)
            {
                case (1, ThriftKind.List):
                    (int count, _) = reader.List();
                    for (int i = 0; i < count && chunks.Count <= columns; i++)
                    {
                        chunks.Add(ReadChunk(ref reader));
                    }

                    break;
                case (3, ThriftKind.I64):
                    rows = reader.Number();
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        if (chunks.Count != columns)
        {
            throw new InvalidDataException("its row groups have not the columns of its schema");
        }

        return rows >= 0 ? new ParquetGroup(rows, chunks) : throw new InvalidDataException("it says that it has fewer than no rows");
    }

    private static ParquetChunk? ReadChunk(ref ThriftReader reader)
    {
        ParquetChunk? chunk = null;
        bool isElsewhere = false;
        int field = 0;
        while (reader.Field(ref field, out ThriftKind kind))
        {
            switch (field, kind)
            {
                case (1, ThriftKind.Binary):
                    isElsewhere = reader.Text().Length > 0;
                    break;
                case (3, ThriftKind.Struct):
                    chunk = ReadColumn(ref reader);
                    break;
                case (8, ThriftKind.Struct):
                    isElsewhere = true; // Its values are encrypted.
                    reader.Skip(kind);
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        return isElsewhere ? null : chunk;
    }

    // ColumnMetaData.
    private static ParquetChunk ReadColumn(ref ThriftReader reader)
    {
        int codec = 0;
        (long values, long bytes, long data, long? dictionary) = (0, 0, 0, null);
        int field = 0;
        while (reader.Field(ref field, out ThriftKind kind))
        {
            switch (field, kind)
            {
                case (4, ThriftKind.I32):
                    codec = reader.Int();
                    break;
                case (5, ThriftKind.I64):
                    values = reader.Number();
                    break;
                case (7, ThriftKind.I64):
                    bytes = reader.Number();
                    break;
                case (9, ThriftKind.I64):
                    data = reader.Number();
                    break;
                case (11, ThriftKind.I64):
                    dictionary = reader.Number();
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        // Some writers say that a dictionary stands at 0, where the file's mark is.
        long start = dictionary is > 0 and { } at && at < data ? at : data;
        return start >= 4 && bytes >= 0 && values >= 0 ? new ParquetChunk((Codec)codec, values, start, bytes) : throw new InvalidDataException("the places of its columns are damaged");
    }
}
