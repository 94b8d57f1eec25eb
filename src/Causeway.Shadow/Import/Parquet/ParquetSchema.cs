namespace Causeway.Shadow.Import.Parquet;

/// <summary>How values are stored; the numbers are those of parquet.thrift of apache/parquet-format.</summary>
internal enum Physical
{
    Boolean = 0, Int32 = 1, Int64 = 2, Int96 = 3, Float = 4, Double = 5, ByteArray = 6, FixedLengthByteArray = 7,
}

/// <summary>What they stand for.</summary>
internal enum Meaning
{
    Plain, Decimal, Date, Milliseconds, Microseconds, Nanoseconds, Unsigned, Opaque,
}

/// <summary>A column of values.</summary>
/// <param name="Name">Its path, with points; of lists and maps without the names that only the format wants.</param>
/// <param name="Type">How values are stored.</param>
/// <param name="Width">Bytes of a value, where all have as many; 0: they have not.</param>
/// <param name="Meaning">What they stand for.</param>
/// <param name="Scale">Of decimals, the digits behind the point.</param>
/// <param name="Definition">The definition level of a value that is there.</param>
/// <param name="Repetition">The highest repetition level; above 0 a record has any number of values.</param>
internal sealed record ParquetLeaf(string Name, Physical Type, int Width, Meaning Meaning, int Scale, int Definition, int Repetition)
{
    /// <summary>Whether its values are numbers.</summary>
    public bool IsNumber => Meaning == Meaning.Decimal || (Meaning is Meaning.Plain or Meaning.Unsigned && Type is Physical.Int32 or Physical.Int64 or Physical.Float or Physical.Double);
}

/// <summary>Reads the columns out of a schema's elements, which stand depth first.</summary>
internal sealed class ParquetSchema
{
    private const int MaxDepth = 32;
    private const int MaxLevel = 100;
    private const int MaxElements = 5 * ExportRecords.MaxColumns;
    private readonly List<Element> _elements = [];
    private readonly List<ParquetLeaf> _leaves = [];
    private int _at;

    private enum Wrapping
    {
        None, List, Map,
    }

    /// <summary>Reads them.</summary>
    public static IReadOnlyList<ParquetLeaf> Read(ref ThriftReader reader)
    {
        ParquetSchema schema = new();
        (int count, _) = reader.List();
        if (count > MaxElements)
        {
            throw new InvalidDataException($"its schema has {count:#,0} elements, {MaxElements:#,0} at most");
        }

        for (int i = 0; i < count; i++)
        {
            schema._elements.Add(Element.Read(ref reader));
        }

        Element root = schema.Next();
        schema.Walk(root, "", 0, 0, Wrapping.None, 0);
        return schema._leaves;
    }

    private Element Next() => _at < _elements.Count ? _elements[_at++] : throw Wrong();

    // Under a list stand a repeated group and, mostly, the item: neither name is the file's own. Under a map stands one.
    private void Walk(Element parent, string path, int definition, int repetition, Wrapping wrapping, int depth)
    {
        if (depth > MaxDepth || definition > MaxLevel)
        {
            throw Wrong();
        }

        for (int i = 0; i < parent.Children; i++)
        {
            Element element = Next();
            bool repeats = element.Repetition == 2;
            bool isWrapper = wrapping != Wrapping.None && (repeats || parent.Children == 1);
            string name = isWrapper ? path : path.Length == 0 ? element.Name : $"{path}.{element.Name}";
            (int defined, int repeated) = (definition + (element.Repetition == 0 ? 0 : 1), repetition + (repeats ? 1 : 0));
            if (element.Children > 0)
            {
                Walk(element, name, defined, repeated, element.Wraps != Wrapping.None ? element.Wraps : wrapping == Wrapping.List && repeats ? Wrapping.List : Wrapping.None, depth + 1);
            }
            else if (element.Type is { } type)
            {
                _leaves.Add(new ParquetLeaf(name, type, element.WidthOf(type), element.Meaning, element.Scale, defined, repeated));
            }
        }
    }

    private static InvalidDataException Wrong() => new("its schema is damaged");

    private sealed class Element
    {
        public string Name { get; private set; } = "";

        public Physical? Type { get; private set; }

