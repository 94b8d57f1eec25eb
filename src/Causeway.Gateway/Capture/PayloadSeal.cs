using System.Security.Cryptography;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Payloads;

namespace Causeway.Gateway.Capture;

/// <summary>
/// Seals payloads with AES-256-GCM under a secret of the deployment that is derived from its master key, so that whoever has the store alone reads none. The request's id is
/// sealed in: a row that is put in another's place does not open. While a master key takes over from another both open; without the one that it was sealed under, nobody opens it again.
/// </summary>
public sealed class PayloadSeal(MasterKeys masters)
{
    // VERSION NONCE TAG TEXT
    private const byte Version = 1;
    private const int Nonce = 12;
    private const int Tag = 16;
    private const int Head = 1 + Nonce + Tag;
    private readonly IReadOnlyList<byte[]> _secrets = masters.DeriveAll("causeway captured payloads");

    /// <summary>Seals what a request said and was answered.</summary>
    public SealedPayload Seal(Guid request, DateTimeOffset until, Payload payload)
    {
        byte[] text = payload.Write();
        byte[] content = new byte[Head + text.Length];
        content[0] = Version;
        RandomNumberGenerator.Fill(content.AsSpan(1, Nonce));
        using AesGcm cipher = new(_secrets[0], Tag);
        cipher.Encrypt(content.AsSpan(1, Nonce), text, content.AsSpan(Head), content.AsSpan(1 + Nonce, Tag), Bound(request, content[0]));
        return new SealedPayload(request, until, content);
    }

    /// <summary>Opens it.</summary>
    /// <returns>Null: it was altered, is of another request, or the master key that it was sealed under is no longer there.</returns>
    public Payload? Open(SealedPayload payload)
    {
        byte[] content = payload.Content;
        if (content.Length < Head || content[0] != Version)
        {
            return null;
        }

        byte[] text = new byte[content.Length - Head];
        foreach (byte[] secret in _secrets)
        {
            using AesGcm cipher = new(secret, Tag);
            try
            {
                cipher.Decrypt(content.AsSpan(1, Nonce), content.AsSpan(Head), content.AsSpan(1 + Nonce, Tag), text, Bound(payload.Request, content[0]));
                return Payload.Read(text);
            }
            catch (AuthenticationTagMismatchException)
            {
                // Perhaps under the other one.
            }
        }

        return null;
    }

    private static byte[] Bound(Guid request, byte version) => [version, .. request.ToByteArray(bigEndian: true)];
}
