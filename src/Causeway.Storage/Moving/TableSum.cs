using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Causeway.Storage.Moving;

/// <summary>
/// What a table holds, in 40 bytes: how many rows, and the sum of their SHA-256, taken as four numbers of 64 bits each. It does not depend on the order in which rows are read,
/// which engines do not agree on for text.
/// </summary>
internal sealed class TableSum(StoreTable table)
{
    private readonly ArrayBufferWriter<byte> _row = new(512);
    private ulong _first, _second, _third, _fourth;

    public long Rows { get; private set; }

    public void Add(ReadOnlySpan<Cell> row)
    {
        _row.ResetWrittenCount();
        RowCodec.Write(_row, table.Columns, row);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(_row.WrittenSpan, hash);
        unchecked
        {
            _first += BinaryPrimitives.ReadUInt64BigEndian(hash);
            _second += BinaryPrimitives.ReadUInt64BigEndian(hash[8..]);
            _third += BinaryPrimitives.ReadUInt64BigEndian(hash[16..]);
            _fourth += BinaryPrimitives.ReadUInt64BigEndian(hash[24..]);
        }

        Rows++;
    }

    /// <summary>The sum, hex.</summary>
    public override string ToString()
    {
        Span<byte> sum = stackalloc byte[32];
        BinaryPrimitives.WriteUInt64BigEndian(sum, _first);
        BinaryPrimitives.WriteUInt64BigEndian(sum[8..], _second);
        BinaryPrimitives.WriteUInt64BigEndian(sum[16..], _third);
        BinaryPrimitives.WriteUInt64BigEndian(sum[24..], _fourth);
        return Convert.ToHexStringLower(sum);
    }
}
