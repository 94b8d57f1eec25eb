using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Causeway.Admin.Grants;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;
using Causeway.Configuration;
using Causeway.Exchange;
using Causeway.Testing;
using Causeway.Tests.Admin;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Exchange;

/// <summary>Workloads exchange their tokens for short-lived keys (RFC 8693).</summary>
public sealed class ExchangeTests : IAsyncLifetime
{
    private static readonly GrantId s_grant = new(Guid.Parse("0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b"));
    private FakeIssuer _issuer = null!;
    private AdminHost _host = null!;

    private DateTimeOffset Now => _host.Time.Now;

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        _host = await AdminHost.StartAsync(new IdentityConfiguration
        {
            Issuers = [new IssuerConfiguration { Name = "github", Issuer = _issuer.Url, Audience = "causeway" }],
            Exchange =
            [
                Rule("ci") with { Claims = new Dictionary<string, string> { ["repository_owner_id"] = "4711", ["job_workflow_ref"] = "acme/answers/.github/workflows/eval.yml@*" } },
                Rule("pods") with { Claims = new Dictionary<string, string> { ["/kubernetes.io/namespace"] = "search" }, Grant = null, Team = "search", Environment = "dev", Feature = null, FeatureClaim = "sub", Once = false, Expires = TimeSpan.FromHours(1) },
                Rule("lost") with { Claims = new Dictionary<string, string> { ["sub"] = "lost" }, Grant = new GrantId(Guid.Parse("0193a1b2-c3d4-7e5f-8a9b-000000000000")) },
                Rule("shop") with { Claims = new Dictionary<string, string> { ["sub"] = "shop" }, Team = "shop" },
            ],
        });
        Assert.Empty(_host.Ledger.Create(new Grant { Id = s_grant, Holder = new Holder(false, "search"), Scope = new Scope { Environments = ["eval"] }, CreatedAt = Now, CreatedBy = "admin" }, out _));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    [Fact]
    public async Task A_good_token_that_a_rule_fits_becomes_a_key_of_its_grant_for_a_while()
    {
        (HttpStatusCode status, JsonElement answer, _) = await ExchangeAsync(Ci());

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("Bearer", ExchangeRequest.AccessToken, 900), (Text(answer, "token_type"), Text(answer, "issued_token_type"), answer.GetProperty("expires_in").GetInt32()));
        Assert.Equal(("search", "nightly", "eval"), (Text(answer, "team"), Text(answer, "feature"), Text(answer, "environment")));
        (GrantId grant, KeyId root, string caveats) = Verify(Text(answer, "access_token")!);
        Assert.Equal((s_grant, "exp"), (grant, caveats));
        Key key = Assert.Single(await _host.Keys.ListAsync(CancellationToken.None));
        Assert.Equal((root, "exchange:ci", true), (key.Id, key.CreatedBy, key.IsCapability));
        Assert.NotNull(_host.Policies.Current.Keys.Find(root));
        LedgerEvent written = Assert.Single(await _host.EventsAsync(LedgerEventKind.TokenExchanged));
        Assert.Equal(("exchange:ci", s_grant, root), (written.Actor, written.Grant, written.Key));
        Assert.Contains("for repo:acme/answers of github, token ", written.Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("cw1_", written.Detail, StringComparison.Ordinal);

        (_, JsonElement second, _) = await ExchangeAsync(Ci());
        Assert.Equal(root, Verify(Text(second, "access_token")!).Root); // All keys of a rule and feature come from one.
        Assert.Single(await _host.Keys.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_scope_narrows_the_key()
    {
        (_, JsonElement answer, _) = await ExchangeAsync(Ci(), "max_total:0.50 model:gpt-5.4-* model:claude-haiku-5-5 data_class_max:public max_calls:20");

        Assert.Equal("exp model data_class_max max_calls max_total", Verify(Text(answer, "access_token")!).Caveats);
        Assert.Equal("max_total:0.50 model:gpt-5.4-* model:claude-haiku-5-5 data_class_max:public max_calls:20", Text(answer, "scope"));
        foreach (string bad in (string[])["openid", "model", "max_calls:0", "max_calls:1 max_calls:2", "max_total:free", "env:prod", "exp:1"])
        {
            (HttpStatusCode status, JsonElement problem, _) = await ExchangeAsync(Ci(), bad);
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_scope"), (status, Text(problem, "error")));
        }
    }

    [Fact]
    public async Task A_token_is_exchanged_once_unless_the_rule_says_otherwise()
    {
        string once = Ci();
        Assert.Equal(HttpStatusCode.OK, (await ExchangeAsync(once)).Status);
        Assert.Equal("exchange_replayed", (await ExchangeAsync(once)).Code);
        Assert.Equal("exchange_replayed", Assert.Single(await _host.EventsAsync(LedgerEventKind.ExchangeRefused)).Code);

        Assert.Equal("exchange_no_id", (await ExchangeAsync(Ci(claims => claims.Remove("jti")))).Code);
        string again = Ci();
        Assert.Equal("exchange_scope", (await ExchangeAsync(again, "data_class_max:secret")).Code); // Refused for another reason it is not used up.
        Assert.Equal(HttpStatusCode.OK, (await ExchangeAsync(again)).Status);

        string pod = Pod();
        Assert.Equal(HttpStatusCode.OK, (await ExchangeAsync(pod)).Status);
        (_, JsonElement answer, _) = await ExchangeAsync(pod);
        Assert.Equal(("search", "answers-api", "dev", 3600), (Text(answer, "team"), Text(answer, "feature"), Text(answer, "environment"), answer.GetProperty("expires_in").GetInt32()));
        Assert.Equal(StarterGrants.IdOf("search"), Verify(Text(answer, "access_token")!).Grant);
    }

    [Theory]
    [InlineData("aud", "another", "token_audience")]
    [InlineData("iss", "https://elsewhere.example", "token_issuer")]
    [InlineData("exp", "past", "token_expired")]
    [InlineData("repository_owner_id", "4712", "exchange_no_rule")]
    [InlineData("job_workflow_ref", "acme/answers/.github/workflows/other.yml@refs/heads/main", "exchange_no_rule")]
    [InlineData("sub", "lost", "exchange_grant")]
    [InlineData("sub", "shop", "exchange_grant")]
    public async Task What_is_not_acceptable_is_an_invalid_request_with_its_code(string claim, string value, string code)
    {
        JsonObject claims = CiClaims();
        claims[claim] = value == "past" ? Now.AddHours(-1).ToUnixTimeSeconds() : value;
        if (claim == "sub")
        {
            claims.Remove("repository_owner_id");
        }

        (HttpStatusCode status, JsonElement problem, string? header) = await ExchangeAsync(_issuer.Sign(claims));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request", code), (status, Text(problem, "error"), header));
        Assert.Matches("^[ !#-\\[\\]-~]+$", Text(problem, "error_description")!); // RFC 6749, section 5.2.
        Assert.Empty(await _host.Keys.ListAsync(CancellationToken.None));
    }

    [Theory]
    [InlineData("grant_type=password&subject_token=x", "unsupported_grant_type")]
    [InlineData("subject_token=x", "unsupported_grant_type")]
    [InlineData("grant_type=G&subject_token_type=T", "invalid_request")]
    [InlineData("grant_type=G&subject_token=x", "invalid_request")]
    [InlineData("grant_type=G&subject_token=x&subject_token_type=saml", "invalid_request")]
    [InlineData("grant_type=G&subject_token=x&subject_token_type=T&subject_token=y", "invalid_request")]
    [InlineData("grant_type=G&subject_token=x&subject_token_type=T&actor_token=y", "invalid_request")]
    [InlineData("grant_type=G&subject_token=x&subject_token_type=T&requested_token_type=T", "invalid_request")]
    [InlineData("grant_type=G&subject_token=x&subject_token_type=T&audience=elsewhere", "invalid_target")]
    [InlineData("grant_type=G&subject_token=x&subject_token_type=T", "invalid_request")]
    [InlineData("", "unsupported_grant_type")]
    public async Task A_request_that_is_none_is_refused_as_the_standard_says(string form, string word)
    {
        string body = form.Replace("=G", "=" + Uri.EscapeDataString(ExchangeRequest.GrantType), StringComparison.Ordinal).Replace("=T", "=urn:ietf:params:oauth:token-type:jwt", StringComparison.Ordinal);
        using var content = new StringContent(body, Encoding.ASCII, "application/x-www-form-urlencoded");

        using HttpResponseMessage response = await new HttpClient { BaseAddress = _host.Address }.PostAsync("v1/token", content, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(word, Text(JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement, "error"));
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
    }

    [Fact]
    public async Task A_body_is_bounded_and_a_form()
    {
        using var http = new HttpClient { BaseAddress = _host.Address };
        using var large = new StringContent("grant_type=" + new string('a', 60_000), Encoding.ASCII, "application/x-www-form-urlencoded");
        using var json = new StringContent("{}", Encoding.ASCII, "application/json");

        foreach (HttpContent content in (HttpContent[])[large, json])
        {
            using HttpResponseMessage response = await http.PostAsync("v1/token", content, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }

        await using AdminHost none = await AdminHost.StartAsync();
        using HttpResponseMessage off = await none.Http.PostAsync("v1/token", null, TestContext.Current.CancellationToken);
        Assert.Equal((HttpStatusCode.NotFound, "exchange_off"), (off.StatusCode, off.Headers.GetValues("x-causeway-error").Single()));
    }

    [Fact]
    public async Task Revoking_the_key_of_a_rule_ends_its_keys_and_gives_no_more()
    {
        (_, JsonElement answer, _) = await ExchangeAsync(Ci());
        KeyId root = Verify(Text(answer, "access_token")!).Root;

        await _host.SendAsync(HttpMethod.Delete, $"api/v1/keys/{root}");

        Assert.Equal(KeyState.Revoked, _host.Policies.Current.Keys.Find(root)!.StateAt(Now));
        Assert.Equal("exchange_revoked", (await ExchangeAsync(Ci())).Code);
    }

    [Theory]
    [InlineData("\"alg\":\"RS256\"", "\"alg\":\"\\ud800\"")]
    [InlineData("\"kid\"", "\"\\ud800\":1,\"kid\"")]
    [InlineData("\"sub\":\"somebody\"", "\"sub\":\"\\ud800\"")]
    public async Task Text_that_cannot_be_read_is_an_invalid_request(string readable, string written)
    {
        JsonObject claims = CiClaims();
        claims["sub"] = "somebody";

        (HttpStatusCode status, JsonElement problem, string? code) = await ExchangeAsync(_issuer.Sign(claims, written: json => json.Replace(readable, written, StringComparison.Ordinal)));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (status, Text(problem, "error")));
        Assert.StartsWith("token_", code, StringComparison.Ordinal);
        Assert.Matches("^[ !#-\\[\\]-~]+$", Text(problem, "error_description")!);
    }

    [Fact]
    public async Task While_the_issuer_is_away_it_is_said_and_when_to_come_again()
    {
        _issuer.IsAway = true;

        (HttpStatusCode status, JsonElement problem, string? code) = await ExchangeAsync(Ci());

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "temporarily_unavailable", "issuer_unavailable"), (status, Text(problem, "error"), code));
    }

    [Theory]
    [InlineData("a", "a", true)]
    [InlineData("a", "ab", false)]
    [InlineData("a*", "ab", true)]
    [InlineData("a*", "a", true)]
    [InlineData("a*c", "abc", true)]
    [InlineData("a*c", "ac", true)]
    [InlineData("a*c", "abcd", false)]
    [InlineData("ab*ba", "aba", false)]
    [InlineData("a*b*c", "a1b2c", true)]
    [InlineData("a*b*c", "a1c2b", false)]
    [InlineData("a**c", "abc", true)]
    [InlineData("a.c", "abc", false)]
    public void A_pattern_is_its_letters_and_stars(string pattern, string value, bool fits) => Assert.Equal(fits, ExchangeRules.Fits(pattern, value));

    private static ExchangeRule Rule(string name) => new() { Name = name, Issuer = "github", Claims = new Dictionary<string, string>(), Grant = s_grant, Environment = "eval", Feature = "nightly" };

    private static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement member) ? member.GetString() : null;

