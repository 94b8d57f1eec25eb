using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Sessions;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Admin;

public sealed class SessionTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private HttpClient _browser = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _browser = new HttpClient(new HttpClientHandler { UseCookies = false }) { BaseAddress = _host.Address };
    }

    public ValueTask DisposeAsync()
    {
        _browser.Dispose();
        return _host.DisposeAsync();
    }

    [Theory]
    [InlineData(AdminHost.Token, "admin")]
    [InlineData("cwa_the-token-of-mira-that-is-long-enough", "mira")]
    public async Task Whoever_signs_in_is_known_by_the_session_under_their_own_name(string token, string name)
    {
        string cookie = await SignInAsync(token);

        (int status, JsonElement who) = await SendAsync(HttpMethod.Get, "api/v1/session", cookie);

        Assert.Equal((200, name), (status, who.GetProperty("name").GetString()));
        Assert.Equal(_host.Time.Now + SessionSeal.Lifetime, who.GetProperty("ends").GetDateTimeOffset());
    }

    [Fact]
    public async Task The_cookie_is_closed_to_scripts_and_to_other_sites_and_secure_under_TLS()
    {
        string plain = await CookieAsync();
        string behindTls = await CookieAsync(("Origin", "https://gateway.example"));
        string behindProxy = await CookieAsync(("X-Forwarded-Proto", "https"));

        Assert.All([plain, behindTls, behindProxy], cookie =>
        {
            Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        });
        Assert.DoesNotContain("secure", plain, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; secure", behindTls, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("; secure", behindProxy, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(AdminHost.Token, plain, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_changes_something_only_with_the_header_that_no_form_can_send()
    {
        const string Body = """{"team":"a","feature":"b","env":"dev"}""";
        string cookie = await SignInAsync(AdminHost.Token);

        (int without, JsonElement problem) = await SendAsync(HttpMethod.Post, "api/v1/keys", cookie, Body);
        (int made, _) = await SendAsync(HttpMethod.Post, "api/v1/keys", cookie, Body, (SessionCookie.Proof, "1"), ("Sec-Fetch-Site", "same-origin"));
        (int fromNext, _) = await SendAsync(HttpMethod.Post, "api/v1/keys", cookie, Body, (SessionCookie.Proof, "1"), ("Sec-Fetch-Site", "same-site"));
        (int readNext, _) = await SendAsync(HttpMethod.Get, "api/v1/keys", cookie, null, ("Sec-Fetch-Site", "same-site"));

        Assert.Equal((403, "cross_site", 201, 403, 403), (without, problem.GetProperty("code").GetString(), made, fromNext, readNext));
        Assert.Single(await _host.Keys.ListAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_session_ends_with_its_time()
    {
        string cookie = await SignInAsync(AdminHost.Token);
        _host.Time.Now += SessionSeal.Lifetime - TimeSpan.FromSeconds(1);
        (int before, _) = await SendAsync(HttpMethod.Get, "api/v1/status", cookie);
        _host.Time.Now += TimeSpan.FromSeconds(1);

        (int after, JsonElement problem) = await SendAsync(HttpMethod.Get, "api/v1/status", cookie);

        Assert.Equal((200, 401, "session_over"), (before, after, problem.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("v1.1.a.YWRtaW4.c2VhbA")]
    [InlineData("v1.99999999999999999999.a.YWRtaW4.c2VhbA")]
    [InlineData("v1.253402300799.a.YWRtaW4.c2VhbA")]
    [InlineData("v1.253402300799.a.bm9ib2R5.c2VhbA")]
    [InlineData("v2")]
    [InlineData("....")]
    public async Task What_was_not_sealed_here_opens_nothing(string cookie) =>
        Assert.Equal(401, (await SendAsync(HttpMethod.Get, "api/v1/status", cookie)).Status);

    [Fact]
    public async Task A_sealed_text_that_was_altered_anywhere_opens_nothing()
    {
        string cookie = await SignInAsync(AdminHost.Token);
        for (int i = 0; i < cookie.Length; i++)
        {
            char other = cookie[i] is 'A' or '1' ? 'B' : char.IsDigit(cookie[i]) ? '1' : 'A';
            string altered = cookie[..i] + other + cookie[(i + 1)..];

            // The last character of base64url may hold bits that say nothing.
            if (i < cookie.Length - 1)
            {
                Assert.Equal(401, (await SendAsync(HttpMethod.Get, "api/v1/status", altered)).Status);
            }
        }
    }

    [Fact]
    public async Task A_link_signs_in_once_and_in_its_time()
    {
        var links = _host.Services.GetRequiredService<SignInLinks>();
        string once = links.New();
        string late = links.New();

        string cookie = await SignInAsync(once);
        (int again, JsonElement used) = await PostAsync(once);
        _host.Time.Now += SignInLinks.Lifetime;
        (int tooLate, _) = await PostAsync(late);

        Assert.Equal(200, (await SendAsync(HttpMethod.Get, "api/v1/status", cookie)).Status);
        Assert.Equal((401, 401), (again, tooLate));
        Assert.Contains("sign-in link was used already", used.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_opens_nothing_but_a_session()
    {
        string link = _host.Services.GetRequiredService<SignInLinks>().New();

        (int status, _) = await _host.SendAsync(HttpMethod.Get, "api/v1/status", credential: link);

        Assert.Equal(401, status);
        Assert.NotEmpty(await SignInAsync(link));
    }

    [Fact]
    public async Task Signing_out_takes_the_cookie_back()
    {
        string cookie = await SignInAsync(AdminHost.Token);
        using HttpRequestMessage request = Request(HttpMethod.Delete, "api/v1/session", cookie, null, (SessionCookie.Proof, "1"));

        using HttpResponseMessage response = await _browser.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("causeway_session=; expires=Thu, 01 Jan 1970", Assert.Single(response.Headers.GetValues("Set-Cookie")), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_session_says_what_its_roles_may_call_as_the_table_has_it()
    {
        foreach ((string word, Role role) in RoleTable.Words)
        {
            (_, JsonElement who) = await SendAsync(HttpMethod.Get, "api/v1/session", await SignInAsync(AdminHost.TokenOf(word)));

            Assert.Equal(word, Assert.Single(who.GetProperty("roles").EnumerateArray()).GetString());

            // A developer makes keys for teams of their own, and a token of the configuration belongs to none.
            Assert.Equal(RoleTable.AllowedTo(new HashSet<Role> { role }).Where(one => one != "create_key" || role is Role.Admin or Role.BudgetOwner), who.GetProperty("may").EnumerateArray().Select(one => one.GetString()));
        }

        (_, JsonElement everything) = await SendAsync(HttpMethod.Get, "api/v1/session", await SignInAsync(AdminHost.TokenOf("mira")));
        Assert.Equal(JsonValueKind.Null, everything.GetProperty("roles").ValueKind);
        Assert.Equal(RoleTable.Changes.Count, everything.GetProperty("may").GetArrayLength());
    }

    [Fact]
    public async Task Who_signs_in_with_a_key_sees_what_is_its_own_and_nothing_else()
    {
        JsonElement mine = await _host.MakeKeyAsync(team: "search");
        JsonElement others = await _host.MakeKeyAsync(team: "ads");
        string id = mine.GetProperty("id").GetString()!;
        Assert.True(KeyId.TryParse(id, out KeyId key));
        Assert.True(KeyId.TryParse(others.GetProperty("id").GetString(), out KeyId other));
        var (own, foreign) = (SpendTests.Record() with { Request = Guid.CreateVersion7(), Key = key, At = _host.Time.Now }, SpendTests.Record() with { Request = Guid.CreateVersion7(), Key = other, At = _host.Time.Now });
        _host.Recorder.Enqueue(own);
        _host.Recorder.Enqueue(foreign);
        string cookie = await SignInAsync(mine.GetProperty("key").GetString()!);

        (_, JsonElement who) = await SendAsync(HttpMethod.Get, "api/v1/session", cookie);
        (_, JsonElement usage) = await SendAsync(HttpMethod.Get, "api/v1/usage", cookie);
        (int spent, _) = await SendAsync(HttpMethod.Get, $"api/v1/spend?by=key&key={others.GetProperty("id").GetString()}", cookie);
        (_, JsonElement grants) = await SendAsync(HttpMethod.Get, "api/v1/grants", cookie);
        (int asksOther, _) = await SendAsync(HttpMethod.Get, $"api/v1/usage?key={others.GetProperty("id").GetString()}", cookie);
        (int theirs, _) = await SendAsync(HttpMethod.Get, $"api/v1/usage/req_{foreign.Request:N}", cookie);
        (int ours, _) = await SendAsync(HttpMethod.Get, $"api/v1/usage/req_{own.Request:N}", cookie);
        (int grantOfOthers, _) = await SendAsync(HttpMethod.Get, $"api/v1/grants/{others.GetProperty("grant").GetString()}", cookie);
        (int channels, JsonElement no) = await SendAsync(HttpMethod.Get, "api/v1/channels", cookie);
        (int makes, _) = await SendAsync(HttpMethod.Post, "api/v1/keys", cookie, """{"team":"a","feature":"b","env":"dev"}""", (SessionCookie.Proof, "1"));

        Assert.Equal((id, "search"), (who.GetProperty("name").GetString(), who.GetProperty("key").GetProperty("team").GetString()));
        Assert.Contains("request_raise", who.GetProperty("may").EnumerateArray().Select(one => one.GetString()));
        Assert.DoesNotContain("create_key", who.GetProperty("may").EnumerateArray().Select(one => one.GetString()));
        Assert.Equal($"req_{own.Request:N}", Assert.Single(usage.GetProperty("requests").EnumerateArray()).GetProperty("request").GetString());
        Assert.Equal((200, id), (spent, _host.Usage.LastQuery!.Where[SpendDimension.Key]));
        Assert.Equal(mine.GetProperty("grant").GetString(), Assert.Single(grants.GetProperty("grants").EnumerateArray()).GetProperty("id").GetString());
        Assert.Equal((422, 404, 200, 404), (asksOther, theirs, ours, grantOfOthers));
        Assert.Equal((403, "role_missing", 403), (channels, no.GetProperty("code").GetString(), makes));
    }

    [Fact]
    public async Task A_key_that_is_revoked_ends_its_sessions()
    {
        JsonElement mine = await _host.MakeKeyAsync();
        string cookie = await SignInAsync(mine.GetProperty("key").GetString()!);
        (int before, _) = await SendAsync(HttpMethod.Get, "api/v1/usage", cookie);

        await _host.SendAsync(HttpMethod.Delete, $"api/v1/keys/{mine.GetProperty("id").GetString()}");
        (int after, JsonElement problem) = await SendAsync(HttpMethod.Get, "api/v1/usage", cookie);

        Assert.Equal((200, 401, "session_over"), (before, after, problem.GetProperty("code").GetString()));
    }

    [Theory]
    [InlineData("key")]
    [InlineData("rid")]
    [InlineData("grant")]
    public async Task A_capability_key_opens_nothing_and_its_sessions_end_when_it_its_text_or_its_grant_is_revoked(string revoked)
    {
        JsonElement other = await _host.MakeKeyAsync(team: "ads", more: ", \"capability\": true");
        JsonElement mine = await _host.MakeKeyAsync(more: ", \"capability\": true");
        string secret = mine.GetProperty("key").GetString()!;
        string cookie = await SignInAsync(secret);
        (int bearerBefore, _) = await _host.SendAsync(HttpMethod.Get, "api/v1/usage", credential: secret);
        (int sessionBefore, _) = await SendAsync(HttpMethod.Get, "api/v1/usage", cookie);

        (int done, _) = revoked switch
        {
            "key" => await _host.SendAsync(HttpMethod.Delete, $"api/v1/keys/{mine.GetProperty("id").GetString()}"),
            "rid" => await _host.SendAsync(HttpMethod.Post, "api/v1/revocations", $$"""{"revocation_id": "{{RevocationTests.IdOf(secret)}}"}"""),
            _ => await _host.SendAsync(HttpMethod.Patch, $"api/v1/grants/{mine.GetProperty("grant").GetString()}", """{"status": "revoked", "reason": "over"}"""),
        };
        (int bearer, JsonElement wrong) = await _host.SendAsync(HttpMethod.Get, "api/v1/usage", credential: secret);
        (int session, JsonElement over) = await SendAsync(HttpMethod.Get, "api/v1/usage", cookie);
        (int untouched, _) = await _host.SendAsync(HttpMethod.Get, "api/v1/usage", credential: other.GetProperty("key").GetString());

        Assert.Equal((200, 200, 200), (bearerBefore, sessionBefore, done));
        Assert.Equal((401, "admin_token_wrong"), (bearer, wrong.GetProperty("code").GetString()));
        Assert.Equal((401, "session_over", 200), (session, over.GetProperty("code").GetString(), untouched));
    }

    private async Task<(int Status, JsonElement Json)> PostAsync(string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/session");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await _browser.SendAsync(request);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }

    private async Task<string> SignInAsync(string token) => (await CookieAsync(token)).Split(';')[0]["causeway_session=".Length..];

    private Task<string> CookieAsync(params (string Name, string Value)[] headers) => CookieAsync(AdminHost.Token, headers);

    private async Task<string> CookieAsync(string token, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/session");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        using HttpResponseMessage response = await _browser.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Assert.Single(response.Headers.GetValues("Set-Cookie"));
    }

    private async Task<(int Status, JsonElement Json)> SendAsync(HttpMethod method, string path, string cookie, string? body = null, params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = Request(method, path, cookie, body, headers);
        using HttpResponseMessage response = await _browser.SendAsync(request);
        return ((int)response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }

    private static HttpRequestMessage Request(HttpMethod method, string path, string cookie, string? body, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path);
        request.Headers.Add("Cookie", "causeway_session=" + cookie);
        foreach ((string name, string value) in headers)
        {
            request.Headers.Add(name, value);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, MediaTypeHeaderValue.Parse("application/json"));
        }

        return request;
    }
}
