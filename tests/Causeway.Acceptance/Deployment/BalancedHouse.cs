using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Causeway.Acceptance.Books;
using Causeway.Acceptance.Processes;
using Causeway.Testing;

namespace Causeway.Acceptance.Deployment;

/// <summary>Three processes on one PostgreSQL server behind HAProxy and nginx, all with the files of <c>deploy/</c>.</summary>
public sealed class BalancedHouse : PostgresHouse, IAsyncLifetime
{
    private static readonly string[] s_names = ["one", "two", "three"];
    private readonly int[] _ports = FreePorts(9);
    private readonly RunningGateway?[] _others = new RunningGateway?[s_names.Length];
    private Program? _nginx;

    internal Program Haproxy { get; private set; } = null!;

    internal Uri ThroughHaproxy => Local(_ports[6]);

    internal Uri ThroughNginx => Local(_ports[8]);

    internal Uri AdminThroughHaproxy => Local(_ports[7]);

    internal IReadOnlyList<string> Names => s_names;

    internal override IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>(base.Environment) { ["SECRETS"] = InFolder("secrets") };

    internal RunningGateway Instance(int index) => _others[index] ?? Gateway;

    /// <summary>Has nginx send nothing new to an instance.</summary>
    internal Task TakeOutAsync(int index) => File.WriteAllTextAsync(InFolder($"out/{s_names[index]}"), "");

    /// <summary>Has nginx send to it again.</summary>
    internal void PutBack(int index) => File.Delete(InFolder($"out/{s_names[index]}"));

    /// <summary>Starts one that has ended again, where it was.</summary>
    internal async Task StartAgainAsync(int index)
    {
        if (_others[index] is { } old)
        {
            await old.DisposeAsync();
            _others[index] = await StartAsync(InFolder($"{s_names[index]}.yaml"));
        }
        else
        {
            await RestartAsync();
        }
    }

    private protected override string Configured()
    {
        Directory.CreateDirectory(InFolder("out"));
        Directory.CreateDirectory(InFolder("secrets"));
        foreach ((string name, string secret) in (ReadOnlySpan<(string, string)>)
        [
            ("store", StoreUrl.Replace("${PG_PASSWORD}", Uri.EscapeDataString(PostgresCluster.Password), StringComparison.Ordinal)),
            ("admin_token", AdminToken),
            ("master_keys", "1 " + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32))),
            ("openai_key", OpenAIKey),
        ])
        {
            File.WriteAllText(InFolder($"secrets/{name}"), secret + "\n");
        }

        for (int i = 1; i < s_names.Length; i++)
        {
            File.WriteAllText(InFolder($"{s_names[i]}.yaml"), ConfigurationOf(i));
        }

        return ConfigurationOf(0);
    }

    private protected override async Task OpenAsync()
    {
        await base.OpenAsync();
        for (int i = 1; i < s_names.Length; i++)
        {
            _others[i] = await StartAsync(InFolder($"{s_names[i]}.yaml"));
        }

        Dictionary<string, string> addresses = new() { ["CAUSEWAY_BIND"] = ThroughHaproxy.Authority, ["CAUSEWAY_ADMIN_BIND"] = AdminThroughHaproxy.Authority };
        for (int i = 0; i < s_names.Length; i++)
        {
            addresses["CAUSEWAY_" + s_names[i].ToUpperInvariant()] = Local(_ports[i]).Authority;
            addresses["CAUSEWAY_ADMIN_" + s_names[i].ToUpperInvariant()] = Local(_ports[i + 3]).Authority;
        }

        Haproxy = Program.Start("haproxy", addresses, "-db", "-f", Path.Combine(Repository.Root, "deploy/haproxy.cfg"));
        await File.WriteAllTextAsync(InFolder("site.conf"), Shipped.Read(
            "nginx.conf",
            [.. s_names.Select((name, i) => ($"{name}:8080", Local(_ports[i]).Authority)), ("listen 8080", $"listen {ThroughNginx.Authority}"), ("/etc/nginx/causeway-out", InFolder("out"))]));
        await File.WriteAllTextAsync(InFolder("nginx.conf"), $$"""
            user root;
            daemon off;
            pid {{InFolder("nginx.pid")}};
            error_log stderr;
            events { }
            http {
                access_log off;
                client_body_temp_path {{InFolder("nginx-body")}};
                proxy_temp_path {{InFolder("nginx-proxy")}};
                fastcgi_temp_path {{InFolder("nginx-fastcgi")}};
                uwsgi_temp_path {{InFolder("nginx-uwsgi")}};
                scgi_temp_path {{InFolder("nginx-scgi")}};
                include {{InFolder("site.conf")}};
            }

            """);
        _nginx = Program.Start("nginx", new Dictionary<string, string>(), "-e", "stderr", "-c", InFolder("nginx.conf"));
        await UntilListeningAsync(ThroughHaproxy, Haproxy);
        await UntilListeningAsync(ThroughNginx, _nginx);
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        foreach (IAsyncDisposable? one in (IAsyncDisposable?[])[Haproxy, _nginx, .. _others])
        {
            if (one is not null)
            {
                await one.DisposeAsync();
            }
        }

        await CloseAsync();
    }

    private static Uri Local(int port) => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));

    private static async Task UntilListeningAsync(Uri address, Program program)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            using TcpClient client = new();
            try
            {
                await client.ConnectAsync(IPAddress.Loopback, address.Port, patience.Token);
                return;
            }
            catch (SocketException) when (!patience.IsCancellationRequested)
            {
                await Task.Yield();
            }
            catch (Exception failure) when (failure is SocketException or OperationCanceledException)
            {
                Assert.Fail($"Nothing listens on {address}: {program.Error.Text}");
            }
        }
    }

    // Held together and then let go, so that no two are the same.
    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        foreach (TcpListener listener in listeners)
        {
            listener.Start();
        }

        int[] ports = [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
        foreach (TcpListener listener in listeners)
        {
            listener.Dispose();
        }

        return ports;
    }

    private string ConfigurationOf(int index) => Shipped.Read(
        "causeway.yaml",
        ("listen: :8080", $"listen: {Local(_ports[index]).Authority}"),
        ("listen: :8081", $"listen: {Local(_ports[index + 3]).Authority}"),
        ("    protocol: openai\n", $"    protocol: openai\n    endpoint: {Providers.Address}openai/v1\n"));
}
