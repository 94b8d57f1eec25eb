using System.Buffers.Binary;

namespace Causeway.Shadow.Import.Parquet;

/// <summary>Unpacks Snappy's raw format (format_description.txt of google/snappy).</summary>
internal static class Snappy
{
    private const int MaxLength = 5; // Bytes of the length that it begins with.

    /// <summary>Unpacks into bytes of exactly the length that is expected.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static void Unpack(ReadOnlySpan<byte> packed, Span<byte> unpacked)
    {
        int to = 0;
        int from = Varint.Read(packed, MaxLength, out ulong length);
        if (from <= 0 || length != (ulong)unpacked.Length)
        {
            throw Wrong();
        }

        while (from < packed.Length)
        {
            int tag = packed[from++];
            if ((tag & 3) == 0)
            {
                int literal = Literal(packed, tag >> 2, ref from);
                if (literal > packed.Length - from || literal > unpacked.Length - to)
                {
                    throw Wrong();
                }

                packed.Slice(from, literal).CopyTo(unpacked[to..]);
                (from, to) = (from + literal, to + literal);
            }
            else
            {
                (int copied, int offset) = Copy(packed, tag, ref from);
                if (offset <= 0 || offset > to || copied > unpacked.Length - to)
                {
                    throw Wrong();
                }

                Repeat(unpacked, to, offset, copied);
                to += copied;
            }
        }

        if (to != unpacked.Length)
        {
            throw Wrong();
        }
    }

    private static int Literal(ReadOnlySpan<byte> packed, int said, ref int from)
    {
        if (said < 60)
        {
            return said + 1;
        }

        int bytes = said - 59;
        if (bytes > packed.Length - from)
        {
            throw Wrong();
        }

        uint length = 0;
        for (int i = 0; i < bytes; i++)
        {
            length |= (uint)packed[from++] << (8 * i);
        }

        return length < int.MaxValue ? (int)length + 1 : throw Wrong();
    }

    private static (int Length, int Offset) Copy(ReadOnlySpan<byte> packed, int tag, ref int from)
    {
        int bytes = (tag & 3) switch
        {
            1 => 1,
            2 => 2,
            _ => 4,
        };
        if (bytes > packed.Length - from)
        {
            throw Wrong();
        }

        ReadOnlySpan<byte> offset = packed.Slice(from, bytes);
        from += bytes;
        return bytes switch
        {
            1 => (4 + ((tag >> 2) & 7), ((tag >> 5) << 8) | offset[0]),
            2 => ((tag >> 2) + 1, BinaryPrimitives.ReadUInt16LittleEndian(offset)),
            _ => ((tag >> 2) + 1, BinaryPrimitives.ReadInt32LittleEndian(offset)),
        };
    }

    // What is repeated may reach into what is being written.
    private static void Repeat(Span<byte> bytes, int to, int offset, int length)
    {
        if (offset >= length)
        {
            bytes.Slice(to - offset, length).CopyTo(bytes[to..]);
            return;
        }

        for (int i = 0; i < length; i++)
        {
            bytes[to + i] = bytes[to + i - offset];
        }
    }

    private static InvalidDataException Wrong() => new("what is packed with Snappy is damaged");
}
