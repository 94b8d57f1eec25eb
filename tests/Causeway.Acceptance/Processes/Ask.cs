using System.Net.Http.Headers;
using System.Text;

namespace Causeway.Acceptance.Processes;

/// <summary>Requests as an SDK would send them, for tests that look at what comes of them.</summary>
internal static class Ask
{
    public const string Chat = "/v1/chat/completions";
    public const string Messages = "/v1/messages";

    public static HttpRequestMessage Request(RunningGateway gateway, string key, string target, string body) => new(HttpMethod.Post, new Uri(gateway.Address, target))
    {
        Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        Content = new StringContent(body, Encoding.UTF8, "application/json"),
    };

    public static string ChatBody(string model = "gpt-5.4-mini", bool stream = false) =>
        $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"Hello"}]}""";

    /// <summary>Sends and reads to the end.</summary>
    public static async Task<(int Status, string Text, HttpResponseHeaders Headers)> SendAsync(RunningGateway gateway, string key, string target, string body)
    {
        using HttpRequestMessage request = Request(gateway, key, target, body);
        return await SendAsync(request);
    }

    /// <summary>The same for a request with headers of its own.</summary>
    public static async Task<(int Status, string Text, HttpResponseHeaders Headers)> SendAsync(HttpRequestMessage request)
    {
        using HttpResponseMessage response = await Client.SendAsync(request);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    /// <summary>Sends and returns with the head; the body is still under way.</summary>
    public static async Task<HttpResponseMessage> OpenAsync(RunningGateway gateway, string key, string target, string body)
    {
        using HttpRequestMessage request = Request(gateway, key, target, body);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
    }

    /// <summary>Asks until it is answered so. Not faster: each answer is booked, and the books' newest page is read later on.</summary>
    public static async Task UntilStatusAsync(this RunningGateway gateway, string key, int status)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        using PeriodicTimer looks = new(TimeSpan.FromMilliseconds(50));
        while ((await SendAsync(gateway, key, Chat, ChatBody())).Status != status)
        {
            await looks.WaitForNextTickAsync(patience.Token);
        }
    }

    private static HttpClient Client { get; } = new(new SocketsHttpHandler { UseProxy = false, MaxConnectionsPerServer = 64 });
}
