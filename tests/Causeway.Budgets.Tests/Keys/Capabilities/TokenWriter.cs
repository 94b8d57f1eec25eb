using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

/// <summary>Writes tokens as docs/capability-keys.md has it, sound or not, with nothing of the code under test.</summary>
internal static class TokenWriter
{
    private static readonly byte[] s_master = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    /// <summary>The bare key of the vectors, narrowed to anything.</summary>
    public static string Key(params IEnumerable<(byte Type, byte[] Value)> caveats)
    {
        byte[] grant = Vectors.Grant.Value.ToByteArray(bigEndian: true);
        byte[] head = [1, .. Number(Vectors.Master.Kid, 2), .. grant, .. Vectors.Key.Value.ToByteArray(bigEndian: true), .. Number(Vectors.IssuedAt.ToUnixTimeSeconds(), 4)];
        byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, s_master, 32, salt: [], info: [.. "cw-cap"u8, .. grant, .. Number(Vectors.KeyGen, 4)]);
        return Narrow.Key(Sealed([.. head, .. HMACSHA256.HashData(key, head)]), [.. caveats]);
    }

    public static string Key(params IEnumerable<Caveat> caveats) => Key(caveats.Select(caveat => ((byte)caveat.Type, caveat.Value.ToArray())));

    /// <summary>Body and tag as text, with the checksum that they call for.</summary>
    public static string Sealed(byte[] bytes) => Checksummed("cw1_" + Base64Url.EncodeToString(bytes));

    /// <summary>Body and tag of a text.</summary>
    public static byte[] Bytes(string key) => Base64Url.DecodeFromChars(key.AsSpan(4, key.Length - 13));

    public static string Checksummed(string head)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in Encoding.Latin1.GetBytes(head))
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) == 1 ? (crc >> 1) ^ 0xEDB88320u : crc >> 1;
            }
        }

        return $"{head}_{~crc:x8}";
    }

    private static byte[] Number(long value, int bytes)
    {
        byte[] number = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(number, value);
        return number[^bytes..];
    }
}
