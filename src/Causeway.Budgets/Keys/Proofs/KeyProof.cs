using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Causeway.Budgets.Keys.Proofs;

/// <summary>
/// A proof that whoever sends a request holds the key that its capability key is bound to: a signed word on this request and that key, as DPoP has it (RFC 9449, ES256 alone).
/// </summary>
public static class KeyProof
{
    /// <summary>Characters of a proof at most.</summary>
    public const int MaxLength = 2_048;

    /// <summary>Characters of its name at most.</summary>
    public const int MaxName = 128;

    /// <summary>How far a proof's moment may be from ours.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromSeconds(60);

    /// <summary>Reads and verifies one.</summary>
    /// <param name="proof">The value of the header.</param>
    /// <param name="thumbprint">The key that is to be proved, 32 bytes.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="path">Its path as it was sent, without the query. What stands before it is not compared: a load balancer may know the deployment by another name.</param>
    /// <param name="token">The capability key.</param>
    /// <param name="now">The moment.</param>
    /// <returns>The proof's name (<c>jti</c>), which may be used once; or what is wrong with it.</returns>
    public static (string? Name, string? Problem) Verify(string proof, ReadOnlySpan<byte> thumbprint, string method, string path, string token, DateTimeOffset now)
    {
        if (proof.Length > MaxLength)
        {
            return (null, $"it is longer than {MaxLength} characters");
        }

        string[] parts = proof.Split('.');
        if (parts.Length != 3 || !TryDecode(parts[0], out byte[] head) || !TryDecode(parts[1], out byte[] body) || !TryDecode(parts[2], out byte[] signature))
        {
            return (null, "it is not a signed token of three parts (RFC 9449)");
        }

        try
        {
            using var header = JsonDocument.Parse(head);
            if (Word(header.RootElement, "typ") != "dpop+jwt" || Word(header.RootElement, "alg") != "ES256")
            {
                return (null, "its header wants typ dpop+jwt and alg ES256");
            }

            if (!header.RootElement.TryGetProperty("jwk", out JsonElement jwk) || Word(jwk, "kty") != "EC" || Word(jwk, "crv") != "P-256"
                || !TryDecode(Word(jwk, "x") ?? "", out byte[] x) || !TryDecode(Word(jwk, "y") ?? "", out byte[] y) || x.Length != ProofKey.CoordinateLength || y.Length != ProofKey.CoordinateLength)
            {
                return (null, "its header wants the public key as jwk: kty EC, crv P-256, x and y");
            }

            if (!CryptographicOperations.FixedTimeEquals(ProofKey.Thumbprint(x, y), thumbprint))
            {
                return (null, "it is of another key than this one is bound to");
            }

            if (!IsSigned(x, y, proof.AsSpan(0, parts[0].Length + 1 + parts[1].Length), signature))
            {
                return (null, "its signature is wrong");
            }

            using var claims = JsonDocument.Parse(body);
            return OfClaims(claims.RootElement, method, path, token, now);
        }
        catch (JsonException)
        {
            return (null, "a part of it is no JSON");
        }
        catch (InvalidOperationException)
        {
            return (null, "a part of it has text that cannot be read: half a surrogate pair, or bytes that are no UTF-8");
        }
    }

    /// <summary>Makes one.</summary>
    /// <param name="key">The private key, of the curve P-256.</param>
    /// <param name="method">The request's method.</param>
    /// <param name="url">Its address, without query and fragment.</param>
    /// <param name="token">The capability key.</param>
    /// <param name="name">What it is called: once.</param>
    /// <param name="now">The moment.</param>
    public static string Make(ECDsa key, string method, string url, string token, string name, DateTimeOffset now)
    {
        ECParameters parameters = key.ExportParameters(includePrivateParameters: false);
        string head = Part(json =>
        {
            json.WriteString("typ", "dpop+jwt");
            json.WriteString("alg", "ES256");
            json.WriteStartObject("jwk");
            json.WriteString("kty", "EC");
            json.WriteString("crv", "P-256");
            json.WriteString("x", Base64Url.EncodeToString(parameters.Q.X));
            json.WriteString("y", Base64Url.EncodeToString(parameters.Q.Y));
            json.WriteEndObject();
        });
        string body = Part(json =>
        {
            json.WriteString("jti", name);
            json.WriteString("htm", method);
            json.WriteString("htu", url);
            json.WriteNumber("iat", now.ToUnixTimeSeconds());
            json.WriteString("ath", HashOf(token));
        });
        byte[] signature = key.SignData(Encoding.ASCII.GetBytes($"{head}.{body}"), HashAlgorithmName.SHA256);
        return $"{head}.{body}.{Base64Url.EncodeToString(signature)}";
    }

    private static (string?, string?) OfClaims(JsonElement claims, string method, string path, string token, DateTimeOffset now)
    {
        string? name = Word(claims, "jti");
        if (name is not { Length: > 0 and <= MaxName })
        {
            return (null, $"it has no name of 1 to {MaxName} characters (jti)");
        }

        if (Word(claims, "htm") != method)
        {
            return (null, $"it is for another method than {method} (htm)");
        }

        if (!Uri.TryCreate(Word(claims, "htu"), UriKind.Absolute, out Uri? url) || url.AbsolutePath != path)
        {
            return (null, $"it is for another address than one with the path {path} (htu)");
        }

        if (!claims.TryGetProperty("iat", out JsonElement at) || at.ValueKind != JsonValueKind.Number || !at.TryGetInt64(out long seconds) || Int128.Abs((Int128)seconds - now.ToUnixTimeSeconds()) > (long)Skew.TotalSeconds)
        {
            return (null, $"it was not made within {Skew.TotalSeconds:0} seconds of now (iat)");
        }

        return Word(claims, "ath") == HashOf(token) ? (name, null) : (null, "it is for another key than the one that was sent (ath)");
    }

    private static string HashOf(string token) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));

    private static bool IsSigned(byte[] x, byte[] y, ReadOnlySpan<char> signed, byte[] signature)
    {
        try
        {
            using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = x, Y = y } });
            byte[] bytes = new byte[signed.Length];
            return Encoding.ASCII.TryGetBytes(signed, bytes, out int length) && key.VerifyData(bytes.AsSpan(0, length), signature, HashAlgorithmName.SHA256);
        }
        catch (CryptographicException)
        {
            return false; // No point of the curve.
        }
    }

    private static bool TryDecode(string text, out byte[] bytes)
    {
        bytes = new byte[Base64Url.GetMaxDecodedLength(text.Length)];
        if (text.Length == 0 || Base64Url.DecodeFromChars(text, bytes, out _, out int written) != OperationStatus.Done)
        {
            return false;
        }

        bytes = bytes[..written];
        return true;
    }

    private static string? Word(JsonElement of, string name) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out JsonElement word) && word.ValueKind == JsonValueKind.String ? word.GetString() : null;

    private static string Part(Action<Utf8JsonWriter> members)
    {
        ArrayBufferWriter<byte> output = new();
        using (Utf8JsonWriter json = new(output))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return Base64Url.EncodeToString(output.WrittenSpan);
    }
}
