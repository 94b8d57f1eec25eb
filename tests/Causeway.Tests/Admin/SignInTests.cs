using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;
using Causeway.Admin;
using Causeway.Admin.Identity;
using Causeway.Budgets.Ledger;
using Causeway.Configuration;
using Causeway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Admin;

/// <summary>People sign in by an issuer, at the command line and in a browser.</summary>
public sealed class SignInTests : IAsyncLifetime
{
    private FakeIssuer _issuer = null!;
    private AdminHost _host = null!;

    private DateTimeOffset Now => _host.Time.Now;

    public async ValueTask InitializeAsync()
    {
        _issuer = await FakeIssuer.StartAsync();
        _host = await AdminHost.StartAsync(Identity(_issuer.Url));
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _issuer.DisposeAsync();
    }

    internal static IdentityConfiguration Identity(string issuer) => new()
    {
        Issuers =
        [
            new IssuerConfiguration
            {
                Name = "company",
                Issuer = issuer,
                Audience = "causeway",
                ClientId = "causeway",
                Roles = new Dictionary<string, Role> { ["platform"] = Role.Admin, ["sre"] = Role.OnCall, ["audit"] = Role.Auditor },
                Teams = new Dictionary<string, string> { ["search-devs"] = "search", ["shop-devs"] = "shop" },
            },
        ],
    };

    [Fact]
    public async Task Anybody_may_ask_by_whom_people_sign_in()
    {
        using var stranger = new HttpClient { BaseAddress = _host.Address };

        string body = await stranger.GetStringAsync("api/v1/identity");

        Assert.Equal($$"""{"issuers":[{"name":"company","issuer":"{{_issuer.Url}}"}]}""", body);
    }

