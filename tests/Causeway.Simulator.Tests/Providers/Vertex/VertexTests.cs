using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Causeway.Simulator.Tests.Providers.Vertex;

public sealed class VertexTests
{
    private const string Google = "/vertex/v1/projects/p1/locations/europe-west4/publishers/google/models/gemini-3.5-flash";
    private const string Claude = "/vertex/v1/projects/p1/locations/global/publishers/anthropic/models/claude-haiku-4-5@20251001";
    private const string ClaudeHello = """{"anthropic_version":"vertex-2023-10-16","max_tokens":100,"messages":[{"role":"user","content":"hi"}]}""";

    [Fact]
    public async Task Gemini_answers_below_a_project_and_counts_its_traffic()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement answer = await AskAsync(sim, Google + ":generateContent", Sim.GeminiHello);
        JsonElement counted = await AskAsync(sim, Google + ":countTokens", Sim.GeminiHello);

        Assert.Equal("ON_DEMAND", answer.GetProperty("usageMetadata").GetProperty("trafficType").GetString());
        Assert.Equal("gemini-3.5-flash", answer.GetProperty("modelVersion").GetString());
        Assert.Equal(8, counted.GetProperty("totalTokens").GetInt64());
    }

    [Fact]
    public async Task Claude_answers_raw_and_streamed_with_its_own_events()
    {
        await using Sim sim = await Sim.StartAsync();

        JsonElement message = await AskAsync(sim, Claude + ":rawPredict", ClaudeHello);
        string stream = await TextAsync(sim, Claude + ":streamRawPredict", ClaudeHello);

        Assert.Equal("claude-haiku-4-5@20251001", message.GetProperty("model").GetString());
        Assert.StartsWith("event: message_start\n", stream, StringComparison.Ordinal);
        JsonElement line = (await sim.GetAsync("/sim/bill")).GetProperty("lines")[0];
        Assert.Equal(("vertex", "anthropic"), (line.GetProperty("vendor").GetString(), line.GetProperty("protocol").GetString()));
    }

    [Theory]
    [InlineData("""{"max_tokens":100,"messages":[{"role":"user","content":"hi"}]}""", "anthropic_version: Input should be 'vertex-2023-10-16'")]
    [InlineData("""{"anthropic_version":"vertex-2023-10-16","model":"m","max_tokens":100,"messages":[{"role":"user","content":"hi"}]}""", "model: Extra inputs are not permitted")]
    [InlineData("""{"anthropic_version":"vertex-2023-10-16","max_tokens":100,"thinking":{"type":"adaptive"},"messages":[{"role":"user","content":"hi"}]}""", "\\\"thinking.type.adaptive\\\" is not supported for this model.")]
    public async Task Claudes_body_carries_the_version_and_no_model(string body, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        Assert.Contains(words, await TextAsync(sim, Claude + ":rawPredict", body), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, HttpStatusCode.Unauthorized)]
    [InlineData("made-up", HttpStatusCode.Unauthorized)]
    [InlineData("simulator", HttpStatusCode.OK)]
    public async Task Only_tokens_that_were_issued_are_taken(string? token, HttpStatusCode status)
    {
        await using Sim sim = await Sim.StartAsync();
        using HttpRequestMessage request = Sim.Request(Google + ":generateContent", Sim.GeminiHello);
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        request.Headers.Add("x-goog-api-key", "an-api-key");

        using HttpResponseMessage response = await sim.Http.SendAsync(request, Sim.Token);

        Assert.Equal(status, response.StatusCode);
    }

    [Fact]
    public async Task An_assertion_buys_a_token_for_an_hour()
    {
        Clock clock = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));
        await using Sim sim = await Sim.StartAsync(time: clock);
        string claims = $$"""{"iss":"a@b","scope":"https://www.googleapis.com/auth/cloud-platform","aud":"{{sim.Address}}vertex/token","iat":1800000000,"exp":1800003600}""";

        using HttpResponseMessage granted = await GrantAsync(sim, Jwt(claims));
        JsonElement grant = JsonElement.Parse(await granted.Content.ReadAsStringAsync(Sim.Token));
        string token = grant.GetProperty("access_token").GetString()!;
        string taken = await TextAsync(sim, Google + ":generateContent", Sim.GeminiHello, token);
        clock.Now += TimeSpan.FromHours(1);
        string expired = await TextAsync(sim, Google + ":generateContent", Sim.GeminiHello, token);

        Assert.Equal((3599, "Bearer"), (grant.GetProperty("expires_in").GetInt32(), grant.GetProperty("token_type").GetString()));
        Assert.Contains("candidates", taken, StringComparison.Ordinal);
        Assert.Contains("UNAUTHENTICATED", expired, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"iss":"a@b","aud":"http://x/token","iat":1,"exp":9999999999}""", "scope is missing")]
    [InlineData("""{"iss":"a@b","scope":"s","aud":"http://x/","iat":1,"exp":9999999999}""", "aud must be the token endpoint")]
    [InlineData("""{"iss":"a@b","scope":"s","aud":"http://x/token","iat":1,"exp":2}""", "short-lived token")]
    [InlineData("nonsense", "expected three parts")]
    public async Task An_assertion_that_is_not_well_made_is_no_grant(string claims, string words)
    {
        await using Sim sim = await Sim.StartAsync();

        using HttpResponseMessage refused = await GrantAsync(sim, Jwt(claims));
        JsonElement error = JsonElement.Parse(await refused.Content.ReadAsStringAsync(Sim.Token));

        Assert.Equal((HttpStatusCode.BadRequest, "invalid_grant"), (refused.StatusCode, error.GetProperty("error").GetString()));
        Assert.Contains(words, error.GetProperty("error_description").GetString(), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> AskAsync(Sim sim, string path, string body) => JsonElement.Parse(await TextAsync(sim, path, body));

    private static async Task<string> TextAsync(Sim sim, string path, string body, string token = "simulator")
    {
        using HttpRequestMessage request = Sim.Request(path, body);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using HttpResponseMessage response = await sim.Http.SendAsync(request, Sim.Token);
        return await response.Content.ReadAsStringAsync(Sim.Token);
    }

    private static Task<HttpResponseMessage> GrantAsync(Sim sim, string assertion) => sim.Http.PostAsync(
        "/vertex/token",
        new FormUrlEncodedContent([new("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"), new("assertion", assertion)]),
        Sim.Token);

    private static string Jwt(string claims) => $"{Part("""{"alg":"RS256","typ":"JWT"}""")}.{Part(claims)}.c2ln";

    private static string Part(string json) => Convert.ToBase64String(Encoding.UTF8.GetBytes(json)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
