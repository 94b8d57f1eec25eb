using System.Security.Cryptography;

namespace Causeway.Budgets.Keys.Capabilities;

/// <summary>
/// Seals what only this deployment may read or write, with AES-256-GCM under a secret that is derived from its master keys for one purpose. While a master key takes over from another what either
/// sealed opens; without the one that it was sealed under, nobody opens it again.
/// </summary>
/// <param name="masters">The master keys.</param>
/// <param name="purpose">What for: boxes of another purpose do not open.</param>
public sealed class SecretBox(MasterKeys masters, string purpose)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Bytes that a seal adds: a nonce and a tag, before what is sealed.</summary>
    public const int Overhead = NonceBytes + TagBytes;

    private readonly IReadOnlyList<byte[]> _secrets = masters.DeriveAll(purpose);

    /// <summary>Seals.</summary>
    /// <param name="content">What.</param>
    /// <param name="into">Where: <see cref="Overhead"/> longer than the content.</param>
    /// <param name="bound">What is not hidden and has to be the same for it to open.</param>
    public void Seal(ReadOnlySpan<byte> content, Span<byte> into, ReadOnlySpan<byte> bound = default)
    {
        RandomNumberGenerator.Fill(into[..NonceBytes]);
        using AesGcm cipher = new(_secrets[0], TagBytes);
        cipher.Encrypt(into[..NonceBytes], content, into[Overhead..], into[NonceBytes..Overhead], bound);
    }

    /// <summary>Opens.</summary>
    /// <returns>What was sealed. Null: it was altered, is bound to something else, or the master key that it was sealed under is no longer there.</returns>
    public byte[]? Open(ReadOnlySpan<byte> box, ReadOnlySpan<byte> bound = default)
    {
        if (box.Length < Overhead)
        {
            return null;
        }

        byte[] content = new byte[box.Length - Overhead];
        foreach (byte[] secret in _secrets)
        {
            using AesGcm cipher = new(secret, TagBytes);
            try
            {
                cipher.Decrypt(box[..NonceBytes], box[Overhead..], box[NonceBytes..Overhead], content, bound);
                return content;
            }
            catch (AuthenticationTagMismatchException)
            {
                // Perhaps under the other one.
            }
        }

        return null;
    }
}
