using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Causeway.Simulator.Tests;

/// <summary>A simulator on a free port with a client that speaks to it.</summary>
internal sealed class Sim : IAsyncDisposable
{
    public const string Chat = "/v1/chat/completions";
    public const string Messages = "/v1/messages";
    public const string Hello = """{"model":"sim-small","messages":[{"role":"user","content":"Tell me about bridges, please"}]}""";
    public const string HelloStream = """{"model":"sim-small","stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"Tell me about bridges, please"}]}""";
    public const string ClaudeHello = """{"model":"claude-sonnet-4-6","max_tokens":100,"messages":[{"role":"user","content":"Tell me about bridges, please"}]}""";
    public const string ClaudeStream = """{"model":"claude-sonnet-4-6","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Tell me about bridges, please"}]}""";
    public const string GeminiHello = """{"contents":[{"role":"user","parts":[{"text":"Tell me about bridges, please"}]}]}""";

    private readonly SimulatorServer _server;

    private Sim(SimulatorServer server)
    {
        _server = server;
        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = server.Address };
    }

    public HttpClient Http { get; }

    public Uri Address => _server.Address;

    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<Sim> StartAsync(string? script = null, TimeProvider? time = null) =>
        new(await SimulatorServer.StartAsync(new SimulatorOptions { Script = script, Time = time ?? TimeProvider.System }, Token));

    public static HttpRequestMessage Request(string path, string body)
    {
        HttpRequestMessage request = new(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", "test-key");
        if (path.Contains("/messages", StringComparison.Ordinal))
        {
            request.Headers.Add("anthropic-version", "2023-06-01");
        }

        return request;
    }

    public async Task<HttpResponseMessage> PostAsync(string path, string body, bool headersOnly = false) =>
        await Http.SendAsync(Request(path, body), headersOnly ? HttpCompletionOption.ResponseHeadersRead : HttpCompletionOption.ResponseContentRead, Token);

    public async Task<JsonElement> JsonAsync(string path, string body) => JsonElement.Parse(await TextAsync(path, body));

    public async Task<string> TextAsync(string path, string body)
    {
        using HttpResponseMessage response = await PostAsync(path, body);
        return await response.Content.ReadAsStringAsync(Token);
    }

    /// <summary>The data of every event of a stream.</summary>
    public async Task<IReadOnlyList<string>> EventsAsync(string path, string body) => Data(await TextAsync(path, body));

    public static IReadOnlyList<string> Data(string stream) =>
        [.. stream.ReplaceLineEndings("\n").Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(block => block.Split('\n').First(line => line.StartsWith("data: ", StringComparison.Ordinal))[6..])];

    public async Task ScriptAsync(string script)
    {
        using HttpResponseMessage response = await Http.PutAsync("/sim/script", new StringContent(script), Token);
        Assert.Equal(204, (int)response.StatusCode);
    }

    public async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await Http.GetStringAsync(path, Token));

    public async Task<JsonElement> TotalAsync() => (await GetAsync("/sim/bill")).GetProperty("total");

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.DisposeAsync();
    }
}