    [Fact]
    public async Task A_device_waits_until_the_person_has_confirmed_and_is_told_once()
    {
        _issuer.Token = static _ => (400, new JsonObject { ["error"] = "authorization_pending" });
        (int status, JsonElement start) = await PostAsync("api/v1/identity/device", "{}");
        string question = $$"""{"device_code": "{{start.GetProperty("device_code").GetString()}}"}""";

        Assert.Equal((200, "WDJB-MJHT", 5), (status, start.GetProperty("user_code").GetString(), start.GetProperty("interval").GetInt32()));
        Assert.Equal("pending", (await PostAsync("api/v1/identity/device/token", question)).Json.GetProperty("state").GetString());
        _issuer.Token = static _ => (400, new JsonObject { ["error"] = "slow_down" });
        Assert.Equal("slow_down", (await PostAsync("api/v1/identity/device/token", question)).Json.GetProperty("state").GetString());

        Confirm(groups: ["search-devs", "sre"]);
        (_, JsonElement done) = await PostAsync("api/v1/identity/device/token", question);

        JsonElement session = done.GetProperty("session");
        Assert.Equal("signed_in", done.GetProperty("state").GetString());
        Assert.Equal("company:mira@company.example", session.GetProperty("name").GetString());
        Assert.Equal("on-call developer", string.Join(' ', session.GetProperty("roles").EnumerateArray().Select(role => role.GetString())));
        Assert.Equal("search", Assert.Single(session.GetProperty("teams").EnumerateArray()).GetString());
        Assert.Equal(Now.AddHours(8), session.GetProperty("expires_at").GetDateTimeOffset());
        LedgerEvent written = Assert.Single(await _host.EventsAsync(LedgerEventKind.SignedIn));
        Assert.Equal("company:mira@company.example", written.Actor);
        Assert.Contains("subject mira; roles on-call, developer; teams search", written.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_may_what_its_roles_may_until_it_is_over()
    {
        string session = await SignInAsync(groups: ["search-devs"]);

        (int status, JsonElement who) = await _host.SendAsync(HttpMethod.Get, "api/v1/session", credential: session);
        (int forbidden, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/reload", "{}", credential: session);

        Assert.Equal((200, "company:mira@company.example", "company", Now.AddHours(8)), (status, who.GetProperty("name").GetString(), who.GetProperty("issuer").GetString(), who.GetProperty("ends").GetDateTimeOffset()));
        Assert.Equal((403, "role_missing"), (forbidden, problem.GetProperty("code").GetString()));
        Assert.Contains("\"roles\" of \"identity.issuers\"", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);

        _host.Time.Now += TimeSpan.FromHours(8);
        Assert.Equal((401, "session_over"), await CodeAsync(session));
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_no_other()
    {
        string first = await SignInAsync(groups: ["platform"]);
        string second = await SignInAsync(groups: ["platform"]);

        (int status, _) = await _host.SendAsync(HttpMethod.Delete, "api/v1/session", credential: first);

        Assert.Equal(200, status);
        Assert.Equal((401, "session_over"), await CodeAsync(first));
        Assert.Equal((401, "session_over"), await CodeAsync(first + "=")); // The same bytes in another spelling.
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Get, "api/v1/session", credential: second)).Status);
        Assert.Equal("company:mira@company.example", Assert.Single(await _host.EventsAsync(LedgerEventKind.SignedOut)).Actor);
    }

    [Fact]
    public async Task A_session_that_was_changed_or_is_another_deployments_or_a_browsers_opens_nothing()
    {
        string good = await SignInAsync(groups: ["search-devs"]);
        string[] parts = good[4..].Split('.');
        string content = System.Text.Encoding.UTF8.GetString(System.Buffers.Text.Base64Url.DecodeFromChars(parts[0]));
        var elsewhere = new PeopleSeal(Budgets.Keys.Capabilities.MasterKeys.New(), Identity(_issuer.Url), _host.Time);
        var person = new Person("company", "mira", "company:mira", [Role.Admin], []);
        var here = _host.Services.GetRequiredService<PeopleSeal>();

        Assert.Equal(401, (await CodeAsync($"cws_{FakeIssuer.Part(content.Replace("developer", "admin", StringComparison.Ordinal))}.{parts[1]}")).Status);
        Assert.Equal(401, (await CodeAsync($"cws_{parts[0]}")).Status);
        Assert.Equal(401, (await CodeAsync("cws_" + new string('a', 5000))).Status);
        Assert.Equal(401, (await CodeAsync(elsewhere.Make(person, SessionKind.CommandLine).Text)).Status);
        Assert.Equal(401, (await CodeAsync(here.Make(person, SessionKind.Console).Text)).Status);
        Assert.Equal(200, (await CodeAsync(here.Make(person, SessionKind.CommandLine).Text)).Status);
    }

    [Theory]
    [InlineData("none", "None of your groups at company (strangers) belongs to a team here.")]
    [InlineData("missing", "company said nothing of your groups: its ID token has no \"groups\".")]
    [InlineData("empty", "You are in no group at company.")]
    public async Task Who_is_in_no_group_that_means_something_is_a_developer_of_no_team_and_is_told_why(string how, string note)
    {
        Confirm(how switch { "none" => ["strangers"], "empty" => [], _ => null });

        (_, JsonElement done) = await PostAsync("api/v1/identity/device/token", """{"device_code": "x"}""");

        JsonElement session = done.GetProperty("session");
        Assert.Equal("developer", Assert.Single(session.GetProperty("roles").EnumerateArray()).GetString());
        Assert.Equal(0, session.GetProperty("teams").GetArrayLength());
        Assert.StartsWith(note, session.GetProperty("note").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mira", 200, "company:mira@company.example search")]
    [InlineData("somebody else", 502, null)]
    public async Task What_the_ID_token_lacks_is_asked_for_and_must_be_of_the_same_person(string subject, int status, string? who)
    {
        _issuer.UserInfo = new JsonObject { ["sub"] = subject, ["email"] = "mira@company.example", ["groups"] = new JsonArray("search-devs") };
        _issuer.Token = _ => (200, new JsonObject { ["id_token"] = _issuer.Sign(_issuer.Claims(Now)), ["access_token"] = "the-access-token" });

        (int answered, JsonElement done) = await PostAsync("api/v1/identity/device/token", """{"device_code": "x"}""");

        Assert.Equal(status, answered);
        Assert.Equal(who, status == 200 ? $"{done.GetProperty("session").GetProperty("name").GetString()} {done.GetProperty("session").GetProperty("teams")[0].GetString()}" : null);
    }

    [Fact]
    public async Task An_address_that_nobody_checked_is_no_name()
    {
        Confirm(["audit"], claims => claims["email_verified"] = false);

        (_, JsonElement done) = await PostAsync("api/v1/identity/device/token", """{"device_code": "x"}""");

        Assert.Equal("company:mira", done.GetProperty("session").GetProperty("name").GetString());
        Assert.Equal("auditor", Assert.Single(done.GetProperty("session").GetProperty("roles").EnumerateArray()).GetString());
    }

    [Theory]
    [InlineData("access_denied", 403, "sign_in_refused", "was refused at company")]
    [InlineData("expired_token", 403, "sign_in_refused", "The code is over")]
    [InlineData("wrong audience", 403, "sign_in_refused", "(token_audience)")]
    [InlineData("expired", 403, "sign_in_refused", "(token_expired)")]
    [InlineData("alg none", 403, "sign_in_refused", "(token_algorithm)")]
    [InlineData("another issuer", 403, "sign_in_refused", "(token_issuer)")]
    [InlineData("no id token", 502, "issuer_unavailable", "it gave no ID token")]
    public async Task What_the_issuer_refuses_or_says_wrongly_signs_nobody_in(string how, int status, string code, string detail)
    {
        Confirm(["platform"], claims =>
        {
            claims["aud"] = how == "wrong audience" ? "another" : "causeway";
            claims["exp"] = (how == "expired" ? Now.AddHours(-1) : Now.AddHours(1)).ToUnixTimeSeconds();
            claims["iss"] = how == "another issuer" ? "https://elsewhere.example" : _issuer.Url;
        }, how == "alg none" ? "none" : "RS256");
        if (how is "access_denied" or "expired_token")
        {
            _issuer.Token = _ => (400, new JsonObject { ["error"] = how });
        }
        else if (how == "no id token")
        {
            _issuer.Token = static _ => (200, []);
        }

        (int answered, JsonElement problem) = await PostAsync("api/v1/identity/device/token", """{"device_code": "x"}""");

        Assert.Equal((status, code), (answered, problem.GetProperty("code").GetString()));
        Assert.Contains(detail, problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Empty(await _host.EventsAsync(LedgerEventKind.SignedIn));
    }

    [Fact]
    public async Task Without_an_issuer_nobody_signs_in_and_too_many_wait()
    {
        await using AdminHost none = await AdminHost.StartAsync();
        Assert.Equal("identity_off", (await none.SendAsync(HttpMethod.Post, "api/v1/identity/device", "{}")).Json.GetProperty("code").GetString());
        Assert.Equal("identity_off", (await PostAsync("api/v1/identity/device", """{"issuer": "nobody"}""")).Json.GetProperty("code").GetString());

        for (int i = 1; i < 60; i++)
        {
            await PostAsync("api/v1/identity/device", """{"issuer": "nobody"}""");
        }

        Assert.Equal("sign_in_busy", (await PostAsync("api/v1/identity/device", "{}")).Json.GetProperty("code").GetString());
        _host.Time.Now += TimeSpan.FromMinutes(1);
        Assert.Equal(200, (await PostAsync("api/v1/identity/device", "{}")).Status);
    }

    [Fact]
    public async Task A_browser_goes_to_the_issuer_and_comes_back_with_a_session()
    {
        using var browser = new Browser(_host.Address);
        Uri page = await browser.GoAsync("api/v1/identity/authorize?base=https://company.example/causeway");

        Assert.Equal("https://company.example/causeway/api/v1/identity/callback", Query(page, "redirect_uri"));
        Assert.Contains("; secure; samesite=lax; httponly", browser.Set!, StringComparison.OrdinalIgnoreCase);
        Confirm(["search-devs"], claims => claims["nonce"] = Query(page, "nonce"));
        Uri home = await browser.GoAsync($"api/v1/identity/callback?code=c&state={Query(page, "state")}&iss={Uri.EscapeDataString(_issuer.Url)}&session_state=x", crossSite: true);

        Assert.Equal("../../../console/", home.OriginalString);
        Assert.Contains("; secure; samesite=strict; httponly", browser.Set!, StringComparison.OrdinalIgnoreCase);
        Dictionary<string, string> form = _issuer.Forms.Single().Form;
        Assert.Equal(("c", "https://company.example/causeway/api/v1/identity/callback"), (form["code"], form["redirect_uri"]));
        Assert.Equal(Query(page, "code_challenge"), System.Buffers.Text.Base64Url.EncodeToString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(form["code_verifier"]))));
        using JsonDocument who = JsonDocument.Parse(await browser.GetAsync("api/v1/session"));
        Assert.Equal("company:mira@company.example", who.RootElement.GetProperty("name").GetString());
    }

    [Theory]
    [InlineData("no cookie", "sign_in_lost")]
    [InlineData("another state", "sign_in_lost")]
    [InlineData("no state", "sign_in_lost")]
    [InlineData("late", "sign_in_lost")]
    [InlineData("replayed", "sign_in_lost")]
    [InlineData("denied", "sign_in_denied")]
    [InlineData("another issuer", "sign_in_issuer")]
    [InlineData("code refused", "sign_in_refused")]
    [InlineData("another nonce", "token_nonce")]
    [InlineData("away", "issuer_unavailable")]
    public async Task A_way_back_that_is_not_this_browsers_own_signs_nobody_in(string how, string code)
    {
        using var browser = new Browser(_host.Address);
        Uri page = await browser.GoAsync("api/v1/identity/authorize?base=http://127.0.0.1:8080/");
        Confirm(["platform"], claims => claims["nonce"] = how == "another nonce" ? "n" : Query(page, "nonce"));
        string state = how switch { "another state" => "&state=abc", "no state" => "", _ => "&state=" + Query(page, "state") };
        string answer = how switch { "denied" => "error=access_denied", "another issuer" => "code=c&iss=https%3A%2F%2Felsewhere.example", _ => "code=c" };
        _issuer.Token = how == "code refused" ? static _ => (400, new JsonObject { ["error"] = "invalid_grant" }) : _issuer.Token;
        _issuer.IsAway = how == "away";
        string kept = browser.Cookies;
        if (how == "replayed")
        {
            Assert.Equal("../../../console/", (await browser.GoAsync($"api/v1/identity/callback?{answer}{state}")).OriginalString);
            browser.Cookies = kept;
        }
        else if (how == "no cookie")
        {
            browser.Cookies = "";
        }
        else if (how == "late")
        {
            _host.Time.Now += TimeSpan.FromMinutes(10);
        }

        int signedIn = (await _host.EventsAsync(LedgerEventKind.SignedIn)).Count;
        Uri home = await browser.GoAsync($"api/v1/identity/callback?{answer}{state}", crossSite: true);

        Assert.Equal("../../../console/#/refused/" + code, home.OriginalString);
        Assert.Equal(signedIn, (await _host.EventsAsync(LedgerEventKind.SignedIn)).Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?base=")]
    [InlineData("?base=javascript:alert(1)")]
    [InlineData("?base=https://user@company.example")]
    [InlineData("?base=https://company.example/?x=1")]
    [InlineData("?base=https://company.example&other=1")]
    public async Task A_browser_that_does_not_say_where_it_is_goes_nowhere(string query)
    {
        (int status, JsonElement problem) = await _host.GetAsync("api/v1/identity/authorize" + query);

        Assert.Equal((422, "query_invalid"), (status, problem.GetProperty("code").GetString()));
    }

    private static string Query(Uri page, string name) => HttpUtility.ParseQueryString(page.Query)[name]!;

    private void Confirm(string[]? groups, Action<JsonObject>? change = null, string algorithm = "RS256") => _issuer.Token = _ =>
    {
        JsonObject claims = _issuer.Claims(Now);
        claims["email"] = "mira@company.example";
        if (groups is not null)
        {
            claims["groups"] = new JsonArray([.. groups.Select(group => (JsonNode)group)]);
        }

        change?.Invoke(claims);
        return (200, new JsonObject { ["id_token"] = _issuer.Sign(claims, algorithm) });
    };

    private async Task<string> SignInAsync(string[] groups)
    {
        Confirm(groups);
        return (await PostAsync("api/v1/identity/device/token", """{"device_code": "x"}""")).Json.GetProperty("session").GetProperty("token").GetString()!;
    }

    private Task<(int Status, JsonElement Json)> PostAsync(string path, string body) => _host.SendAsync(HttpMethod.Post, path, body);

    private async Task<(int Status, string? Code)> CodeAsync(string credential)
    {
        (int status, JsonElement json) = await _host.SendAsync(HttpMethod.Get, "api/v1/session", credential: credential);
        return (status, status == 200 ? null : json.GetProperty("code").GetString());
    }

    /// <summary>Keeps cookies, and goes where it is sent one step at a time.</summary>
    private sealed class Browser(Uri address) : IDisposable
    {
        private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = address };

        public string Cookies { get; set; } = "";

        /// <summary>The last cookie that was set.</summary>
        public string? Set { get; private set; }

        public async Task<Uri> GoAsync(string path, bool crossSite = false)
        {
            using HttpResponseMessage response = await SendAsync(path, crossSite ? "cross-site" : "same-origin");
            Assert.Equal(HttpStatusCode.Found, response.StatusCode);
            foreach (string cookie in response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? set) ? set : [])
            {
                string pair = cookie.Split(';')[0];
                Set = cookie;
                string name = pair.Split('=')[0];
                Cookies = string.Join("; ", Cookies.Split("; ").Where(kept => kept.Length > 0 && !kept.StartsWith(name + "=", StringComparison.Ordinal)).Concat(pair.EndsWith('=') ? [] : [pair]));
            }

            return response.Headers.Location!;
        }

        public async Task<string> GetAsync(string path)
        {
            using HttpResponseMessage response = await SendAsync(path, "same-origin");
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync();
        }

        public void Dispose() => _http.Dispose();

        private Task<HttpResponseMessage> SendAsync(string path, string site)
        {
            var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.Add("Sec-Fetch-Site", site);
            if (Cookies.Length > 0)
            {
                request.Headers.Add("Cookie", Cookies);
            }

            return _http.SendAsync(request);
        }
    }
}
