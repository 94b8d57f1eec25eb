using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

/// <summary>Appends caveats to a capability key. Needs no secret but the key.</summary>
public static class Narrow
{
    public static string Key(string key, params (byte Type, byte[] Value)[] caveats)
    {
        bool whole = key.StartsWith("cw1_", StringComparison.Ordinal) && key.Length > 9 && Seal(key[..^9]) == key;
        string head = whole ? key[..^9] : throw new ArgumentException("not a whole capability key", nameof(key));
        byte[] data = Base64Url.DecodeFromChars(head.AsSpan(4));
        byte[] body = data[..^32], tag = data[^32..];
        foreach ((byte type, byte[] value) in caveats)
        {
            byte[] caveat = [type, (byte)(value.Length >> 8), (byte)value.Length, .. value];
            (body, tag) = ([.. body, .. caveat], HMACSHA256.HashData(tag, caveat));
        }

        return Seal("cw1_" + Base64Url.EncodeToString([.. body, .. tag]));
    }

    public static (byte Type, byte[] Value) Expires(DateTimeOffset at) => (1, BigEndian((uint)at.ToUnixTimeSeconds())[4..]);
    public static (byte Type, byte[] Value) Models(params string[] names) => (8, Encoding.ASCII.GetBytes(string.Join(',', names.Order(StringComparer.Ordinal))));
    public static (byte Type, byte[] Value) MaxTotal(long nanoUsd) => (13, BigEndian(nanoUsd));

    private static byte[] BigEndian(long number) => BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(number));

    private static string Seal(string head)
    {
        uint crc = ~0u;
        foreach (byte b in Encoding.ASCII.GetBytes(head))
        {
            crc = Enumerable.Range(0, 8).Aggregate(crc ^ b, (sum, _) => (sum >> 1) ^ (0xEDB88320u & (0u - (sum & 1))));
        }

        return $"{head}_{~crc:x8}";
    }
}
