using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.Identity;

/// <summary>A House whose people sign in by a certified OpenID provider (npm <c>oidc-provider</c>), and whose workloads have an issuer of their own.</summary>
public sealed class IdentityHouse : House, IAsyncLifetime
{
    private const string Secret = "oidc-client-secret-5b1c9e7fa0d24836";
    private readonly int _port = FreePort();
    private Process? _issuers;
    private readonly HttpClient _http = new();

    /// <summary>The provider that people sign in by.</summary>
    internal Uri People { get; private set; } = null!;

    /// <summary>Where a proxy may be put before the gateway, at the prefix <c>/gateway</c>: the provider lets people back there too.</summary>
    internal int ProxyPort { get; } = FreePort();

    /// <summary>The issuer of workloads.</summary>
    internal Uri Workloads { get; private set; } = null!;

    internal override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(base.Environment) { ["OIDC_SECRET"] = Secret };

    /// <summary>A workload's token.</summary>
    internal async Task<string> SignAsync(object claims, string? forged = null)
    {
        using HttpResponseMessage signed = await _http.PostAsJsonAsync(new Uri(Workloads, "/sign"), new { claims, forged });
        return await signed.Content.ReadAsStringAsync();
    }

    /// <summary>An environment of a person: a home of their own, and nothing but the server's address.</summary>
    internal Dictionary<string, string> PersonAt(string home) => new() { ["CAUSEWAY_URL"] = Gateway.Welcome.Admin.GetLeftPart(UriPartial.Authority), ["HOME"] = home };

    private protected override async Task OpenAsync()
    {
        _issuers = NodeSdk.Start("issuer", new { secret = Secret, redirects = new[] { $"http://127.0.0.1:{_port}/api/v1/identity/callback", $"https://127.0.0.1:{ProxyPort}/gateway/api/v1/identity/callback" } });
        string line = await _issuers.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("issuer.mjs ended before it listened.");
        JsonElement said = JsonElement.Parse(line);
        (People, Workloads) = (new Uri(said.GetProperty("people").GetString()!), new Uri(said.GetProperty("workloads").GetString()!));
        await base.OpenAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        _issuers?.Kill();
        _issuers?.Dispose();
        _http.Dispose();
    }

    private protected override string Configured() => Configuration(Providers.Address).Replace("127.0.0.1:0", $"127.0.0.1:{_port}", StringComparison.Ordinal) + $$"""
        identity:
          issuers:
            - name: company
              issuer: {{People.GetLeftPart(UriPartial.Authority)}}
              client_id: causeway
              client_secret: ${OIDC_SECRET}
              scopes: [openid, email, groups]
              roles: { platform: admin }
              teams: { search-devs: search }
            - name: cluster
              issuer: {{Workloads.GetLeftPart(UriPartial.Authority)}}
              audience: causeway
          exchange:
            - name: answers-pods
              issuer: cluster
              claims: { sub: "system:serviceaccount:search:*" }
              grant: starter
              team: search
              env: dev
              feature_claim: sub
              once: false
            - name: ci
              issuer: cluster
              claims: { repository: acme/answers }
              grant: starter
              team: search
              env: dev
              feature: nightly

        """;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
