using System.Globalization;
using System.Security.Cryptography;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>A secret under which capability keys are made and verified. Never printed.</summary>
public sealed class MasterKey
{
    /// <summary>Bytes of a secret.</summary>
    public const int Length = 32;

    private readonly byte[] _secret;

    /// <param name="kid">Its number, that keys name.</param>
    /// <param name="secret">32 random bytes.</param>
    public MasterKey(ushort kid, ReadOnlySpan<byte> secret)
    {
        if (secret.Length != Length)
        {
            throw new ArgumentException($"A master key has {Length} bytes.", nameof(secret));
        }

        Kid = kid;
        _secret = secret.ToArray();
    }

    /// <summary>Its number, that keys name.</summary>
    public ushort Kid { get; }

    /// <summary>Its number and 64 bits of a digest of the secret: tells it from others, and nothing more of it.</summary>
    public string Fingerprint => string.Create(CultureInfo.InvariantCulture, $"{Kid}:{Convert.ToHexStringLower(SHA256.HashData([.. "causeway master key"u8, .. _secret]).AsSpan(0, 8))}");

    internal ReadOnlySpan<byte> Secret => _secret;

    /// <summary>A new one from the system's random source.</summary>
    public static MasterKey New(ushort kid) => new(kid, RandomNumberGenerator.GetBytes(Length));

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"master key {Kid}";
}