        public int Repetition { get; private set; }

        public int Children { get; private set; }

        public Meaning Meaning { get; private set; }

        public int Scale { get; private set; }

        public Wrapping Wraps { get; private set; }

        private int Width { get; set; }

        public static Element Read(ref ThriftReader reader)
        {
            Element element = new();
            int field = 0;
            while (reader.Field(ref field, out ThriftKind kind))
            {
                switch (field, kind)
                {
                    case (1, ThriftKind.I32):
                        element.Type = reader.Int() is >= 0 and <= 7 and int type ? (Physical)type : throw Wrong();
                        break;
                    case (2, ThriftKind.I32):
                        element.Width = reader.Int();
                        break;
                    case (3, ThriftKind.I32):
                        element.Repetition = reader.Int() is >= 0 and <= 2 and int repetition ? repetition : throw Wrong();
                        break;
                    case (4, ThriftKind.Binary):
                        element.Name = reader.Text();
                        break;
                    case (5, ThriftKind.I32):
                        element.Children = reader.Int() is >= 0 and int children ? children : throw Wrong();
                        break;
                    case (6, ThriftKind.I32):
                        element.Convert(reader.Int());
                        break;
                    case (7, ThriftKind.I32):
                        element.Scale = reader.Int() is >= 0 and <= 76 and int scale ? scale : throw Wrong();
                        break;
                    case (10, ThriftKind.Struct):
                        element.ReadLogical(ref reader);
                        break;
                    default:
                        reader.Skip(kind);
                        break;
                }
            }

            return element;
        }

        public int WidthOf(Physical type) => type switch
        {
            Physical.Int32 or Physical.Float => 4,
            Physical.Int64 or Physical.Double => 8,
            Physical.Int96 => 12,
            Physical.FixedLengthByteArray => Width is > 0 and <= ExportRecords.MaxRecordBytes ? Width : throw Wrong(),
            _ => 0,
        };

        // ConvertedType, the older of the two.
        private void Convert(int converted)
        {
            (Meaning, Wraps) = converted switch
            {
                1 or 2 => (Meaning.Plain, Wrapping.Map),
                3 => (Meaning.Plain, Wrapping.List),
                5 => (Meaning.Decimal, Wrapping.None),
                6 => (Meaning.Date, Wrapping.None),
                9 => (Meaning.Milliseconds, Wrapping.None),
                10 => (Meaning.Microseconds, Wrapping.None),
                11 or 12 or 13 or 14 => (Meaning.Unsigned, Wrapping.None),
                20 or 21 => (Meaning.Opaque, Wrapping.None),
                _ => (Meaning, Wraps),
            };
        }

        // LogicalType: a union, of which one field is there.
        private void ReadLogical(ref ThriftReader reader)
        {
            int field = 0;
            while (reader.Field(ref field, out ThriftKind kind))
            {
                switch (field)
                {
                    case 2:
                        Wraps = Wrapping.Map;
                        break;
                    case 3:
                        Wraps = Wrapping.List;
                        break;
                    case 5:
                        Meaning = Meaning.Decimal;
                        break;
                    case 6:
                        Meaning = Meaning.Date;
                        break;
                    case 8 when kind == ThriftKind.Struct:
                        ReadTimestamp(ref reader);
                        continue;
                    case 13 or 14 or 15: // BSON, UUID, half floats.
                        Meaning = Meaning.Opaque;
                        break;
                    default: // Texts, enumerations, JSON, integers: as they are stored, or as the older type said.
                        break;
                }

                reader.Skip(kind);
            }
        }

        private void ReadTimestamp(ref ThriftReader reader)
        {
            int field = 0;
            while (reader.Field(ref field, out ThriftKind kind))
            {
                if ((field, kind) != (2, ThriftKind.Struct))
                {
                    reader.Skip(kind);
                    continue;
                }

                int unit = 0;
                while (reader.Field(ref unit, out ThriftKind empty))
                {
                    Meaning = unit switch
                    {
                        1 => Meaning.Milliseconds,
                        2 => Meaning.Microseconds,
                        _ => Meaning.Nanoseconds,
                    };
                    reader.Skip(empty);
                }
            }
        }
    }
}
