using System.Buffers.Text;
using System.Security.Cryptography;

namespace Causeway.Budgets.Keys;

/// <summary>
/// The secret that a caller holds: <c>cw0_</c>, 256 random bits in base64url (43 characters), <c>_</c>, and the CRC-32 of all
/// that precedes it (8 hex digits). The checksum tells a typo and a truncated paste from an unknown key, and lets secret
/// scanners recognise one without asking.
/// </summary>
public static class KeySecret
{
    /// <summary>How an opaque key begins.</summary>
    public const string Prefix = "cw0_";

    /// <summary>Characters of a key: prefix, 43, underscore, 8.</summary>
    public const int Length = 4 + 43 + 1 + 8;

    /// <summary>Characters of a key that lists may show.</summary>
    public const int ShownLength = 12;

    /// <summary>A new key from the system's random source.</summary>
    public static string New() => KeyChecksum.Append(Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));

    /// <summary>The part of a key that may be shown in lists: enough to recognise, nothing to guess from.</summary>
    public static string Shown(string key) => key[..Math.Min(ShownLength, key.Length)];

    /// <summary>True when <paramref name="key"/> has the shape and the checksum of a key, known or not.</summary>
    public static bool IsWellFormed(ReadOnlySpan<byte> key) =>
        key.Length == Length
        && key.StartsWith("cw0_"u8)
        && KeyChecksum.Holds(key);
}
