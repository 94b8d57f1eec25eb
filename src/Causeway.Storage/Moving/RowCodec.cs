using System.Buffers;
using System.Text;

namespace Causeway.Storage.Moving;

/// <summary>
/// A row as bytes: each cell a byte that says whether it holds something, then, by its column's kind, a zigzag varint (numbers, flags), 16 bytes (ids), or a varint of their length
/// and the bytes (bytes, UTF-8 text). The same row has the same bytes whichever engine it came from, so its digest says whether two stores keep the same.
/// </summary>
internal static class RowCodec
{
    /// <summary>A value of a row beyond this is not written by any Causeway.</summary>
    public const int MaxValueBytes = 64 << 20;

    public static void Write(ArrayBufferWriter<byte> output, StoreColumn[] columns, ReadOnlySpan<Cell> row)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            Cell cell = row[i];
            output.GetSpan(1)[0] = cell.IsNull ? (byte)0 : (byte)1;
            output.Advance(1);
            if (cell.IsNull)
            {
                continue;
            }

            switch (columns[i].Kind)
            {
                case CellKind.Id:
                    cell.Id.TryWriteBytes(output.GetSpan(16), bigEndian: true, out _);
                    output.Advance(16);
                    break;
                case CellKind.Bytes:
                    Varint(output, (ulong)cell.Bytes.Length);
                    output.Write(cell.Bytes);
                    break;
                case CellKind.Text:
                    int length = Encoding.UTF8.GetByteCount(cell.Text);
                    Varint(output, (ulong)length);
                    Encoding.UTF8.GetBytes(cell.Text, output.GetSpan(length));
                    output.Advance(length);
                    break;
                default:
                    Varint(output, (ulong)((cell.Number << 1) ^ (cell.Number >> 63)));
                    break;
            }
        }
    }

    /// <exception cref="FormatException">The bytes are no row of these columns.</exception>
    public static void Read(ref ReadOnlySpan<byte> input, StoreColumn[] columns, Span<Cell> row)
    {
        for (int i = 0; i < columns.Length; i++)
        {
            byte isThere = Take(ref input, 1)[0];
            if (isThere == 0)
            {
                row[i] = Cell.Null;
                continue;
            }

            if (isThere != 1)
            {
                throw new FormatException("a cell begins with neither 0 nor 1");
            }

            row[i] = columns[i].Kind switch
            {
                CellKind.Id => Cell.Of(new Guid(Take(ref input, 16), bigEndian: true)),
                CellKind.Bytes => Cell.Of(Take(ref input, Length(ref input)).ToArray()),
                CellKind.Text => Cell.Of(Encoding.UTF8.GetString(Take(ref input, Length(ref input)))),
                _ => Cell.Of(Number(ref input)),
            };
        }
    }

    public static void Varint(ArrayBufferWriter<byte> output, ulong value)
    {
        Span<byte> span = output.GetSpan(10);
        int length = 0;
        while (value >= 0x80)
        {
            span[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        span[length++] = (byte)value;
        output.Advance(length);
    }

    /// <exception cref="FormatException">The bytes are no number.</exception>
    public static ulong Varint(ref ReadOnlySpan<byte> input)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = Take(ref input, 1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("a number has more than 64 bits");
    }

    private static long Number(ref ReadOnlySpan<byte> input)
    {
        ulong zigzag = Varint(ref input);
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    private static int Length(ref ReadOnlySpan<byte> input) => Varint(ref input) is <= MaxValueBytes and ulong length ? (int)length : throw new FormatException("a value is too long");

    private static ReadOnlySpan<byte> Take(ref ReadOnlySpan<byte> input, int length)
    {
        if (input.Length < length)
        {
            throw new FormatException("a row ends too early");
        }

        ReadOnlySpan<byte> taken = input[..length];
        input = input[length..];
        return taken;
    }
}
