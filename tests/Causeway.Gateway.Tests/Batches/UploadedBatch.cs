using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Batches;

/// <summary>A batch of OpenAI's: its requests in a file that lies at the provider.</summary>
internal static class UploadedBatch
{
    public const string Path = "/passthrough/openai/v1/batches";
    public const string One = """{"model":"gpt-5.4-mini","max_completion_tokens":1000,"messages":[{"role":"user","content":"Tell me of bridges"}]}""";
    public const string Other = """{"model":"gpt-4o-mini","max_completion_tokens":50,"messages":[{"role":"user","content":"Tell me of rivers"}]}""";

    /// <summary>Uploads a file of lines straight to the provider, as its owner may.</summary>
    /// <returns>The file's id.</returns>
    public static Task<string> UploadAsync(GatewayHouse house, params string[] lines) => UploadAsync(house, "batch", lines);

    /// <inheritdoc cref="UploadAsync(GatewayHouse, string[])"/>
    public static async Task<string> UploadAsync(GatewayHouse house, string purpose, string[] lines)
    {
        using MultipartFormDataContent form = new() { { new StringContent(purpose), "purpose" }, { new ByteArrayContent(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n")), "file", "a.jsonl" } };
        using HttpRequestMessage message = new(HttpMethod.Post, "/openai/v1/files") { Content = form };
        using HttpResponseMessage response = await SendAsync(house, message);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(GatewayHouse.Token)).GetProperty("id").GetString()!;
    }

    /// <summary>Asks the provider for something, as its owner may.</summary>
    public static async Task<HttpResponseMessage> SendAsync(GatewayHouse house, HttpRequestMessage message)
    {
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", GatewayHouse.ProviderKey);
        HttpResponseMessage response = await house.Simulator.Http.SendAsync(message, GatewayHouse.Token);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(GatewayHouse.Token));
        return response;
    }

    /// <summary>The lines of requests, named <c>r0</c>, <c>r1</c> and so on.</summary>
    public static string[] Lines(params string[] requests) => [.. requests.Select((one, place) => Line($"r{place}", one))];

    public static string Line(string name, string request, string url = Saying.ChatPath) => $$"""{"custom_id":"{{name}}","method":"POST","url":"{{url}}","body":{{request}}}""";

    /// <summary>Begins a batch of a file.</summary>
    public static Saying Of(string file, string endpoint = Saying.ChatPath, string path = Path) =>
        new(path, $$"""{"input_file_id":"{{file}}","endpoint":"{{endpoint}}","completion_window":"24h"}""");
}
