using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Causeway.Admin;
using Causeway.Admin.Identity;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Tests.Admin;

public sealed class GateTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_endpoint_asks_for_the_token()
    {
        RouteEndpoint[] endpoints = [.. _host.Endpoints.Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal))];

        Assert.Equal(
            ["authorize_sign_in", "end_sign_in", "poll_device_sign_in", "show_identity", "start_device_sign_in"], // What a sign-in is made of, and nothing else.
            endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<TakesAnybody>() is not null).Select(endpoint => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName).Order());
        Assert.Equal("end_sign_in", Assert.Single(endpoints, endpoint => endpoint.Metadata.GetMetadata<TakesAnybody>() is { IsComingBack: true }).Metadata.GetMetadata<IEndpointNameMetadata>()!.EndpointName);

        using var stranger = new HttpClient { BaseAddress = _host.Address };
        foreach (RouteEndpoint endpoint in endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<TakesAnybody>() is null))
        {
            Assert.NotNull(endpoint.Metadata.GetMetadata<Guarded>());
            string path = endpoint.RoutePattern.RawText!.Replace("{id}", "key_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b", StringComparison.Ordinal).Replace("{name}", "openai", StringComparison.Ordinal).Replace("{**path}", "nothing", StringComparison.Ordinal);
            foreach (string method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? ["GET", "POST", "DELETE", "PATCH"])
            {
                using HttpResponseMessage response = await stranger.SendAsync(new HttpRequestMessage(new HttpMethod(method), path));
                Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
                Assert.Equal("Bearer", response.Headers.WwwAuthenticate.Single().Scheme);
                Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
                Assert.Contains("admin_token_missing", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }

        Assert.Equal(141, endpoints.Length);
    }

    [Theory]
    [InlineData("Bearer wrong", "admin_token_wrong")]
    [InlineData("Bearer " + AdminHost.Token + "x", "admin_token_wrong")]
    [InlineData("Bearer", "admin_token_missing")]
    [InlineData("Bearer ", "admin_token_missing")]
    [InlineData("Basic " + AdminHost.Token, "admin_token_missing")]
    [InlineData(AdminHost.Token, "admin_token_missing")]
    [InlineData("Bearer cw0_L25p7YtjuedPwXV4pO1xTQUkMhdD1-nQPyLAwezYVl8_d27f2f82", "admin_token_wrong")]
    public async Task Another_credential_is_refused(string authorization, string code)
    {
        (int status, string body) = await WithAuthorizationAsync(authorization);

        Assert.Equal(401, status);
        Assert.Contains(code, body, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong\"", body.Replace("admin_token_wrong", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_operator_is_known_by_the_name_of_the_token()
    {
        foreach ((string credential, string name) in (IEnumerable<(string, string)>)[(AdminHost.Token, "admin"), (AdminHost.TokenOf("mira"), "mira"), (AdminHost.TokenOf("noor"), "noor")])
        {
            (int status, JsonElement made) = await _host.SendAsync(HttpMethod.Post, "api/v1/keys", """{"team":"a","feature":"b","env":"dev"}""", credential: credential);

            Assert.Equal(201, status);
            Assert.True(Budgets.Keys.KeyId.TryParse(made.GetProperty("id").GetString(), out Budgets.Keys.KeyId id));
            Assert.Equal(name, (await _host.Keys.ListAsync(CancellationToken.None)).Single(key => key.Id == id).CreatedBy);
        }

        Assert.Equal(401, (await WithAuthorizationAsync("Bearer " + AdminHost.TokenOf("nobody"))).Status);
    }

    [Fact]
    public void A_key_opens_what_is_its_own_and_asks_for_a_raise_and_nothing_else()
    {
        IEnumerable<string> taking = _host.Endpoints.Where(endpoint => endpoint.Metadata.GetMetadata<TakesKeys>() is not null)
            .Select(endpoint => $"{Assert.Single(endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods)} {endpoint.RoutePattern.RawText!["/api/v1".Length..]}");

        Assert.Equal(
            [
                "DELETE /session", "GET /events", "GET /grants", "GET /grants/{id}", "GET /raises", "GET /raises/{id}", "GET /session", "GET /spend", "GET /usage", "GET /usage/{id}",
                "POST /raises", "POST /session",
            ],
            taking.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_token_of_any_length_is_refused_and_none_locks_the_owner_out()
    {
        for (int length = 1; length <= 16_384; length *= 2)
        {
            Assert.Equal(401, (await WithAuthorizationAsync("Bearer " + new string('a', length))).Status);
        }

        Assert.Equal(200, (await WithAuthorizationAsync("bearer " + AdminHost.Token)).Status);
    }

    [Theory]
    [InlineData("/api/v1/keys/")]
    [InlineData("/API/V1/KEYS")]
    [InlineData("//api/v1/keys")]
    [InlineData("/api//v1/keys")]
    [InlineData("/api/./v1/keys")]
    [InlineData("/x/../api/v1/keys")]
    [InlineData("/v1/%2e%2e/api/v1/keys")]
    [InlineData("/api%2fv1%2fkeys")]
    [InlineData("/api/v1/keys;x")]
    [InlineData("/api/v1/keys%20")]
    [InlineData("/api/v1/keys.")]
    [InlineData("/api/v1/..;/v1/keys")]
    public async Task A_path_in_disguise_opens_nothing(string path)
    {
        string status = await RawStatusAsync($"GET {path} HTTP/1.1\r\nHost: causeway\r\nConnection: close\r\n\r\n");

        Assert.Contains(status, (string[])["400", "401", "404"]);
    }

    [Fact]
    public async Task A_page_of_another_site_is_refused_even_with_the_token()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/keys");
        request.Headers.Add("Sec-Fetch-Site", "cross-site");

        using HttpResponseMessage response = await _host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Theory]
    [InlineData("GET", "api/v1/nothing")]
    [InlineData("PATCH", "api/v1/keys")]
    [InlineData("PUT", "api/v1/keys/key_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    [InlineData("GET", "api/v1")]
    public async Task What_is_not_there_is_a_problem_too(string method, string path)
    {
        (int status, JsonElement problem) = await _host.SendAsync(new HttpMethod(method), path);

        Assert.Equal(404, status);
        Assert.Equal("route_unknown", problem.GetProperty("code").GetString());
        Assert.Equal("/docs/admin-api.md#route_unknown", problem.GetProperty("type").GetString());
    }

    [Theory]
    [InlineData("api/v1/status?verbose=1", "verbose", "is not a parameter of this endpoint")]
    [InlineData("api/v1/keys?teem=search", "teem", "is not a parameter of this endpoint; did you mean \"team\"?")]
    [InlineData("api/v1/keys?Team=search", "Team", "is not a parameter of this endpoint; did you mean \"team\"?")]
    [InlineData("api/v1/keys?team=a&team=b", "team", "comes more than once")]
    [InlineData("api/v1/keys?limit=0", "limit", "is a whole number from 1 to 1,000")]
    [InlineData("api/v1/keys?limit=1e3", "limit", "is a whole number from 1 to 1,000")]
    [InlineData("api/v1/keys?limit=99999999999", "limit", "is a whole number from 1 to 1,000")]
    [InlineData("api/v1/usage?limit=-1", "limit", "is a whole number from 1 to 1,000")]
    [InlineData("api/v1/keys?state=activ", "state", "\"activ\" is not one of: active, expired, revoked, all; did you mean \"active\"?")]
    [InlineData("api/v1/keys?env=production", "env", "\"production\" is not one of: dev, eval, staging, prod")]
    [InlineData("api/v1/keys?cursor=1", "cursor", "is not the \"next\" of a page")]
    public async Task A_query_that_is_not_understood_is_refused(string path, string field, string message)
    {
        (int status, JsonElement problem) = await _host.GetAsync(path);

        Assert.Equal(422, status);
        Assert.Equal("query_invalid", problem.GetProperty("code").GetString());
        JsonElement error = Assert.Single(problem.GetProperty("errors").EnumerateArray().ToArray());
        Assert.Equal(field, error.GetProperty("field").GetString());
        Assert.Equal(message, error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task A_store_that_is_away_is_said_so()
    {
        _host.Keys.Away = true;

        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/keys", """{"team":"a","feature":"b","env":"dev"}""");

        Assert.Equal(503, status);
        Assert.Equal("store_unavailable", problem.GetProperty("code").GetString());
        Assert.Empty(_host.Policies.Current.Keys.All);
    }

    [Fact]
    public async Task A_failure_inside_keeps_its_reason_inside()
    {
        _host.Usage.Failure = new InvalidOperationException("secret detail");

        (int status, JsonElement problem) = await _host.GetAsync("api/v1/spend");

        Assert.Equal(500, status);
        Assert.Equal("internal", problem.GetProperty("code").GetString());
        Assert.DoesNotContain("secret detail", problem.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wrong_tokens_are_told_of_and_the_right_one_is_never_locked_out()
    {
        List<Gateway.Inbound.GuessedKeys> told = [];
        _host.Failed.Follower = told.Add;

        for (int i = 0; i < 30; i++)
        {
            Assert.Equal(401, (await WithAuthorizationAsync($"Bearer wrong-{i}")).Status);
        }

        Assert.Equal(("admin_token_wrong", IPAddress.Loopback), Assert.Single(told) is { } one ? (one.Code, one.From) : default);
        Assert.Equal(200, (await WithAuthorizationAsync("Bearer " + AdminHost.Token)).Status);
    }

    private async Task<(int Status, string Body)> WithAuthorizationAsync(string authorization)
    {
        using var stranger = new HttpClient { BaseAddress = _host.Address };
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/v1/status");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using HttpResponseMessage response = await stranger.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task<string> RawStatusAsync(string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(_host.Address.Host, _host.Address.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request));
        string answer = await new StreamReader(stream).ReadToEndAsync();
        return answer.Split(' ')[1];
    }
}
