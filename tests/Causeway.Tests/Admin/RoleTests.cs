using System.Text.Json;
using System.Text.RegularExpressions;
using Causeway.Admin;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Tests.Admin;

public sealed partial class RoleTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public void Every_endpoint_that_changes_something_is_in_the_table_and_nothing_else_is()
    {
        string[] changing = [.. Endpoints().Where(one => one.Method != "GET").Select(one => one.Name).Distinct().Order(StringComparer.Ordinal)];

        Assert.Equal(changing, RoleTable.Changes.Keys.Order(StringComparer.Ordinal));
    }

    // Each role at each endpoint: what the table says is what the gate does.
    [Fact]
    public async Task The_gate_does_what_the_table_says_at_every_endpoint_for_every_role()
    {
        int refused = 0;
        foreach ((string name, string method, string path) in Endpoints())
        {
            foreach ((string word, Role role) in RoleTable.Words)
            {
                (int status, string? code) = await AskAsync(method, path, AdminHost.TokenOf(word));

                bool allowed = RoleTable.Allows(name, method == "GET", new HashSet<Role> { role });
                Assert.True(allowed == (code != "role_missing"), $"{word} at {name}: {status} {code}");
                refused += allowed ? 0 : 1;
            }

            Assert.NotEqual("role_missing", (await AskAsync(method, path, AdminHost.TokenOf("mira"))).Code); // No roles: as ever.
            Assert.NotEqual("role_missing", (await AskAsync(method, path, AdminHost.Token)).Code);
        }

        Assert.InRange(refused, 80, 400); // That something was asked.
    }

    // K1.
    [Fact]
    public async Task On_call_may_roll_back_and_may_not_roll_out_finalize_or_lift_a_quarantine()
    {
        _host.Gateway.Lease.HoldForever();
        await _host.PointAsync("support", "warn", "openai/gpt-5.5");
        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""", credential: AdminHost.TokenOf("release-manager"));
        string two = release.GetProperty("id").GetString()!;
        string start = $$"""{"to": "{{two}}", "ppm": 50000, "skip_drill": true, "reason": "test"}""";
        string onCall = AdminHost.TokenOf("on-call");

        Assert.Equal(403, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", start, credential: onCall)).Status);
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout", start, credential: AdminHost.TokenOf("release-manager"))).Status);
        Assert.Equal(403, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout/advance", "{}", credential: onCall)).Status);
        Assert.Equal(403, (await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollout/finalize", "{}", credential: onCall)).Status);
        (int back, JsonElement rolled) = await _host.SendAsync(HttpMethod.Post, "api/v1/channels/support/rollback", """{"reason": "worse answers"}""", credential: onCall);
        (int lift, JsonElement no) = await _host.SendAsync(HttpMethod.Post, "api/v1/quarantine/lift", $$"""{"release": "{{two}}", "reason": "it is well"}""", credential: onCall);

        Assert.Equal((200, two), (back, rolled.GetProperty("channels")[0].GetProperty("from").GetString()));
        Assert.Equal((403, "role_missing"), (lift, no.GetProperty("code").GetString()));
        Assert.Contains("on-call has the role on-call; lift_quarantine takes one of: admin, release-manager.", no.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(200, (await _host.SendAsync(HttpMethod.Post, "api/v1/quarantine/lift", $$"""{"release": "{{two}}", "reason": "it is well"}""", credential: AdminHost.TokenOf("release-manager"))).Status);
    }

    [Fact]
    public void The_guide_has_the_table()
    {
        string guide = Pinned.Read("docs/roles.md");

        foreach ((string endpoint, IReadOnlyList<Role> roles) in RoleTable.Changes)
        {
            string row = $"| `{endpoint}` | {string.Join(" | ", RoleTable.Words.Select(one => one.Role == Role.Admin || roles.Contains(one.Role) ? "yes" : ""))} |";
            Assert.Contains(row, guide, StringComparison.Ordinal);
        }
    }

    private async Task<(int Status, string? Code)> AskAsync(string method, string path, string token)
    {
        using HttpRequestMessage request = new(new HttpMethod(method), path);
        request.Headers.Authorization = new System.Net.Http.Headers.AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await _host.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        if (response.StatusCode != System.Net.HttpStatusCode.Forbidden)
        {
            return ((int)response.StatusCode, null);
        }

        byte[] body = await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, JsonDocument.Parse(body).RootElement.GetProperty("code").GetString());
    }

    private IEnumerable<(string Name, string Method, string Path)> Endpoints() =>
        from endpoint in _host.Endpoints
        let name = endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName
        where name is not null && endpoint.RoutePattern.RawText!.StartsWith("/api/v1", StringComparison.Ordinal)
        from method in endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods
        select (name, method, Parameter().Replace(endpoint.RoutePattern.RawText!, "none"));

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Parameter();
}
