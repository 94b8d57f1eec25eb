using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Causeway.Acceptance.Processes;

/// <summary>A <c>causeway up</c> that answers.</summary>
internal sealed class RunningGateway : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly string _folder;

    private RunningGateway(string folder, CausewayProcess process, Welcome welcome, string adminToken)
    {
        (_folder, Process, Welcome, AdminToken) = (folder, process, welcome, adminToken);
        Admin = new HttpClient { BaseAddress = welcome.Admin };
        Admin.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", adminToken);
    }

    public CausewayProcess Process { get; }

    public Welcome Welcome { get; }

    public Uri Address => Welcome.Address;

    public string AdminToken { get; }

    /// <summary>Calls the admin API with the administrator's token.</summary>
    public HttpClient Admin { get; }

    /// <summary>Starts with nothing: no file, no account.</summary>
    /// <param name="folder">Where it runs and keeps its data.</param>
    /// <param name="adminToken">The token of an earlier start on the same data, which is not shown again; null at the first start.</param>
    public static async Task<RunningGateway> FromNothingAsync(string folder, string? adminToken = null)
    {
        var process = CausewayProcess.Start(folder, new Dictionary<string, string>(), "up", "--listen", "127.0.0.1:0");
        Welcome welcome = await ReadAsync(process);
        return new RunningGateway(folder, process, welcome, adminToken ?? welcome.AdminToken);
    }

    /// <summary>Starts with a configuration file, which takes its secrets from the environment.</summary>
    public static async Task<RunningGateway> FromFileAsync(string folder, string file, IReadOnlyDictionary<string, string> environment, string adminToken, string executable)
    {
        var process = CausewayProcess.StartOf(executable, folder, environment, "up", "--config", file);
        return new RunningGateway(folder, process, await ReadAsync(process), adminToken);
    }

    /// <summary>Runs a verb against this gateway.</summary>
    public Task<CommandRun> RunAsync(params IEnumerable<string> arguments) => CommandRun.OfAsync(
        _folder,
        new Dictionary<string, string> { ["CAUSEWAY_URL"] = Welcome.Admin.GetLeftPart(UriPartial.Authority), ["CAUSEWAY_TOKEN"] = AdminToken },
        arguments);

    /// <summary>A new key's secret.</summary>
    public async Task<string> NewKeyAsync(string team = "acceptance", string feature = "tests", string env = "dev")
    {
        using HttpResponseMessage response = await Admin.PostAsJsonAsync("/api/v1/keys", new { team, feature, env });
        response.EnsureSuccessStatusCode();
        return JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("key").GetString()!;
    }

    /// <summary>A new release of one pin.</summary>
    public async Task<string> NewReleaseAsync(string pin) => (await RunAsync("release", "new", "--pin", pin, "--json")).Json.GetProperty("id").GetString()!;

    /// <summary>
    /// What the admin API answers, read as its administrator would: a store that a busy machine keeps from answering in time is asked again.
    /// </summary>
    /// <param name="path">From <c>/api/v1/</c> on.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    public async Task<JsonElement> GetAsync(string path, CancellationToken cancellation = default)
    {
        long began = Stopwatch.GetTimestamp();
        while (true)
        {
            using HttpResponseMessage response = await Admin.GetAsync("/api/v1/" + path, cancellation);
            string text = await response.Content.ReadAsStringAsync(cancellation);
            if (response.IsSuccessStatusCode)
            {
                return JsonElement.Parse(text);
            }

            bool isBusy = response.StatusCode is HttpStatusCode.ServiceUnavailable && text.Contains("store_unavailable", StringComparison.Ordinal);
            Assert.True(isBusy && Stopwatch.GetElapsedTime(began) < s_patience, $"GET {path}: {(int)response.StatusCode} {text}");
        }
    }

    /// <summary>The usage records, newest first.</summary>
    public async Task<IReadOnlyList<JsonElement>> UsageAsync()
    {
        await UntilIdleAsync();
        return [.. (await GetAsync("usage?limit=1000")).GetProperty("requests").EnumerateArray()];
    }

    // A caller has its answer a little before its request is over, and a request is booked when it is over.
    private async Task UntilIdleAsync()
    {
        for (int looks = 0; looks < 2000; looks++)
        {
            if ((await GetAsync("status")).GetProperty("open_requests").GetInt32() == 0)
            {
                return;
            }
        }
    }

    /// <summary>What was spent, row by row.</summary>
    public async Task<IReadOnlyList<JsonElement>> SpendAsync(string by) =>
        [.. (await RunAsync("spend", "--by", by, "--since", "24h", "--json")).Json.GetProperty("rows").EnumerateArray()];

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Process.DisposeAsync();
    }

    private static async Task<Welcome> ReadAsync(CausewayProcess process)
    {
        await process.LineAsync(line => line.Contains(Welcome.End, StringComparison.Ordinal));
        return new Welcome(process.Output.Text);
    }
}
