using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Gateway.Identity;
using Causeway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Identity;

/// <summary>Attack S-26 of the catalogue: tokens that are not what they say.</summary>
public sealed class TokenTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-26T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
    private FakeIssuer _issuer = null!;
    private Issuers _issuers = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DateTimeOffset Now => _time.GetUtcNow();

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        _issuers = new Issuers([new Issuer { Name = "company", Url = _issuer.Url, Audience = "causeway", ClientId = "the-client" }], _time, NullLogger<Issuers>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        _issuers.Dispose();
        await _issuer.DisposeAsync();
    }

    [Theory]
    [InlineData("RS256", "rsa-1")]
    [InlineData("RS512", "rsa-1")]
    [InlineData("PS256", "rsa-1")]
    [InlineData("ES256", "ec-1")]
    [InlineData("RS256", null)]
    public async Task A_good_token_says_what_its_issuer_says(string algorithm, string? key)
    {
        JsonObject claims = _issuer.Claims(Now);
        claims["groups"] = new JsonArray("a", "b", 3);
        claims["realm"] = new JsonObject { ["x/y"] = new JsonObject { ["roles"] = new JsonArray("deep") } };
        claims["aud"] = new JsonArray("other", "causeway");

        (Attestation? said, TokenFault? fault) = await CheckAsync(_issuer.Sign(claims, algorithm, key));

        Assert.Null(fault);
        Assert.Equal(("company", "mira", Now.AddHours(1)), (said!.Issuer.Name, said.Subject, said.ExpiresAt));
        Assert.Equal(["a", "b"], said.Texts("groups", 10));
        Assert.Equal(["deep"], said.Texts("/realm/x~1y/roles", 10));
        Assert.Empty(said.Texts("/realm/roles", 10));
        Assert.Null(said.Text("groups"));
    }

    public static TheoryData<string, string, string> Changed => new()
    {
        { "exp", "past", "token_expired" },
        { "exp", "missing", "token_malformed" },
        { "exp", "text", "token_malformed" },
        { "nbf", "future", "token_early" },
        { "iat", "future", "token_early" },
        { "iss", "other", "token_issuer" },
        { "iss", "slash", "token_issuer" },
        { "iss", "missing", "token_malformed" },
        { "aud", "other", "token_audience" },
        { "aud", "missing", "token_audience" },
        { "aud", "beginning", "token_audience" },
        { "sub", "missing", "token_malformed" },
        { "sub", "long", "token_malformed" },
    };

    [Theory]
    [MemberData(nameof(Changed))]
    public async Task A_claim_that_is_wrong_is_refused_although_the_signature_is_good(string claim, string how, string code)
    {
        JsonObject claims = _issuer.Claims(Now);
        claims.Remove(claim);
        if (how != "missing")
        {
            claims[claim] = how switch
            {
                "past" => Now.AddSeconds(-60).ToUnixTimeSeconds(),
                "future" => Now.AddSeconds(61).ToUnixTimeSeconds(),
                "text" => "tomorrow",
                "slash" => _issuer.Url + "/",
                "beginning" => "causeway-2",
                "long" => new string('a', 513),
                _ => "https://elsewhere.example",
            };
        }

        (Attestation? said, TokenFault? fault) = await CheckAsync(_issuer.Sign(claims));

        Assert.Equal((null, code), (said, fault!.Code));
    }

    [Fact]
    public async Task Clocks_may_be_a_minute_apart()
    {
        JsonObject claims = _issuer.Claims(Now.AddSeconds(60));
        claims["nbf"] = Now.AddSeconds(60).ToUnixTimeSeconds();
        claims["exp"] = Now.AddSeconds(-59).ToUnixTimeSeconds();

        Assert.NotNull((await CheckAsync(_issuer.Sign(claims))).Said);
    }

    public static TheoryData<string, string> Forged => new()
    {
        { "none", "token_algorithm" },
        { "None", "token_algorithm" },
        { "HS256", "token_algorithm" },
        { "EdDSA", "token_algorithm" },
        { "curve with the RSA key's name", "token_key" },
        { "another key of the same name", "token_signature" },
        { "claims changed after", "token_signature" },
        { "no signature", "token_signature" },
        { "two parts", "token_malformed" },
        { "four parts", "token_malformed" },
        { "padded", "token_malformed" },
        { "crit", "token_malformed" },
        { "key named twice", "token_malformed" },
        { "another type", "token_malformed" },
        { "jku and jwk of the attacker", "token_signature" },
        { "a path as the key's name", "token_key" },
        { "a key that nobody has", "token_key" },
        { "long", "token_malformed" },
        { "empty", "token_malformed" },
    };

    [Theory]
    [MemberData(nameof(Forged))]
    public async Task A_forged_token_is_refused(string how, string code)
    {
        JsonObject claims = _issuer.Claims(Now);
        string good = _issuer.Sign(claims);
        string[] parts = good.Split('.');
        await using FakeIssuer attacker = await FakeIssuer.StartAsync(isStranger: true);
        string token = how switch
        {
            "none" or "None" or "EdDSA" => _issuer.Sign(claims, how),
            "HS256" => _issuer.Sign(claims, "HS256"),
            "curve with the RSA key's name" => _issuer.Sign(claims, "ES256", "rsa-1"),
            "another key of the same name" => attacker.Sign(claims),
            "claims changed after" => $"{parts[0]}.{FakeIssuer.Part(_issuer.Claims(Now, subject: "root").ToJsonString())}.{parts[2]}",
            "no signature" => $"{parts[0]}.{parts[1]}.",
            "two parts" => $"{parts[0]}.{parts[1]}",
            "four parts" => good + ".x",
            "padded" => $"{parts[0]}.{parts[1]}==.{parts[2]}",
            "crit" => _issuer.Sign(claims, header: head => head["crit"] = new JsonArray("exp")),
            "key named twice" => $"{parts[0]}.{FakeIssuer.Part(claims.ToJsonString()[..^1] + ",\"sub\":\"root\"}")}.{parts[2]}",
            "another type" => _issuer.Sign(claims, header: head => head["typ"] = "logout+jwt"),
            "jku and jwk of the attacker" => attacker.Sign(claims, header: head => (head["jku"], head["jwk"]) = (attacker.Url + "/keys", attacker.RsaKey("rsa-1"))),
            "a path as the key's name" => _issuer.Sign(claims, keyId: "../../etc/passwd"),
            "a key that nobody has" => _issuer.Sign(claims, keyId: "rsa-2"),
            "long" => good + new string('a', 16 * 1024),
            _ => "",
        };

        (Attestation? said, TokenFault? fault) = await CheckAsync(token);

        Assert.Equal((null, code), (said, fault!.Code));
        Assert.Equal(0, attacker.Documents + attacker.KeySets);
        Assert.NotNull((await CheckAsync(good)).Said);
    }

    [Theory]
    [InlineData("alg")]
    [InlineData("kid")]
    [InlineData("typ")]
    [InlineData("iss")]
    [InlineData("sub")]
    [InlineData("aud")]
    [InlineData("azp")]
    [InlineData("nonce")]
    [InlineData("jti")]
    [InlineData("HALF")]
    [InlineData("deep")]
    public async Task Text_of_half_a_surrogate_pair_is_refused_and_ends_nothing(string where)
    {
        JsonObject claims = _issuer.Claims(Now, "the-client");
        claims["nonce"] = "right";
        bool isInHeader = where is "alg" or "kid" or "typ";
        if (!isInHeader)
        {
            claims[where] = where == "deep" ? new JsonObject { ["HALF"] = 1 } : "HALF";
        }

        string token = _issuer.Sign(claims, header: head => head[isInHeader ? where : "x"] = "HALF", written: json => isInHeader || !json.Contains("\"alg\"", StringComparison.Ordinal) ? json.Replace("HALF", "\\ud800", StringComparison.Ordinal) : json);
        (Attestation? said, TokenFault? fault) = await _issuers.CheckAsync(token, TokenUse.SignIn, _issuers.All[0], "right", Cancel);

        Assert.Contains("\\ud800", System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(token.Split('.')[isInHeader ? 0 : 1])), StringComparison.Ordinal);
        Assert.Null(said);
        Assert.StartsWith("token_", fault!.Code, StringComparison.Ordinal);
    }

    [Fact]
    public void A_claim_that_cannot_be_read_is_as_one_that_is_not_there()
    {
        JsonElement claims = JsonElement.Parse("""{"jti":"\ud800","groups":["a","\ud800",3,"b"],"realm":{"roles":"\udc00"},"mail":"\ud800","verified":"\ud800"}""");
        Attestation said = new(_issuers.All[0], "mira", claims, Now, Now.AddHours(1), JsonElement.Parse("""{"\ud800":1,"mail":"m@example.org"}"""));

        Assert.Null(said.TokenId);
        Assert.False(said.Has("jti"));
        Assert.Equal(["a", "b"], said.Texts("groups", 10));
        Assert.Empty(said.Texts("/realm/roles", 10));
        Assert.Null(said.Text("/realm/roles"));
        Assert.Null(said.Flag("verified"));
        Assert.Null(said.Text("not-there"));
        Assert.Equal("m@example.org", said.Text("mail"));
    }

    [Fact]
    public async Task A_key_that_names_its_algorithm_allows_no_other_and_one_for_encryption_none()
    {
        _issuer.Keys = issuer =>
        {
            JsonObject bound = issuer.RsaKey("rsa-1");
            bound["alg"] = "PS256";
            JsonObject wrapping = issuer.RsaKey("rsa-2");
            wrapping["use"] = "enc";
            return [bound, wrapping];
        };
        JsonObject claims = _issuer.Claims(Now);

        Assert.Equal("token_key", (await CheckAsync(_issuer.Sign(claims))).Fault!.Code);
        Assert.Equal("token_key", (await CheckAsync(_issuer.Sign(claims, keyId: "rsa-2"))).Fault!.Code);
        Assert.NotNull((await CheckAsync(_issuer.Sign(claims, "PS256"))).Said);
    }

    [Theory]
    [InlineData("the-client", null, null, "right", null)]
    [InlineData("the-client", "the-client", null, "right", null)]
    [InlineData("causeway", null, null, "right", "token_audience")]
    [InlineData("the-client", "another", null, "right", "token_audience")]
    [InlineData("the-client", null, "another", "right", "token_audience")]
    [InlineData("the-client", null, null, "wrong", "token_nonce")]
    [InlineData("the-client", null, null, null, "token_nonce")]
    public async Task An_ID_token_is_for_the_client_that_asked_and_answers_what_it_asked(string audience, string? party, string? second, string? nonce, string? code)
    {
        JsonObject claims = _issuer.Claims(Now, audience);
        claims["azp"] = party;
        if (party is null)
        {
            claims.Remove("azp");
        }

        if (second is not null)
        {
            claims["aud"] = new JsonArray(audience, second);
        }

        if (nonce is not null)
        {
            claims["nonce"] = nonce;
        }

        (Attestation? said, TokenFault? fault) = await _issuers.CheckAsync(_issuer.Sign(claims), TokenUse.SignIn, _issuers.All[0], "right", Cancel);

        Assert.Equal((code is null, code), (said is not null, fault?.Code));
    }

    [Fact]
    public async Task An_access_token_is_no_ID_token()
    {
        string token = _issuer.Sign(_issuer.Claims(Now, "the-client"), header: head => head["typ"] = "at+jwt");

        Assert.Equal("token_malformed", (await _issuers.CheckAsync(token, TokenUse.SignIn, null, null, Cancel)).Fault!.Code);
        Assert.NotNull((await CheckAsync(_issuer.Sign(_issuer.Claims(Now), header: head => head["typ"] = "at+jwt"))).Said);
    }

    private Task<(Attestation? Said, TokenFault? Fault)> CheckAsync(string token) => _issuers.CheckAsync(token, TokenUse.Exchange, null, null, Cancel);
}
