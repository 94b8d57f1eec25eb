using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Causeway.Budgets.Keys.Proofs;
using Causeway.Budgets.Tests.Keys.Capabilities;

namespace Causeway.Budgets.Tests.Keys.Proofs;

/// <summary>Proofs of a key that a capability key is bound to (RFC 9449).</summary>
public sealed class KeyProofTests
{
    private const string Token = "cw1_token";
    private const string Path = "/v1/chat/completions";
    private const string Url = "https://causeway.example" + Path;
    private static readonly DateTimeOffset s_now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);
    private static readonly ECDsa s_key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private static readonly byte[] s_thumbprint = ProofKey.ThumbprintOfPem(s_key.ExportSubjectPublicKeyInfoPem())!;

    [Fact]
    public void A_thumbprint_is_that_of_the_standard()
    {
        // RFC 9449, 4.1 and 6.1: the example's key and its thumbprint.
        byte[] x = Base64Url.DecodeFromChars("l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs");
        byte[] y = Base64Url.DecodeFromChars("9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA");

        Assert.Equal("0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", Base64Url.EncodeToString(ProofKey.Thumbprint(x, y)));
    }

    [Theory]
    [InlineData("POST", Url, 0)]
    [InlineData("POST", "http://10.0.0.7:8080" + Path, 60)]
    [InlineData("POST", Url, -60)]
    public void A_proof_of_the_request_is_taken(string method, string url, int seconds) =>
        Assert.Equal(("name", null), Verify(KeyProof.Make(s_key, method, url, Token, "name", s_now.AddSeconds(seconds))));

    [Theory]
    [InlineData("GET", Url, Token, "name", 0, "htm")]
    [InlineData("POST", "https://causeway.example/v1/messages", Token, "name", 0, "htu")]
    [InlineData("POST", Url, "cw1_other", "name", 0, "ath")]
    [InlineData("POST", Url, Token, "", 0, "jti")]
    [InlineData("POST", Url, Token, "name", 61, "iat")]
    [InlineData("POST", Url, Token, "name", -61, "iat")]
    public void One_of_another_request_key_or_moment_is_not(string method, string url, string token, string name, int seconds, string says) =>
        Assert.Contains(says, Verify(KeyProof.Make(s_key, method, url, token, name, s_now.AddSeconds(seconds))).Problem, StringComparison.Ordinal);

    [Fact]
    public void One_of_another_key_or_with_anything_changed_is_not()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Contains("another key", Verify(KeyProof.Make(other, "POST", Url, Token, "name", s_now)).Problem, StringComparison.Ordinal);

        string proof = KeyProof.Make(s_key, "POST", Url, Token, "name", s_now);
        for (int at = 0; at < proof.Length; at++)
        {
            char[] changed = proof.ToCharArray();
            changed[at] = changed[at] == 'A' ? 'B' : 'A';
            (string? name, string? problem) = Verify(new string(changed));

            // The last character of a part has bits that count for nothing; what is read there is refused or the same.
            Assert.True(problem is not null || name == "name", $"{at}: {name}");
            Assert.True(problem is not null || Base64Url.DecodeFromChars(new string(changed).Split('.')[^1]).AsSpan().SequenceEqual(Base64Url.DecodeFromChars(proof.Split('.')[^1])), $"{at}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("a.b")]
    [InlineData("..")]
    [InlineData("e30.e30.e30")]
    [InlineData("eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6Im5vbmUifQ.e30.e30")]
    [InlineData("bm8.bm8.bm8")]
    public void What_is_no_proof_is_said_to_be_none(string proof) => Assert.NotNull(Verify(proof).Problem);

    [Theory]
    [InlineData("\"typ\":\"dpop\\u002Bjwt\"", "\"typ\":\"\\ud800\"", null, null, "cannot be read")]
    [InlineData("\"jwk\"", "\"\\ud800\":1,\"jwk\"", null, null, "cannot be read")]
    [InlineData("\"crv\":\"P-256\"", "\"crv\":\"\\udc00\"", null, null, "cannot be read")]
    [InlineData(null, null, "\"name\"", "\"\\ud800\"", "cannot be read")]
    [InlineData(null, null, "\"POST\"", "\"\\ud800\"", "cannot be read")]
    [InlineData(null, null, "\"iat\"", "\"\\ud800\":1,\"iat\"", "cannot be read")]
    [InlineData(null, null, "\"iat\":1773144000", "\"iat\":\"1773144000\"", "iat")]
    [InlineData(null, null, "\"iat\":1773144000", "\"iat\":1e99", "iat")]
    [InlineData(null, null, "\"iat\":1773144000", "\"iat\":null", "iat")]
    public void One_that_is_signed_and_has_what_cannot_be_read_is_not(string? inHead, string? head, string? inBody, string? body, string says)
    {
        string[] parts = KeyProof.Make(s_key, "POST", Url, Token, "name", s_now).Split('.');
        string Changed(string part, string? of, string? to)
        {
            string json = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(part));
            Assert.True(of is null || json.Contains(of, StringComparison.Ordinal), json);
            return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(of is null ? json : json.Replace(of, to, StringComparison.Ordinal)));
        }

        string signed = $"{Changed(parts[0], inHead, head)}.{Changed(parts[1], inBody, body)}";
        string proof = $"{signed}.{Base64Url.EncodeToString(s_key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256))}";

        Assert.Contains(says, Verify(proof).Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void No_algorithm_but_the_one_is_taken_and_no_point_beside_the_curve()
    {
        string head = Base64Url.EncodeToString(Encoding.ASCII.GetBytes($$$"""{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","crv":"P-256","x":"{{{new string('A', 43)}}}","y":"{{{new string('A', 43)}}}"}}"""));
        byte[] thumbprint = ProofKey.Thumbprint(new byte[32], new byte[32]);

        (string? name, string? problem) = KeyProof.Verify($"{head}.e30.AAAA", thumbprint, "POST", Path, Token, s_now);

        Assert.Equal((null, "its signature is wrong"), (name, problem));
    }

    [Fact]
    public void A_proof_is_used_once_for_as_long_as_it_could_be()
    {
        SeenProofs seen = new();

        Assert.Null(seen.Take(s_thumbprint, "name", s_now));
        Assert.NotNull(seen.Take(s_thumbprint, "name", s_now.AddSeconds(120)));
        Assert.Null(seen.Take(s_thumbprint, "other", s_now));
        Assert.Null(seen.Take(new byte[32], "name", s_now));
        Assert.Null(seen.Take(s_thumbprint, "name", s_now.AddSeconds(122)));
    }

    [Fact]
    public void The_shared_vectors_which_another_program_wrote_are_taken_and_refused()
    {
        JsonElement vectors = JsonElement.Parse(File.ReadAllText(System.IO.Path.Combine(Vectors.Folder(), "..", "Capabilities", "vectors.json"))).GetProperty("proofs");
        byte[] thumbprint = Convert.FromHexString(vectors.GetProperty("thumbprint").GetString()!);
        (string? Name, string? Problem) Of(JsonElement vector) => KeyProof.Verify(
            vector.GetProperty("proof").GetString()!, thumbprint, vectors.GetProperty("method").GetString()!, vectors.GetProperty("path").GetString()!, vectors.GetProperty("key").GetString()!, DateTimeOffset.FromUnixTimeSeconds(vectors.GetProperty("at").GetInt64()));

        Assert.All(vectors.GetProperty("good").EnumerateArray(), good => Assert.Equal(("3f1c0a52", null), Of(good)));
        Assert.All(vectors.GetProperty("bad").EnumerateArray(), bad => Assert.True(Of(bad).Problem is not null, bad.GetProperty("name").GetString()));
        Assert.True(vectors.GetProperty("bad").GetArrayLength() > 8);
    }

    private static (string? Name, string? Problem) Verify(string proof) => KeyProof.Verify(proof, s_thumbprint, "POST", Path, Token, s_now);
}
