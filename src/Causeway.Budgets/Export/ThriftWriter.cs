using System.Buffers;
using System.Text;

namespace Causeway.Budgets.Export;

/// <summary>Writes Thrift's compact protocol, as far as Parquet's headers and footer need it (thrift-compact-protocol.md of apache/thrift).</summary>
internal sealed class ThriftWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private readonly Stack<int> _outer = new();
    private int _last;

    private enum Kind
    {
        True = 1, I32 = 5, I64 = 6, Binary = 8, List = 9, Struct = 12,
    }

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.WrittenMemory;

    public ThriftWriter I32(int field, int value)
    {
        Header(field, Kind.I32);
        Varint(Zigzag(value));
        return this;
    }

    public ThriftWriter I64(int field, long value)
    {
        Header(field, Kind.I64);
        Varint(Zigzag(value));
        return this;
    }

    public ThriftWriter Text(int field, string value)
    {
        Header(field, Kind.Binary);
        Text(value);
        return this;
    }

    public ThriftWriter True(int field)
    {
        Header(field, Kind.True);
        return this;
    }

    /// <summary>A struct in a field.</summary>
    public ThriftWriter Struct(int field, Action<ThriftWriter> fields)
    {
        Header(field, Kind.Struct);
        return Struct(fields);
    }

    /// <summary>A struct that stands alone, or in a list.</summary>
    public ThriftWriter Struct(Action<ThriftWriter> fields)
    {
        _outer.Push(_last);
        _last = 0;
        fields(this);
        Byte(0);
        _last = _outer.Pop();
        return this;
    }

    public ThriftWriter Structs<T>(int field, IReadOnlyList<T> items, Action<ThriftWriter, T> fields)
    {
        List(field, items.Count, Kind.Struct);
        foreach (T item in items)
        {
            Struct(writer => fields(writer, item));
        }

        return this;
    }

    public ThriftWriter I32s(int field, params ReadOnlySpan<int> items)
    {
        List(field, items.Length, Kind.I32);
        foreach (int item in items)
        {
            Varint(Zigzag(item));
        }

        return this;
    }

    public ThriftWriter Texts(int field, params ReadOnlySpan<string> items)
    {
        List(field, items.Length, Kind.Binary);
        foreach (string item in items)
        {
            Text(item);
        }

        return this;
    }

    private void List(int field, int count, Kind kind)
    {
        Header(field, Kind.List);
        if (count < 15)
        {
            Byte((byte)((count << 4) | (int)kind));
        }
        else
        {
            Byte((byte)(0xF0 | (int)kind));
            Varint((ulong)count);
        }
    }

    // A field's number is written as its distance from the one before; fields come in ascending order.
    private void Header(int field, Kind kind)
    {
        int distance = field - _last;
        _last = distance is > 0 and <= 15 ? field : throw new ArgumentOutOfRangeException(nameof(field), field, "Fields come in ascending order and not far from each other.");
        Byte((byte)((distance << 4) | (int)kind));
    }

    private void Text(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        Varint((ulong)length);
        Encoding.UTF8.GetBytes(value, _bytes.GetSpan(length));
        _bytes.Advance(length);
    }

    private void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
        {
            Byte((byte)(value | 0x80));
        }

        Byte((byte)value);
    }

    private static ulong Zigzag(long value) => (ulong)((value << 1) ^ (value >> 63));
}
