using System.Text;

namespace Causeway.Shadow.Import.Parquet;

/// <summary>How a field is written in Thrift's compact protocol.</summary>
internal enum ThriftKind
{
    Stop = 0, True = 1, False = 2, Byte = 3, I16 = 4, I32 = 5, I64 = 6, Double = 7, Binary = 8, List = 9, Set = 10, Map = 11, Struct = 12,
}

/// <summary>Reads Thrift's compact protocol, as far as Parquet's headers and footer need it (thrift-compact-protocol.md of apache/thrift). Whatever its bytes say, it
/// never goes beyond them and never deeper than <see cref="MaxDepth"/>.</summary>
/// <param name="bytes">What is read.</param>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int MaxDepth = 32;
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _depth;

    /// <summary>Bytes that were read.</summary>
    public int At { get; private set; }

    /// <summary>Goes to the next field of a struct.</summary>
    /// <param name="field">The number of the field before, 0 at the beginning; then that of this one.</param>
    /// <param name="kind">How it is written.</param>
    /// <returns>False: the struct ends.</returns>
    public bool Field(ref int field, out ThriftKind kind)
    {
        byte head = Byte();
        kind = (ThriftKind)(head & 0x0F);
        if (kind == ThriftKind.Stop)
        {
            return false;
        }

        field = head >> 4 is > 0 and int distance ? field + distance : (int)Number();
        return true;
    }

    /// <summary>A number of 32 bits at most.</summary>
    public int Int() => Number() is >= int.MinValue and <= int.MaxValue and long number ? (int)number : throw Wrong();

    /// <summary>A number.</summary>
    public long Number() => Varint.Signed(Unsigned());

    /// <summary>A text.</summary>
    public string Text()
    {
        int length = Length();
        string text = Encoding.UTF8.GetString(_bytes.Slice(At, length));
        At += length;
        return text;
    }

    /// <summary>Begins a list.</summary>
    /// <returns>How many items follow, and how each is written.</returns>
    public (int Count, ThriftKind Kind) List()
    {
        byte head = Byte();
        ulong count = head >> 4 == 15 ? Unsigned() : (ulong)(head >> 4);

        // Each item has a byte at least, so that a count cannot make anybody wait or reserve for nothing.
        return count <= (ulong)(_bytes.Length - At) ? ((int)count, (ThriftKind)(head & 0x0F)) : throw Wrong();
    }

    /// <summary>Passes over a value.</summary>
    public void Skip(ThriftKind kind)
    {
        switch (kind)
        {
            case ThriftKind.True or ThriftKind.False:
                break;
            case ThriftKind.Byte:
                At += 1;
                break;
            case ThriftKind.I16 or ThriftKind.I32 or ThriftKind.I64:
                Unsigned();
                break;
            case ThriftKind.Double:
                At += 8;
                break;
            case ThriftKind.Binary:
                int length = Length(); // Moves on by itself.
                At += length;
                break;
            case ThriftKind.List or ThriftKind.Set:
                (int count, ThriftKind item) = List();
                SkipItems(count, item);
                break;
            case ThriftKind.Struct:
                Deeper();
                int field = 0;
                while (Field(ref field, out ThriftKind inner))
                {
                    Skip(inner);
                }

                _depth--;
                break;
            default:
                throw Wrong(); // A map: Parquet has none.
        }

        if (At > _bytes.Length)
        {
            throw new ThriftEndException();
        }
    }

    private void SkipItems(int count, ThriftKind item)
    {
        Deeper();
        for (int i = 0; i < count; i++)
        {
            Skip(item is ThriftKind.True or ThriftKind.False ? ThriftKind.Byte : item);
        }

        _depth--;
    }

    private void Deeper()
    {
        if (++_depth > MaxDepth)
        {
            throw Wrong();
        }
    }

    private int Length()
    {
        ulong length = Unsigned();
        return length <= (ulong)(_bytes.Length - At) ? (int)length : throw new ThriftEndException();
    }

    private byte Byte() => At < _bytes.Length ? _bytes[At++] : throw new ThriftEndException();

    private ulong Unsigned()
    {
        int length = Varint.Read(_bytes[At..], Varint.Most, out ulong value);
        At += length > 0 ? length : length == 0 ? throw new ThriftEndException() : throw Wrong();
        return value;
    }

    private static InvalidDataException Wrong() => new("what describes it is damaged");
}

/// <summary>The bytes end before what they say does.</summary>
internal sealed class ThriftEndException() : Exception("What describes it breaks off.");
