using System.Text;
using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Attacks;

/// <summary>After traffic of every kind no secret and no prompt is where it does not belong.</summary>
public sealed class CanaryTests(House house) : IClassFixture<House>
{
    private const string Prompt = "prompt-canary-71c5e0";

    [Fact]
    public async Task No_key_and_no_prompt_is_in_answers_logs_metrics_or_files()
    {
        string key = await house.Gateway.NewKeyAsync();
        var said = new StringBuilder();
        await house.Providers.ScriptAsync(new
        {
            rules = new object[]
            {
                new { match = new { model = "gpt-5.4" }, then = new { status = 500 } },
                new { match = new { model = "gpt-5.4-nano" }, then = new { cut = new { at_event = 3 } } },
                new { match = new { model = "gpt-4.1" }, then = new { status = 401, body = """{"error":{"message":"Incorrect API key provided."}}""" } },
            },
        });

        foreach (string model in (string[])["gpt-5.4-mini", "gpt-5.4", "gpt-5.4-nano", "gpt-4.1", "no-such-model", "claude-sonnet-4-6"])
        {
            foreach (string stream in (string[])["true", "false"])
            {
                string body = $$"""{"model":"{{model}}","stream":{{stream}},"messages":[{"role":"system","content":"{{Prompt}}"},{"role":"user","content":"Hello"}]}""";
                (_, string text, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, body);
                said.Append(text).Append(headers);
            }
        }

        foreach (string path in (string[])["/metrics", "/openapi/v1.json", "/api/v1/usage", "/api/v1/spend", "/api/v1/keys", "/api/v1/providers", "/api/v1/status"])
        {
            said.Append(await house.Gateway.Admin.GetStringAsync(path));
        }

        house.Gateway.Process.Send(PosixSignal.Interrupt);
        Assert.Equal(0, await house.Gateway.Process.EndAsync());
        said.Append(house.Gateway.Process.Output.Text).Append(house.Gateway.Process.Error.Text);

        string[] secrets = [House.OpenAIKey, House.AnthropicKey, House.GeminiKey, key, house.Gateway.AdminToken, Prompt];
        Canary.AssertAbsent(secrets, said.ToString());
        Canary.AssertAbsent(secrets, new DirectoryInfo(house.DataFolder));
        await house.RestartAsync();
    }

    [Fact]
    public async Task A_provider_that_refuses_our_key_does_not_look_like_a_refusal_of_the_callers()
    {
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { status = 401 } } } });

        (int status, string text, _) = await Ask.SendAsync(house.Gateway, await house.Gateway.NewKeyAsync(), Ask.Chat, Ask.ChatBody());
        await house.Providers.ClearAsync();

        Assert.True(status is 502 or 503, $"{status} {text}");
        Assert.Equal(JsonValueKind.Object, JsonElement.Parse(text).GetProperty("error").ValueKind);
    }

    [Theory]
    [InlineData("/api/v1/keys")]
    [InlineData("/api/v1/audit")]
    [InlineData("/api/v1/anything")]
    [InlineData("/v1/%2e%2e/api/v1/keys")]
    [InlineData("//api/v1/keys")]
    public async Task The_admin_API_asks_for_its_own_token(string target)
    {
        string key = await house.Gateway.NewKeyAsync();

        RawAnswer without = await RawHttp.SendAsync(house.Gateway.Address, Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        RawAnswer withKey = await RawHttp.SendAsync(house.Gateway.Address, Encoding.ASCII.GetBytes($"GET {target} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nConnection: close\r\n\r\n"));

        Assert.True(without.Status is 401 or 404, without.Head);
        Assert.True(withKey.Status is 401 or 404, withKey.Head);
    }
}
