using System.Text;
using System.Text.Json;
using Causeway.Budgets.Keys;

namespace Causeway.Tests.Admin;

public sealed class KeyTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_new_key_is_shown_once_and_is_in_force_at_once()
    {
        JsonElement made = await _host.MakeKeyAsync(more: ", \"expires_in\": \"30d\"");

        string secret = made.GetProperty("key").GetString()!;
        Assert.True(KeySecret.IsWellFormed(Encoding.ASCII.GetBytes(secret)));
        Key kept = _host.Policies.Current.Keys.Find(KeyHash.Of(Encoding.ASCII.GetBytes(secret)))!;
        Assert.Equal(new Attribution("search", "answers", "dev"), kept.Attribution);
        Assert.Equal(_host.Time.Now.AddDays(30), kept.ExpiresAt);
        Assert.Equal(kept, Assert.Single(await _host.Keys.ListAsync(CancellationToken.None)));
        (int status, JsonElement shown) = await _host.GetAsync($"api/v1/keys/{made.GetProperty("id").GetString()}");
        Assert.Equal(200, status);
        Assert.DoesNotContain(secret[KeySecret.ShownLength..], shown.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("active", shown.GetProperty("state").GetString());
        Assert.Equal(secret[..KeySecret.ShownLength], shown.GetProperty("prefix").GetString());
    }

    [Fact]
    public async Task The_answer_says_where_the_key_is()
    {
        using HttpResponseMessage response = await _host.Http.PostAsync(
            "api/v1/keys", new StringContent("""{"team":"a","feature":"b","env":"prod","expires_at":"2027-01-01T00:00:00+01:00"}""", Encoding.UTF8, "application/json"));

        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal($"/api/v1/keys/{json.RootElement.GetProperty("id").GetString()}", response.Headers.Location!.OriginalString);
        Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
        Assert.Equal(new DateTimeOffset(2026, 12, 31, 23, 0, 0, TimeSpan.Zero), json.RootElement.GetProperty("expires_at").GetDateTimeOffset());
    }

    [Theory]
    [InlineData("""{"team":"Search","feature":"","env":"prd"}""", "team,feature,env")]
    [InlineData("""{}""", "team,feature,env")]
    [InlineData("""{"team":"a","feature":"b","env":"dev","expires_in":"30"}""", "expires_in")]
    [InlineData("""{"team":"a","feature":"b","env":"dev","expires_in":"0d"}""", "expires_in")]
    [InlineData("""{"team":"a","feature":"b","env":"dev","expires_in":"-1d"}""", "expires_in")]
    [InlineData("""{"team":"a","feature":"b","env":"dev","expires_in":"3651d"}""", "expires_in")]
    [InlineData("""{"team":"a","feature":"b","env":"dev","expires_in":"2147483647d"}""", "expires_in")]
    [InlineData("""{"team":"a","feature":"b","env":"dev","expires_in":"30d","expires_at":"2027-01-01T00:00:00Z"}""", "expires_at")]
    [InlineData("""{"team":"a","feature":"b","env":"dev","expires_at":"2026-11-23T14:25:00Z"}""", "expires_at")]
    [InlineData("""{"team":"a","feature":"b","env":"dev","expires_at":"tomorrow"}""", "expires_at")]
    [InlineData("""{"team":"a'; DROP TABLE keys;--","feature":"b","env":"dev"}""", "team")]
    public async Task What_makes_no_key_is_told_in_full(string body, string fields)
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/keys", body);

        Assert.Equal(422, status);
        Assert.Equal("key_invalid", problem.GetProperty("code").GetString());
        Assert.Equal(fields, string.Join(',', problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString())));
        Assert.Empty(_host.Policies.Current.Keys.All);
    }

    [Fact]
    public async Task An_environment_is_suggested()
    {
        (_, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/keys", """{"team":"a","feature":"b","env":"prd"}""");

        Assert.EndsWith("did you mean \"prod\"?", problem.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"team":"a","feature":"b","env":"dev","role":"admin"}""", "role", "is not a member of this body")]
    [InlineData("""{"team":"a","feature":"b","env":"dev","expire_in":"1d"}""", "expire_in", "is not a member of this body; did you mean \"expires_in\"?")]
    [InlineData("""{"Team":"a","feature":"b","env":"dev"}""", "Team", "is not a member of this body; did you mean \"team\"?")]
    [InlineData("""{"team":"a","team":"b","feature":"b","env":"dev"}""", "team", "comes more than once")]
    [InlineData("""{"team":"a","\u0074eam":"b","feature":"b","env":"dev"}""", "team", "comes more than once")]
    [InlineData("""{"team":5,"feature":"b","env":"dev"}""", "team", "is not of the type that it must have; docs/admin-api.md shows the body")]
    [InlineData("""{"team":null,"feature":"b","env":"dev"}""", "team", "is not of the type that it must have; docs/admin-api.md shows the body")]
    [InlineData("""{"team":["a"],"feature":"b","env":"dev"}""", "team", "is not of the type that it must have; docs/admin-api.md shows the body")]
    public async Task A_member_that_is_not_understood_is_named(string body, string field, string message)
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/keys", body);

        Assert.Equal(400, status);
        Assert.Equal("request_malformed", problem.GetProperty("code").GetString());
        JsonElement error = Assert.Single(problem.GetProperty("errors").EnumerateArray().ToArray());
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Equal(message, error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"team\"")]
    [InlineData("{} {}")]
    [InlineData("{\"team\":\"a\",}")]
    [InlineData("{/* */}")]
    [InlineData("\ufeff{}")]
    [InlineData("{\"team\":\"\\ud800\",\"feature\":\"b\",\"env\":\"dev\"}")]
    [InlineData("{\"\\ud800\":1}")]
    public async Task What_is_no_object_is_refused(string body)
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/keys", body);

        Assert.Equal(400, status);
        Assert.Equal("request_malformed", problem.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("text/plain", 415)]
    [InlineData("application/x-www-form-urlencoded", 415)]
    [InlineData("application/json; charset=utf-16", 415)]
    [InlineData("application/json; charset=utf-8", 201)]
    public async Task Only_declared_json_is_read(string contentType, int expected)
    {
        (int status, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/keys", """{"team":"a","feature":"b","env":"dev"}""", contentType);

        Assert.Equal(expected, status);
    }

    [Theory]
    [InlineData(64 * 1024, 201)]
    [InlineData((64 * 1024) + 1, 413)]
    [InlineData(512 * 1024, 413)]
    public async Task A_body_has_a_bound(int bytes, int expected)
    {
        string body = """{"team":"a","feature":"b","env":"dev"}""";

        (int status, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/keys", body.PadRight(bytes));

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task A_body_in_chunks_has_the_same_bound()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/v1/keys") { Content = new StreamContent(new MemoryStream(new byte[80 * 1024])) };
        request.Headers.TransferEncodingChunked = true;
        request.Content.Headers.ContentType = new("application/json");

        using HttpResponseMessage response = await _host.Http.SendAsync(request);

        Assert.Equal(413, (int)response.StatusCode);
    }

    [Fact]
    public async Task Revoking_holds_for_the_next_request_and_the_first_time_stands()
    {
        JsonElement made = await _host.MakeKeyAsync();
        KeyHash hash = KeyHash.Of(Encoding.ASCII.GetBytes(made.GetProperty("key").GetString()!));
        long before = _host.Policies.Current.Number;
        string path = $"api/v1/keys/{made.GetProperty("id").GetString()}";

        (int first, JsonElement revoked) = await _host.SendAsync(HttpMethod.Delete, path);
        Key inForce = _host.Policies.Current.Keys.Find(hash)!;
        DateTimeOffset at = _host.Time.Now;
        _host.Time.Now += TimeSpan.FromHours(1);
        (int second, JsonElement again) = await _host.SendAsync(HttpMethod.Delete, path);

        Assert.Equal((200, 200), (first, second));
        Assert.Equal("revoked", revoked.GetProperty("state").GetString());
        Assert.Equal(at, inForce.RevokedAt);
        Assert.True(_host.Policies.Current.Number > before);
        Assert.Equal(revoked.GetRawText(), again.GetRawText());
    }

    [Theory]
    [InlineData("GET", "key_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    [InlineData("DELETE", "key_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    [InlineData("GET", "key_")]
    [InlineData("DELETE", "%27%20or%201=1")]
    [InlineData("DELETE", "key_0193A1B2")]
    public async Task An_unknown_id_and_a_malformed_one_are_the_same(string method, string id)
    {
        (int status, JsonElement problem) = await _host.SendAsync(new HttpMethod(method), $"api/v1/keys/{id}");

        Assert.Equal(404, status);
        Assert.Equal("key_unknown", problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Keys_are_listed_newest_first_by_filter_and_in_pages()
    {
        string[] ids = new string[5];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = (await _host.MakeKeyAsync(team: i == 2 ? "ads" : "search", more: i == 3 ? ", \"expires_in\": \"1h\"" : "")).GetProperty("id").GetString()!;
            _host.Time.Now += TimeSpan.FromMinutes(1);
        }

        await _host.SendAsync(HttpMethod.Delete, $"api/v1/keys/{ids[0]}");
        _host.Time.Now += TimeSpan.FromHours(2);

        Assert.Equal([ids[4], ids[3], ids[2], ids[1], ids[0]], await IdsAsync("api/v1/keys"));
        Assert.Equal([ids[2]], await IdsAsync("api/v1/keys?team=ads"));
        Assert.Equal([ids[0]], await IdsAsync("api/v1/keys?state=revoked"));
        Assert.Equal([ids[3]], await IdsAsync("api/v1/keys?state=expired"));
        Assert.Equal([ids[4], ids[1]], await IdsAsync("api/v1/keys?state=active&team=search"));
        Assert.Equal([ids[4], ids[3]], await IdsAsync("api/v1/keys?limit=2"));
        (_, JsonElement page) = await _host.GetAsync("api/v1/keys?limit=2");
        Assert.Equal([ids[2], ids[1]], await IdsAsync($"api/v1/keys?limit=2&cursor={page.GetProperty("next").GetString()}"));
        (_, JsonElement last) = await _host.GetAsync($"api/v1/keys?limit=2&cursor={ids[1]}");
        Assert.False(last.TryGetProperty("next", out _));
    }

    [Fact]
    public async Task A_revocation_is_in_the_audit_once_whatever_the_clock_has_beyond_what_stores_keep()
    {
        string id = (await _host.MakeKeyAsync()).GetProperty("id").GetString()!;
        _host.Time.Now += TimeSpan.FromTicks(12_345);

        await _host.SendAsync(HttpMethod.Delete, $"api/v1/keys/{id}");
        _host.Time.Now += TimeSpan.FromMinutes(1);
        await _host.SendAsync(HttpMethod.Delete, $"api/v1/keys/{id}");

        Assert.Equal(id, Assert.Single(await _host.EventsAsync(Budgets.Ledger.LedgerEventKind.KeyRevoked)).Key.ToString());
    }

    private async Task<string[]> IdsAsync(string path) =>
        [.. (await _host.GetAsync(path)).Json.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("id").GetString()!)];
}
