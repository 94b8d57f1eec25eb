using System.Net.Http.Json;
using System.Text.Json;

namespace Causeway.Acceptance.Processes;

/// <summary>A <c>causeway simulate</c>, and its control endpoint: a script in, the bill and the received requests out.</summary>
internal sealed class SimulatedProviders : IAsyncDisposable
{
    private const string Said = "Simulated providers are listening on ";
    private readonly CausewayProcess _process;
    private readonly HttpClient _control;

    private SimulatedProviders(CausewayProcess process, Uri address)
    {
        _process = process;
        _control = new HttpClient { BaseAddress = address };
    }

    public Uri Address => _control.BaseAddress!;

    public static async Task<SimulatedProviders> StartAsync(string folder)
    {
        var process = CausewayProcess.Start(folder, new Dictionary<string, string>(), "simulate", "--listen", "127.0.0.1:0");
        string line = await process.LineAsync(line => line.StartsWith(Said, StringComparison.Ordinal));
        return new SimulatedProviders(process, new Uri(line[Said.Length..]));
    }

    /// <summary>Replaces the script; the JSON is that of <c>PUT /sim/script</c>.</summary>
    public async Task ScriptAsync(object script)
    {
        using HttpResponseMessage response = await _control.PutAsJsonAsync("/sim/script", script);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>What a provider would charge.</summary>
    public async Task<JsonElement> BillAsync() => JsonElement.Parse(await _control.GetStringAsync("/sim/bill"));

    /// <summary>Waits until so many streams are open.</summary>
    public async Task OpenStreamsAsync(int until)
    {
        JsonElement open = JsonElement.Parse(await _control.GetStringAsync($"/sim/open?until={until}&within_ms=20000"));
        Assert.Equal(until, open.GetProperty("streams").GetInt32());
    }

    /// <summary>Inference requests as they arrived, oldest first. Looks at the list of models are left out.</summary>
    public async Task<IReadOnlyList<ReceivedRequest>> RequestsAsync() =>
    [
        .. JsonElement.Parse(await _control.GetStringAsync("/sim/requests")).GetProperty("requests").EnumerateArray()
            .Where(request => request.GetProperty("method").GetString() == "POST")
            .Select(ReceivedRequest.Of),
    ];

    /// <summary>Forgets script, bill and requests.</summary>
    public async Task ClearAsync()
    {
        foreach (string what in (string[])["script", "bill", "requests"])
        {
            using HttpResponseMessage response = await _control.DeleteAsync(new Uri($"/sim/{what}", UriKind.Relative));
            response.EnsureSuccessStatusCode();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _control.Dispose();
        await _process.DisposeAsync();
    }
}

/// <summary>A request as a provider received it, byte for byte.</summary>
internal sealed record ReceivedRequest(string Method, string Target, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
{
    public static ReceivedRequest Of(JsonElement request) => new(
        request.GetProperty("method").GetString()!,
        request.GetProperty("target").GetString()!,
        [.. request.GetProperty("headers").EnumerateArray().Select(header => (header[0].GetString()!, header[1].GetString()!))],
        request.GetProperty("body_base64").GetBytesFromBase64());

    /// <summary>The only header of this name.</summary>
    public string Header(string name) => Headers.Single(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
}
