using System.Text.Json;

namespace Causeway.Tests.Admin;

/// <summary><c>POST /contracts/{name}/test</c></summary>
public sealed class ContractTestTests : IAsyncLifetime
{
    private const string City =
        """{"type":"object","properties":{"city":{"type":"string"},"population":{"type":"integer"}},"required":["city","population"],"additionalProperties":false}""";

    private AdminHost _host = null!;

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        await _host.RegisterAsync("city", City);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Every_pin_says_what_became_of_every_prompt()
    {
        string release = await _host.PointAsync("cities", "warn", "openai/gpt-5.4-mini", "claude/claude-sonnet-4-6");
        await _host.ScriptAsync("""{"match":{"vendor":"anthropic"},"then":{"text":"{\"city\":7}"}}""");

        (int status, JsonElement json) = await PostAsync("city", """{"channel": "cities", "prompts": ["Größtes Dorf?", "Two"]}""");
        await _host.Recorder.FlushAsync(TestContext.Current.CancellationToken);

        Assert.Equal(200, status);
        Assert.Equal(
            ("city@1", "cities", release, "warn", false, false, "0.500000000"),
            (Text(json, "contract"), Text(json, "channel"), Text(json, "release"), Text(json, "conformance"), json.GetProperty("may_serve").GetBoolean(), json.GetProperty("bounded").GetBoolean(), Text(json, "max_usd")));
        JsonElement[] pins = [.. json.GetProperty("pins").EnumerateArray()];
        Assert.Equal([("openai/gpt-5.4-mini", "openai", "format", true), ("claude/claude-sonnet-4-6", "anthropic", "format", false)], pins.Select(pin => (Text(pin, "served_by"), Text(pin, "dialect"), Text(pin, "carrier"), pin.GetProperty("may_serve").GetBoolean())));
        Assert.Equal(JsonValueKind.Null, pins[0].GetProperty("why_not").ValueKind);
        Assert.False(pins[0].GetProperty("proven").GetBoolean());
        Assert.Contains("basic: never measured", pins[0].GetProperty("missing").EnumerateArray().Select(reason => reason.GetString()));
        JsonElement good = pins[0].GetProperty("prompts")[0];
        Assert.Equal(("Größtes Dorf?", "native", 1, 0), (Text(good, "prompt"), Text(good, "outcome"), good.GetProperty("attempts").GetInt32(), good.GetProperty("repairs").GetInt32()));
        JsonElement bad = pins[1].GetProperty("prompts")[1];
        Assert.Equal(("Two", "violated", 2, 1), (Text(bad, "prompt"), Text(bad, "outcome"), bad.GetProperty("attempts").GetInt32(), bad.GetProperty("repairs").GetInt32()));
        Assert.StartsWith("/city: ", Text(bad, "message"), StringComparison.Ordinal);
        Assert.Equal(json.GetProperty("cost_nano_usd").GetInt64(), pins.Sum(pin => pin.GetProperty("cost_nano_usd").GetInt64()));
        Assert.Equal(json.GetProperty("cost_nano_usd").GetInt64(), (long)(decimal.Parse(Text(json, "cost_usd")!, System.Globalization.CultureInfo.InvariantCulture) * 1_000_000_000m));
        Assert.Equal(4, _host.Usage.Booked);
    }

    [Fact]
    public async Task One_pin_can_be_tried_and_the_default_prompts_are_three()
    {
        await _host.PointAsync("cities", "require", "openai/gpt-5.4-mini", "claude/claude-sonnet-4-6");

        (_, JsonElement json) = await PostAsync("city@1", """{"channel": "cities", "pin": "claude/claude-sonnet-4-6"}""");

        JsonElement pin = Assert.Single(json.GetProperty("pins").EnumerateArray().ToArray());
        Assert.Equal(["native", "native", "native"], pin.GetProperty("prompts").EnumerateArray().Select(prompt => Text(prompt, "outcome")));
        Assert.False(json.GetProperty("may_serve").GetBoolean());
        Assert.StartsWith("The channel requires that it is proven, and it is not: ", Text(pin, "why_not"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("town", """{"channel": "cities"}""", 404, "contract_unknown")]
    [InlineData("city@2", """{"channel": "cities"}""", 404, "contract_unknown")]
    [InlineData("city", """{"channel": "citeis"}""", 404, "channel_unknown")]
    [InlineData("city", """{"chanel": "cities"}""", 400, "request_malformed")]
    public async Task Unknown_names_are_told(string name, string body, int expected, string code)
    {
        await _host.PointAsync("cities", "warn", "openai/gpt-5.4-mini");

        (int status, JsonElement json) = await PostAsync(name, body);

        Assert.Equal((expected, code), (status, Text(json, "code")));
        Assert.Equal(0, _host.Usage.Booked);
    }

    [Theory]
    [InlineData("{}", "channel: is missing")]
    [InlineData("""{"channel": "cities", "prompts": []}""", "prompts: holds 1 to 8, not 0")]
    [InlineData("""{"channel": "cities", "prompts": ["1","2","3","4","5","6","7","8","9"]}""", "prompts: holds 1 to 8, not 9")]
    [InlineData("""{"channel": "cities", "prompts": [" "]}""", "prompts: has one that says nothing")]
    [InlineData("""{"channel": "cities", "prompts": [null]}""", "prompts: has one that says nothing")]
    [InlineData("""{"channel": "cities", "max_usd": -0.01}""", "max_usd: is an amount from 0 to 1000")]
    [InlineData("""{"channel": "cities", "max_usd": 1000.01}""", "max_usd: is an amount from 0 to 1000")]
    [InlineData("""{"channel": "cities", "pin": "openai/gpt-5.4-mni"}""", "pin: \"openai/gpt-5.4-mni\" is no pin of the channel's release; did you mean \"openai/gpt-5.4-mini\"?")]
    public async Task What_cannot_be_tried_is_named_and_nothing_is_sent(string body, string expected)
    {
        await _host.PointAsync("cities", "warn", "openai/gpt-5.4-mini");

        (int status, JsonElement json) = await PostAsync("city", body);

        Assert.Equal((422, "contract_test_invalid"), (status, Text(json, "code")));
        JsonElement error = Assert.Single(json.GetProperty("errors").EnumerateArray().ToArray());
        Assert.Equal(expected, $"{Text(error, "field")}: {Text(error, "message")}");
        Assert.Equal(0, _host.Usage.Booked);
    }

    [Theory]
    [InlineData(4096, 200)]
    [InlineData(4097, 422)]
    public async Task A_prompt_has_at_most_4_KiB(int bytes, int expected)
    {
        await _host.PointAsync("cities", "warn", "openai/gpt-5.4-mini");

        (int status, _) = await PostAsync("city", $$"""{"channel": "cities", "prompts": ["ü{{new string('x', bytes - 2)}}"]}""");

        Assert.Equal(expected, status);
    }

    [Fact]
    public async Task Nothing_is_sent_where_nothing_may_be_spent()
    {
        await _host.PointAsync("cities", "warn", "openai/gpt-5.4-mini");

        (int status, JsonElement json) = await PostAsync("city", """{"channel": "cities", "max_usd": 0}""");

        Assert.Equal((200, true, false), (status, json.GetProperty("bounded").GetBoolean(), json.GetProperty("may_serve").GetBoolean()));
        Assert.Empty(json.GetProperty("pins")[0].GetProperty("prompts").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("pins")[0].GetProperty("cost_usd").ValueKind);
    }

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();

    private Task<(int Status, JsonElement Json)> PostAsync(string name, string body) => _host.SendAsync(HttpMethod.Post, $"api/v1/contracts/{name}/test", body);
}