    private JsonObject CiClaims()
    {
        JsonObject claims = _issuer.Claims(Now, subject: "repo:acme/answers");
        claims["repository_owner_id"] = "4711";
        claims["job_workflow_ref"] = "acme/answers/.github/workflows/eval.yml@refs/heads/main";
        claims["jti"] = Guid.CreateVersion7(Now).ToString();
        return claims;
    }

    private string Ci(Action<JsonObject>? change = null)
    {
        JsonObject claims = CiClaims();
        change?.Invoke(claims);
        return _issuer.Sign(claims);
    }

    private string Pod()
    {
        JsonObject claims = _issuer.Claims(Now, subject: "system:serviceaccount:search:Answers API");
        claims["kubernetes.io"] = new JsonObject { ["namespace"] = "search" };
        return _issuer.Sign(claims);
    }

    private (GrantId Grant, KeyId Root, string Caveats) Verify(string key)
    {
        Span<byte> buffer = stackalloc byte[CapabilityToken.MaxBytes];
        Assert.Equal(CapabilityFault.None, CapabilityToken.TryParse(Encoding.ASCII.GetBytes(key), buffer, out CapabilityToken token));
        uint generation = (uint)_host.Ledger.Find(token.Grant)!.Grant.KeyGeneration;
        Assert.Equal(CapabilityFault.None, token.Verify(_host.Services.GetRequiredService<MasterKeys>().Current, generation, out VerifiedToken? verified));
        List<string> caveats = [];
        foreach (CaveatReader.Entry caveat in token.Caveats)
        {
            caveats.Add(caveat.Type.Word());
        }

        return (token.Grant, verified!.Key, string.Join(' ', caveats));
    }

    private async Task<(HttpStatusCode Status, JsonElement Answer, string? Code)> ExchangeAsync(string token, string? scope = null)
    {
        Dictionary<string, string> form = new() { ["grant_type"] = ExchangeRequest.GrantType, ["subject_token_type"] = "urn:ietf:params:oauth:token-type:jwt", ["subject_token"] = token };
        if (scope is not null)
        {
            form["scope"] = scope;
        }

        using var http = new HttpClient { BaseAddress = _host.Address };
        using HttpResponseMessage response = await http.PostAsync("v1/token", new FormUrlEncodedContent(form));
        string body = await response.Content.ReadAsStringAsync();
        return (response.StatusCode, JsonDocument.Parse(body).RootElement, response.Headers.TryGetValues("x-causeway-error", out IEnumerable<string>? code) ? code.Single() : null);
    }
}
