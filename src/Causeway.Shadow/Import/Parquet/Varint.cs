namespace Causeway.Shadow.Import.Parquet;

/// <summary>A number in seven bits a byte, the least first; a byte whose highest bit is set is not the last. Thrift, Parquet's encodings and Snappy write numbers so.</summary>
internal static class Varint
{
    /// <summary>Bytes of the longest number of 64 bits.</summary>
    public const int Most = 10;

    /// <summary>Reads one.</summary>
    /// <param name="bytes">Where it begins.</param>
    /// <param name="most">Bytes that it may have.</param>
    /// <param name="value">The number.</param>
    /// <returns>Its bytes; 0: what is there ends before it does; -1: it is longer than it may be.</returns>
    public static int Read(ReadOnlySpan<byte> bytes, int most, out ulong value)
    {
        value = 0;
        for (int i = 0; i < most; i++)
        {
            if (i == bytes.Length)
            {
                return 0;
            }

            value |= (ulong)(bytes[i] & 0x7F) << (7 * i);
            if (bytes[i] < 0x80)
            {
                return i + 1;
            }
        }

        return -1;
    }

    /// <summary>The number with a sign that bits stand for: 0, -1, 1, -2 and so on (zigzag).</summary>
    public static long Signed(ulong bits) => (long)(bits >> 1) ^ -(long)(bits & 1);
}
