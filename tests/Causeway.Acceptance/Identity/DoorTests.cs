using System.Net;

namespace Causeway.Acceptance.Identity;

/// <summary>What anybody may ask without a credential is bounded per address: behind a trusted proxy by the caller's, otherwise by that of the connection.</summary>
public sealed class DoorTests(ProxiedDoorHouse proxied, DoorHouse open) : IClassFixture<ProxiedDoorHouse>, IClassFixture<DoorHouse>
{
    private static readonly HttpClient s_http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false });

    /// <summary>Each has a caller of its own: the first three go by one bound.</summary>
    public static TheoryData<string, string, int, string> Doors => new()
    {
        { "GET", "/api/v1/identity/authorize?base=https://causeway.example", 60, "203.0.113.1" },
        { "GET", "/api/v1/identity/callback?state=x", 60, "203.0.113.2" },
        { "POST", "/api/v1/identity/device", 60, "203.0.113.3" },
        { "POST", "/v1/token", 600, "203.0.113.4" },
    };

    [Theory]
    [MemberData(nameof(Doors))]
    public async Task Behind_a_trusted_proxy_each_caller_has_a_bound_of_its_own(string method, string path, int bound, string caller)
    {
        for (int i = 0; i < bound; i++)
        {
            Assert.NotEqual(HttpStatusCode.TooManyRequests, await AskAsync(proxied, method, path, $"198.51.100.{i % 250}, {caller}"));
        }

        // What stands before the proxy's own entry its caller made up.
        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(proxied, method, path, $"198.51.100.251, {caller}"));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await AskAsync(proxied, method, path, $"{caller}0"));
    }

    [Fact]
    public async Task Without_one_nobody_gets_another_bound_by_a_header()
    {
        for (int i = 0; i < 60; i++)
        {
            Assert.NotEqual(HttpStatusCode.TooManyRequests, await AskAsync(open, "POST", "/api/v1/identity/device", $"203.0.113.{i}"));
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, await AskAsync(open, "POST", "/api/v1/identity/device", "203.0.113.200"));
    }

    private static async Task<HttpStatusCode> AskAsync(DoorHouse house, string method, string path, string forwarded)
    {
        using HttpRequestMessage request = new(HttpMethod.Parse(method), new Uri(house.Gateway.Address, path));
        request.Headers.Add("x-forwarded-for", forwarded);
        if (method == "POST")
        {
            request.Content = path == "/v1/token" ? new StringContent("") : new StringContent("{}", mediaType: new("application/json"));
        }

        using HttpResponseMessage response = await s_http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.StatusCode != HttpStatusCode.TooManyRequests || response.Headers.RetryAfter is not null);
        return response.StatusCode;
    }
}
