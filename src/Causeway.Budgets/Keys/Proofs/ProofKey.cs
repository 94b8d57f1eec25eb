using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Causeway.Budgets.Keys.Proofs;

/// <summary>A public key on the curve P-256, as a capability key is bound to it: by its thumbprint (RFC 7638).</summary>
public static class ProofKey
{
    /// <summary>Bytes of a coordinate.</summary>
    public const int CoordinateLength = 32;

    /// <summary>The SHA-256 of the key's one form as JSON, 32 bytes.</summary>
    /// <param name="x">The first coordinate, 32 bytes.</param>
    /// <param name="y">The second.</param>
    public static byte[] Thumbprint(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y) =>
        SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{Base64Url.EncodeToString(x)}}","y":"{{Base64Url.EncodeToString(y)}}"}"""));

    /// <summary>The thumbprint of a key in PEM, public or private; null: it is none of that curve.</summary>
    public static byte[]? ThumbprintOfPem(string pem)
    {
        using ECDsa? key = OfPem(pem);
        return key?.ExportParameters(includePrivateParameters: false) is { Q: { X: { } x, Y: { } y } } ? Thumbprint(x, y) : null;
    }

    /// <summary>The key in PEM; null: it is none of that curve.</summary>
    public static ECDsa? OfPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize == 8 * CoordinateLength && key.ExportParameters(includePrivateParameters: false).Curve.Oid is { Value: "1.2.840.10045.3.1.7" })
            {
                return key;
            }
        }
        catch (Exception wrong) when (wrong is ArgumentException or CryptographicException)
        {
            // No key, two of them, or one that wants a password.
        }

        key.Dispose();
        return null;
    }
}
