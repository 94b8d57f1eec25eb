using Microsoft.IdentityModel.Tokens;

namespace Causeway.Gateway.Identity;

/// <summary>
/// Which algorithms a key may have signed with. The token never decides: <c>none</c> and the algorithms of shared secrets are not known here, and a
/// public key is never taken for a secret (RFC 8725, sections 2.1 and 3.1).
/// </summary>
internal static class KeyAlgorithms
{
    private const int LeastRsaBits = 2048;
    private static readonly string[] s_rsa = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"];

    /// <summary>All that are known.</summary>
    public static IReadOnlyList<string> Known { get; } = [.. s_rsa, "ES256", "ES384", "ES512"];

    /// <summary>Whether a key is one that tokens may be signed with: public, for signatures, of a kind that is known and long enough.</summary>
    public static bool IsForSignatures(JsonWebKey key) => key.Use is null or "" or "sig" && Of(key).Count > 0;

    /// <summary>Those of a key: the one that it names itself, else those of its kind; empty: none.</summary>
    public static IReadOnlyList<string> Of(JsonWebKey key)
    {
        IReadOnlyList<string> kind = key.Kty switch
        {
            JsonWebAlgorithmsKeyTypes.RSA when key.KeySize >= LeastRsaBits => s_rsa,
            JsonWebAlgorithmsKeyTypes.EllipticCurve => key.Crv switch
            {
                "P-256" => ["ES256"],
                "P-384" => ["ES384"],
                "P-521" => ["ES512"],
                _ => [],
            },
            _ => [],
        };
        return string.IsNullOrEmpty(key.Alg) ? kind : kind.Contains(key.Alg) ? [key.Alg] : [];
    }
}
