using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Releases.Routing;

/// <summary>Where a unit stands among a million: always in the same place, so that raising a share never moves a unit out.</summary>
public static class Bucket
{
    /// <summary>How many buckets there are: one for each millionth of the units.</summary>
    public const int Count = 1_000_000;

    private const int StackBytes = 512;

    /// <summary>The bucket of a unit, 0 to 999,999: the first 64 bits of <c>SHA-256(seed || 0x00 || unit)</c>, big-endian, scaled to a million.</summary>
    /// <param name="seed">The channel's seed, any text.</param>
    /// <param name="unit">The unit, any text; both as UTF-8.</param>
    public static int Of(string seed, string unit) => At(Hash(seed, kind: null, unit));

    /// <summary>The same of a unit in its two pieces: as if it were written. Allocates nothing.</summary>
    /// <param name="seed">The channel's seed, any text.</param>
    /// <param name="unit">The unit.</param>
    public static int Of(string seed, RoutingUnit unit) => At(Hash(seed, unit));

    /// <summary>Those 64 bits: they tell units apart where buckets are shared, and name none. Allocates nothing.</summary>
    /// <param name="seed">The channel's seed, any text.</param>
    /// <param name="unit">The unit.</param>
    public static ulong Hash(string seed, RoutingUnit unit) => Hash(seed, unit.Kind, unit.Value);

    /// <summary>The bucket to which they belong, 0 to 999,999.</summary>
    /// <param name="hash">What <see cref="Hash(string, RoutingUnit)"/> says.</param>
    public static int At(ulong hash) => (int)Math.BigMul(hash, Count, out _);

    private static ulong Hash(string seed, string? kind, string value)
    {
        int length = Encoding.UTF8.GetMaxByteCount(seed.Length) + Encoding.UTF8.GetMaxByteCount(kind?.Length ?? 0) + Encoding.UTF8.GetMaxByteCount(value.Length) + 2;
        byte[]? rented = length > StackBytes ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> bytes = rented ?? stackalloc byte[StackBytes];
        int written = Encoding.UTF8.GetBytes(seed, bytes);
        bytes[written++] = 0;
        if (kind is not null)
        {
            written += Encoding.UTF8.GetBytes(kind, bytes[written..]);
            bytes[written++] = (byte)':';
        }

        written += Encoding.UTF8.GetBytes(value, bytes[written..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes[..written], hash);
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
