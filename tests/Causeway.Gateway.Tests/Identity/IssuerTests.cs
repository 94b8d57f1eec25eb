using System.Text.Json.Nodes;
using Causeway.Gateway.Identity;
using Causeway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Identity;

public sealed class IssuerTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-11-26T12:00:00Z", System.Globalization.CultureInfo.InvariantCulture));
    private FakeIssuer _issuer = null!;
    private Issuers _issuers = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        _issuers = Of(new Issuer { Name = "company", Url = _issuer.Url, Audience = "causeway", ClientId = "the client", ClientSecret = "s&cret" });
    }

    public async ValueTask DisposeAsync()
    {
        _issuers.Dispose();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task Keys_are_fetched_once_for_many_and_again_when_they_are_an_hour_old()
    {
        string token = _issuer.Sign(Long());

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => GoodAsync(token)));
        Assert.Equal((1, 1), (_issuer.Documents, _issuer.KeySets));

        _time.Advance(TimeSpan.FromMinutes(59));
        await GoodAsync(token);
        Assert.Equal(1, _issuer.KeySets);

        _time.Advance(TimeSpan.FromMinutes(1));
        await GoodAsync(token);
        Assert.Equal(2, _issuer.KeySets);
    }

    [Fact]
    public async Task A_new_key_is_found_and_tokens_with_made_up_names_cost_the_issuer_a_look_each_half_minute_at_most()
    {
        await GoodAsync(_issuer.Sign(Long()));
        _time.Advance(TimeSpan.FromSeconds(31));
        _issuer.Keys = static issuer => [issuer.RsaKey("rsa-1"), issuer.RsaKey("rsa-2")];

        await GoodAsync(_issuer.Sign(Long(), keyId: "rsa-2"));
        Assert.Equal(2, _issuer.KeySets);

        for (int i = 0; i < 50; i++)
        {
            Assert.Equal("token_key", (await CheckAsync(_issuer.Sign(Long(), keyId: $"made-up-{i}"))).Fault!.Code);
        }

        Assert.Equal(2, _issuer.KeySets);
        _time.Advance(TimeSpan.FromSeconds(31));
        await CheckAsync(_issuer.Sign(Long(), keyId: "made-up"));
        Assert.Equal(3, _issuer.KeySets);
    }

    [Fact]
    public async Task While_the_issuer_is_away_its_keys_go_on_for_a_day_and_it_is_not_asked_all_the_time()
    {
        string token = _issuer.Sign(Long());
        await GoodAsync(token);
        _issuer.IsAway = true;

        _time.Advance(TimeSpan.FromHours(2));
        await GoodAsync(token);
        int asked = _issuer.Documents;
        await GoodAsync(token);
        Assert.Equal(asked, _issuer.Documents);

        _time.Advance(TimeSpan.FromHours(22));
        IssuerUnavailableException failure = await Assert.ThrowsAsync<IssuerUnavailableException>(() => CheckAsync(token));
        Assert.StartsWith("The issuer company cannot be used: ", failure.Message, StringComparison.Ordinal);

        _issuer.IsAway = false;
        await Assert.ThrowsAsync<IssuerUnavailableException>(() => CheckAsync(token));
        _time.Advance(TimeSpan.FromSeconds(31));
        await GoodAsync(token);
    }

    [Theory]
    [InlineData("issuer", "https://elsewhere.example", "that of another issuer")]
    [InlineData("issuer", null, "names no issuer")]
    [InlineData("jwks_uri", null, "no jwks_uri that can be used")]
    [InlineData("jwks_uri", "http://169.254.169.254/keys", "no jwks_uri that can be used")]
    [InlineData("jwks_uri", "https://user@elsewhere.example/keys", "no jwks_uri that can be used")]
    [InlineData("jwks_uri", "file:///etc/passwd", "no jwks_uri that can be used")]
    public async Task A_document_that_makes_no_sense_is_not_used(string member, string? value, string reason)
    {
        _issuer.Document = document => document[member] = value;

        Assert.Contains(reason, (await Assert.ThrowsAsync<IssuerUnavailableException>(() => CheckAsync(_issuer.Sign(Long())))).Message, StringComparison.Ordinal);
        Assert.Equal(0, _issuer.KeySets);
    }

    [Fact]
    public async Task Keys_from_a_file_need_no_issuer_and_are_read_again_for_a_key_that_is_new()
    {
        string file = Path.Combine(Directory.CreateTempSubdirectory("causeway-keys-").FullName, "keys.json");
        await WriteAsync("old");
        using Issuers issuers = Of(new Issuer { Name = "cluster", Url = "https://kubernetes.default.svc.cluster.local", Audience = "causeway", KeysFile = file });
        JsonObject claims = Long();
        claims["iss"] = "https://kubernetes.default.svc.cluster.local";

        Assert.NotNull((await issuers.CheckAsync(_issuer.Sign(claims, keyId: "old"), TokenUse.Exchange, null, null, Cancel)).Attestation);
        await WriteAsync("new");
        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.NotNull((await issuers.CheckAsync(_issuer.Sign(claims, keyId: "new"), TokenUse.Exchange, null, null, Cancel)).Attestation);
        Assert.Equal(0, _issuer.Documents);

        Task WriteAsync(string id) => File.WriteAllTextAsync(file, new JsonObject { ["keys"] = new JsonArray(_issuer.RsaKey(id)) }.ToJsonString(), Cancel);
    }

    [Fact]
    public async Task A_secret_goes_into_the_header_unless_the_issuer_wants_it_in_the_form()
    {
        _issuer.Token = static _ => (200, new JsonObject { ["id_token"] = "x.y.z" });

        await _issuers.RedeemAsync(_issuers.All[0], "code", "https://here/cb", "verifier", Cancel);
        _issuer.Document = static document => document["token_endpoint_auth_methods_supported"] = new JsonArray("client_secret_post");
        _time.Advance(TimeSpan.FromHours(1));
        await _issuers.PollDeviceAsync(_issuers.All[0], "device", Cancel);

        (string basic, Dictionary<string, string> first) = _issuer.Forms[0];
        (string none, Dictionary<string, string> second) = _issuer.Forms[1];
        Assert.Equal(("Basic " + Convert.ToBase64String("the+client:s%26cret"u8), "authorization_code", "verifier", false), (basic, first["grant_type"], first["code_verifier"], first.ContainsKey("client_secret")));
        Assert.Equal(("", "urn:ietf:params:oauth:grant-type:device_code", "s&cret", "the client"), (none, second["grant_type"], second["client_secret"], second["client_id"]));
    }

    [Fact]
    public async Task What_a_token_endpoint_refuses_is_a_word_and_nothing_else()
    {
        _issuer.Token = static _ => (400, new JsonObject { ["error"] = "authorization_pending", ["error_description"] = "<script>" });
        Assert.Equal((null, "authorization_pending"), await _issuers.PollDeviceAsync(_issuers.All[0], "device", Cancel));

        _issuer.Token = static _ => (400, new JsonObject { ["error"] = "<script>" });
        Assert.Equal((null, "status_400"), await _issuers.PollDeviceAsync(_issuers.All[0], "device", Cancel));

        _issuer.Token = static _ => (200, []);
        Assert.Contains("no ID token", (await Assert.ThrowsAsync<IssuerUnavailableException>(() => _issuers.PollDeviceAsync(_issuers.All[0], "device", Cancel))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_browser_is_sent_with_state_nonce_and_the_challenge_of_a_verifier()
    {
        _issuer.Document = static document => document["authorization_endpoint"] = document["authorization_endpoint"]!.GetValue<string>() + "?tenant=1";

        Uri sent = await _issuers.AuthorizationAsync(_issuers.All[0], new SignInRequest("https://here/x?y", "openid email", "st&te", "n", "c"), Cancel);

        Assert.Equal(
            _issuer.Url + "/authorize?tenant=1&response_type=code&client_id=the%20client&redirect_uri=https%3A%2F%2Fhere%2Fx%3Fy&scope=openid%20email&state=st%26te&nonce=n&code_challenge=c&code_challenge_method=S256",
            sent.OriginalString);
        DeviceCodes codes = (await _issuers.StartDeviceAsync(_issuers.All[0], "openid", Cancel)).Codes!;
        Assert.Equal(("WDJB-MJHT", TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(10)), (codes.UserCode, codes.Interval, codes.ExpiresIn));
    }

    [Fact]
    public async Task What_an_issuer_offers_is_what_it_publishes()
    {
        Assert.Equal(new IssuerOffer(2, Browser: true, Device: true), await _issuers.LookAsync(_issuers.All[0], Cancel));

        _issuer.Document = static document => document.Remove("device_authorization_endpoint");
        _time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(new IssuerOffer(2, Browser: true, Device: false), await _issuers.LookAsync(_issuers.All[0], Cancel));
        Assert.Contains("it offers no device_authorization_endpoint", (await Assert.ThrowsAsync<IssuerUnavailableException>(() => _issuers.StartDeviceAsync(_issuers.All[0], "openid", Cancel))).Message, StringComparison.Ordinal);
    }

    private JsonObject Long()
    {
        JsonObject claims = _issuer.Claims(_time.GetUtcNow());
        claims["exp"] = _time.GetUtcNow().AddDays(2).ToUnixTimeSeconds();
        return claims;
    }

    private Issuers Of(Issuer issuer) => new([issuer], _time, NullLogger<Issuers>.Instance);

    private async Task GoodAsync(string token) => Assert.NotNull((await CheckAsync(token)).Attestation);

    private Task<(Attestation? Attestation, TokenFault? Fault)> CheckAsync(string token) => _issuers.CheckAsync(token, TokenUse.Exchange, null, null, Cancel);
}
