using System.Text;
using System.Text.Json;
using Causeway.Simulator;

namespace Causeway.Gateway.Tests.House;

/// <summary>The simulator's own side: script in, bill and received requests out.</summary>
internal sealed class SimulatorControl : IAsyncDisposable
{
    private readonly SimulatorServer _server;

    public SimulatorControl(SimulatorServer server)
    {
        _server = server;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = server.Address };
    }

    public HttpClient Http { get; }

    public Uri Address => _server.Address;

    /// <summary>Every request from now on is answered in this way.</summary>
    public Task ScriptAsync(string then) => PutAsync($$"""{"rules":[{"then":{{then}}}]}""");

    /// <summary>The next requests are answered in these ways, one each; those after them ordinarily.</summary>
    public Task ScriptEachAsync(IEnumerable<string> thens) =>
        PutAsync($$"""{"rules":[{{string.Join(',', thens.Select(then => $$"""{"times":1,"then":{{then}}}"""))}}]}""");

    public async Task PutAsync(string script)
    {
        using HttpResponseMessage response = await Http.PutAsync("/sim/script", new StringContent(script), GatewayHouse.Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(GatewayHouse.Token));
    }

    /// <summary>What the simulator charges, all models together.</summary>
    public async Task<JsonElement> BillAsync() => (await GetAsync("/sim/bill")).GetProperty("total");

    /// <summary>The requests that arrived, oldest first.</summary>
    public async Task<IReadOnlyList<Arrived>> RequestsAsync() =>
    [
        .. (await GetAsync("/sim/requests")).GetProperty("requests").EnumerateArray().Select(request => new Arrived(
            request.GetProperty("target").GetString()!,
            [.. request.GetProperty("headers").EnumerateArray().Select(header => KeyValuePair.Create(header[0].GetString()!, header[1].GetString()!))],
            request.GetProperty("body_base64").GetBytesFromBase64())),
    ];

    /// <summary>The one that arrived last.</summary>
    public async Task<Arrived> LastAsync() => (await RequestsAsync())[^1];

    public async Task<int> OpenStreamsAsync(int until) => (await GetAsync($"/sim/open?until={until}")).GetProperty("streams").GetInt32();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
    }

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Http.GetByteArrayAsync(path, GatewayHouse.Token));
}

/// <summary>A request as the simulator received it.</summary>
internal sealed record Arrived(string Target, IReadOnlyList<KeyValuePair<string, string>> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public string? Header(string name) => Headers.Where(header => header.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(header => header.Value).SingleOrDefault();
}
