using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Causeway.Contracts.Json;

/// <summary>Hashes of names and values, seeded once a process, so that no document can be built whose names collide.</summary>
internal static class NameHash
{
    private const ulong Prime = 0x9E3779B97F4A7C15;
    private static readonly ulong s_seed = BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;

    /// <summary>The hash of some bytes.</summary>
    public static int Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = s_seed ^ ((ulong)bytes.Length * Prime);
        if (bytes.Length >= 64)
        {
            hash = OfLong(hash, ref bytes);
        }

        while (bytes.Length >= 8)
        {
            hash = Mix(hash ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[8..];
        }

        ulong tail = 0;
        if (bytes.Length >= 4)
        {
            tail = BinaryPrimitives.ReadUInt32LittleEndian(bytes) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) << 32);
        }
        else
        {
            for (int i = 0; i < bytes.Length; i++)
            {
                tail = (tail << 8) | bytes[i];
            }
        }

        hash = Mix(hash ^ tail);
        return (int)(hash >> 32);
    }

    // Four lanes at once: a schema of some KiB would wait for one chain of multiplications otherwise.
    private static ulong OfLong(ulong hash, ref ReadOnlySpan<byte> bytes)
    {
        (ulong a, ulong b, ulong c, ulong d) = (hash, ~hash, hash * Prime, hash ^ Prime);
        while (bytes.Length >= 32)
        {
            a = Mix(a ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            b = Mix(b ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
            c = Mix(c ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]));
            d = Mix(d ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
            bytes = bytes[32..];
        }

        return Mix(Mix(Mix(a ^ b) ^ c) ^ d);
    }

    /// <summary>One hash of two, where the order counts.</summary>
    public static int Join(int left, int right) => (int)(Mix(s_seed ^ (((ulong)(uint)left << 32) | (uint)right)) >> 32);

    private static ulong Mix(ulong value)
    {
        value *= Prime;
        return BitOperations.RotateLeft(value, 29) * 0xBF58476D1CE4E5B9 ^ value >> 31;
    }
}
