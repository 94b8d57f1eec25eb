namespace Causeway.Shadow.Import.Parquet;

/// <summary>What a page is of.</summary>
internal enum PageKind
{
    Data = 0, Index = 1, Dictionary = 2, DataV2 = 3,
}

/// <summary>What stands before a page (PageHeader of parquet.thrift).</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Unpacked">Its bytes, unpacked.</param>
/// <param name="Packed">Its bytes in the file.</param>
/// <param name="Checksum">CRC-32 of those; null: none was written.</param>
/// <param name="Values">Values in it, with those that are null.</param>
/// <param name="Encoding">How they are written.</param>
/// <param name="Repetitions">Of the second kind of data page, bytes of its repetition levels.</param>
/// <param name="Definitions">And of its definition levels.</param>
/// <param name="IsPacked">Whether values are packed at all.</param>
internal sealed record PageHeader(PageKind Kind, int Unpacked, int Packed, uint? Checksum, int Values, int Encoding, int Repetitions, int Definitions, bool IsPacked)
{
    private const int PackedLevels = 4; // The encoding that went out of use before any of these exports began.

    /// <summary>Bytes of levels that are not packed.</summary>
    public int LevelBytes => Kind == PageKind.DataV2 ? Repetitions + Definitions : 0;

    /// <summary>Reads it.</summary>
    /// <returns>It, and its length.</returns>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="ThriftEndException">It is longer than the bytes.</exception>
    public static (PageHeader Header, int Length) Read(ReadOnlySpan<byte> bytes)
    {
        ThriftReader reader = new(bytes);
        PageHeader header = new(PageKind.Index, -1, -1, null, 0, 0, 0, 0, true);
        int field = 0;
        while (reader.Field(ref field, out ThriftKind kind))
        {
            switch (field, kind)
            {
                case (1, ThriftKind.I32):
                    header = header with { Kind = (PageKind)reader.Int() };
                    break;
                case (2, ThriftKind.I32):
                    header = header with { Unpacked = reader.Int() };
                    break;
                case (3, ThriftKind.I32):
                    header = header with { Packed = reader.Int() };
                    break;
                case (4, ThriftKind.I32):
                    header = header with { Checksum = (uint)reader.Int() };
                    break;
                case (5 or 7 or 8, ThriftKind.Struct):
                    header = header.Of(ref reader, isSecond: field == 8);
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        return header is { Unpacked: >= 0, Packed: >= 0, Values: >= 0, Repetitions: >= 0, Definitions: >= 0, LevelBytes: >= 0 } ? (header, reader.At) : throw new InvalidDataException("a page's header is damaged");
    }

    // DataPageHeader and DictionaryPageHeader begin alike; DataPageHeaderV2 counts nulls and rows before its encoding.
    private PageHeader Of(ref ThriftReader reader, bool isSecond)
    {
        PageHeader header = this;
        int field = 0;
        while (reader.Field(ref field, out ThriftKind kind))
        {
            switch (field, kind)
            {
                case (1, ThriftKind.I32):
                    header = header with { Values = reader.Int() };
                    break;
                case (2, ThriftKind.I32) when !isSecond:
                case (4, ThriftKind.I32) when isSecond:
                    header = header with { Encoding = reader.Int() };
                    break;
                case (3 or 4, ThriftKind.I32):
                    if (reader.Int() == PackedLevels && header.Kind == PageKind.Data)
                    {
                        throw new InvalidDataException("it is written as files were before 2013 (BIT_PACKED levels)");
                    }

                    break;
                case (5, ThriftKind.I32) when isSecond:
                    header = header with { Definitions = reader.Int() };
                    break;
                case (6, ThriftKind.I32) when isSecond:
                    header = header with { Repetitions = reader.Int() };
                    break;
                case (7, ThriftKind.True or ThriftKind.False) when isSecond:
                    header = header with { IsPacked = kind == ThriftKind.True };
                    break;
                default:
                    reader.Skip(kind);
                    break;
            }
        }

        return header;
    }
}
