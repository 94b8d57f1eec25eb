using System.Text.Json;
using Causeway.Releases.Releases;

namespace Causeway.Tests.Admin;

public sealed class ReleaseTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_release_is_made_once_whatever_it_is_called()
    {
        const string body = """{"pins": ["openai/gpt-5.5", "claude/claude-opus-5-5"], "prompt": "Be brief.", "parameters": {"temperature": 0.20, "stop": "END"}, "label": "spring"}""";

        (int first, JsonElement made) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", body);
        (int second, JsonElement again) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", body.Replace("spring", "summer", StringComparison.Ordinal));

        Assert.Equal((201, 200), (first, second));
        Assert.Equal(made.GetRawText(), again.GetRawText());
        Assert.StartsWith("{\"id\":\"rel_", made.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("openai/gpt-5.5-2026-04-23", made.GetProperty("pins")[0].GetProperty("pin").GetString());
        Assert.Equal("snapshot", made.GetProperty("pins")[0].GetProperty("class").GetString());
        Assert.Equal("""{"stop":["END"],"temperature":0.2}""", made.GetProperty("parameters").GetRawText());
        Assert.Equal("spring", made.GetProperty("label").GetString());
        Assert.False(made.GetProperty("allow_float").GetBoolean());
        Release kept = Assert.Single(await _host.Releases.ListAsync(10, null, CancellationToken.None));
        Assert.Equal(kept.Id.ToString(), made.GetProperty("id").GetString());
    }

    [Fact]
    public async Task An_alias_that_may_float_is_marked()
    {
        JsonElement made = await MakeAsync("""{"pins": ["openai/gpt-5.5"], "allow_alias": true}""");

        Assert.Equal("openai/gpt-5.5", made.GetProperty("pins")[0].GetProperty("pin").GetString());
        Assert.Equal("float", made.GetProperty("pins")[0].GetProperty("class").GetString());
        Assert.Equal("openai/gpt-5.5 is an alias: its vendor may point it at another model at any time", made.GetProperty("pins")[0].GetProperty("warning").GetString());
        Assert.True(made.GetProperty("allow_float").GetBoolean());
    }

    [Fact]
    public async Task A_permission_that_is_not_used_makes_no_other_release()
    {
        JsonElement strict = await MakeAsync("""{"pins": ["claude/claude-opus-5-5"]}""");
        JsonElement lax = await MakeAsync("""{"pins": ["claude/claude-opus-5-5"], "allow_alias": true}""");

        Assert.Equal(strict.GetRawText(), lax.GetRawText());
    }

    [Theory]
    [InlineData("""{}""", "pins: must be 1 to 16 pins, are 0")]
    [InlineData("""{"pins": ["openia/gpt-5.5"]}""", "pins[0]: \"openia/gpt-5.5\" names no provider of this deployment; did you mean \"openai\"?")]
    [InlineData("""{"pins": ["openai/gpt-5.5", "gpt-5.5"]}""", "pins[1]: \"gpt-5.5\" is not provider/model, with 1 to 256 visible characters for the model")]
    [InlineData("""{"pins": ["openai/gpt-5.5", "openai/gpt-5.5-2026-04-23"]}""", "pins: name openai/gpt-5.5-2026-04-23 more than once")]
    [InlineData("""{"pins": ["closed/m"], "prompt": ""}""", "prompt: is empty; leave it out")]
    [InlineData("""{"pins": ["closed/m"], "label": ""}""", "label: must have 1 to 200 characters, has 0")]
    [InlineData("""{"pins": ["closed/m"], "parameters": []}""", "parameters: is not an object")]
    [InlineData("""{"pins": ["closed/m"], "parameters": {"temperature": 3}}""", "parameters.temperature: is a number from 0 to 2")]
    [InlineData("""{"pins": ["closed/m"], "parameters": {"temperature": 1, "temperature": 1}}""", "parameters.temperature: comes more than once")]
    [InlineData("""{"pins": ["closed/m"], "parameters": {"stop": ["\ud800"]}}""", "parameters.stop: is a text, or a list of 1 to 16 texts, each with 1 to 256 characters")]
    [InlineData("""{"pins": ["closed/m"], "parameters": {"\ud800": 1}}""", "parameters.\ufffd: is not a parameter (frequency_penalty, max_output_tokens, presence_penalty, reasoning_effort, seed, stop, temperature, top_k, top_p, verbosity)")]
    [InlineData("""{"pins": ["closed/m"], "parameters": {"temprature": 1}}""", "parameters.temprature: is not a parameter; did you mean \"temperature\"? (frequency_penalty, max_output_tokens, presence_penalty, reasoning_effort, seed, stop, temperature, top_k, top_p, verbosity)")]
    public async Task What_makes_no_release_is_told(string body, string expected)
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", body);

        Assert.Equal((422, "release_invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal([expected], Errors(problem));
        Assert.Empty(await _host.Releases.ListAsync(10, null, CancellationToken.None));
    }

    [Fact]
    public async Task A_release_keeps_the_version_of_its_contract_that_was_newest()
    {
        JsonElement contract = await _host.RegisterAsync("invoice");
        JsonElement first = await MakeAsync("""{"pins": ["closed/m"], "contract": "invoice"}""");
        await _host.RegisterAsync("invoice", "{}");

        JsonElement named = await MakeAsync("""{"pins": ["closed/m"], "contract": "invoice@1"}""");
        JsonElement newest = await MakeAsync("""{"pins": ["closed/m"], "contract": "invoice"}""");
        JsonElement without = await MakeAsync("""{"pins": ["closed/m"]}""");
        (_, JsonElement diff) = await _host.GetAsync($"api/v1/releases/{Id(first)}/diff/{Id(newest)}");

        Assert.Equal(("invoice@1", contract.GetProperty("id").GetString()), (first.GetProperty("contract").GetString(), first.GetProperty("contract_id").GetString()));
        Assert.Equal(Id(first), Id(named));
        Assert.Equal("invoice@2", newest.GetProperty("contract").GetString());
        Assert.Equal(JsonValueKind.Null, without.GetProperty("contract").ValueKind);
        Assert.Equal(3, new[] { Id(first), Id(newest), Id(without) }.Distinct().Count());
        Assert.Equal("""[{"field":"contract","left":"invoice@1","right":"invoice@2"}]""", diff.GetProperty("differences").GetRawText());
    }

    [Theory]
    [InlineData("invioce", "contract: No contract is called \"invioce\"; did you mean \"invoice\"? List them with: causeway contract list")]
    [InlineData("invoice@7", "contract: Contract \"invoice\" has no version \"7\"; it has 1 to 1. Show them with: causeway contract show invoice")]
    public async Task A_contract_that_is_not_registered_makes_no_release(string contract, string expected)
    {
        await _host.RegisterAsync("invoice");

        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", $$"""{"pins": ["closed/m"], "contract": "{{contract}}"}""");

        Assert.Equal((422, "release_invalid"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal([expected], Errors(problem));
    }

    [Fact]
    public async Task Every_mistake_is_told_at_once()
    {
        (_, JsonElement problem) = await _host.SendAsync(
            HttpMethod.Post, "api/v1/releases", """{"pins": ["x", "openai/gpt-5.5"], "prompt": "", "parameters": {"seed": 0.5}, "label": "a\u0000"}""");

        Assert.Equal(["pins[0]", "prompt", "parameters.seed", "label"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task A_long_prompt_fits_and_a_longer_one_does_not()
    {
        (int fits, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", $$"""{"pins": ["closed/m"], "prompt": "{{new string('a', 256 * 1024)}}"}""");
        (int tooLong, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", $$"""{"pins": ["closed/m"], "prompt": "{{new string('a', (256 * 1024) + 1)}}"}""");
        (int tooLarge, _) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", $$"""{"pins": ["closed/m"], "prompt": "{{new string('a', 1024 * 1024)}}"}""");

        Assert.Equal((201, 422, 413), (fits, tooLong, tooLarge));
    }

    [Fact]
    public async Task A_release_is_found_by_its_beginning()
    {
        string id = (await MakeAsync("""{"pins": ["closed/m"]}""")).GetProperty("id").GetString()!;

        (int whole, JsonElement shown) = await _host.GetAsync($"api/v1/releases/{id}");
        (int part, JsonElement same) = await _host.GetAsync($"api/v1/releases/{id[..12]}");

        Assert.Equal((200, 200), (whole, part));
        Assert.Equal(shown.GetRawText(), same.GetRawText());
    }

    [Theory]
    [InlineData("rel_0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("rel_00000000")]
    [InlineData("rel_0000")]
    [InlineData("support")]
    [InlineData("%27%20or%201=1")]
    public async Task An_unknown_id_and_a_malformed_one_are_the_same(string id)
    {
        (int status, JsonElement problem) = await _host.GetAsync($"api/v1/releases/{id}");
        (int diff, _) = await _host.GetAsync($"api/v1/releases/{id}/diff/{id}");

        Assert.Equal((404, 404, "release_unknown"), (status, diff, problem.GetProperty("code").GetString()));
    }

    [Fact]
    public async Task Two_releases_are_compared_field_by_field()
    {
        string left = (await MakeAsync("""{"pins": ["closed/a"], "parameters": {"temperature": 1}}""")).GetProperty("id").GetString()!;
        string right = (await MakeAsync("""{"pins": ["closed/a", "closed/b"], "prompt": "p"}""")).GetProperty("id").GetString()!;

        (int status, JsonElement diff) = await _host.GetAsync($"api/v1/releases/{left[..12]}/diff/{right}");

        Assert.Equal(200, status);
        Assert.Equal((left, right), (diff.GetProperty("left").GetString(), diff.GetProperty("right").GetString()));
        Assert.Equal(
            """[{"field":"pins[1]","left":null,"right":"closed/b"},{"field":"prompt","left":null,"right":"p"},{"field":"parameters.temperature","left":"1","right":null}]""",
            diff.GetProperty("differences").GetRawText());
    }

    [Fact]
    public async Task Releases_are_listed_newest_first_in_pages()
    {
        var ids = new List<string>();
        for (int i = 0; i < 3; i++)
        {
            ids.Insert(0, (await MakeAsync($$"""{"pins": ["closed/m{{i}}"]}""")).GetProperty("id").GetString()!);
        }

        (_, JsonElement first) = await _host.GetAsync("api/v1/releases?limit=2");
        (_, JsonElement second) = await _host.GetAsync($"api/v1/releases?limit=2&cursor={first.GetProperty("next").GetString()}");
        (int wrong, _) = await _host.GetAsync("api/v1/releases?cursor=rel_00000000");

        Assert.Equal(ids, first.GetProperty("releases").EnumerateArray().Concat(second.GetProperty("releases").EnumerateArray()).Select(release => release.GetProperty("id").GetString()!));
        Assert.False(second.TryGetProperty("next", out _));
        Assert.Equal(422, wrong);
    }

    [Fact]
    public async Task A_store_that_is_away_is_told()
    {
        _host.Releases.Away = true;

        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["closed/m"]}""");

        Assert.Equal((503, "store_unavailable"), (status, problem.GetProperty("code").GetString()));
    }

    private static string Id(JsonElement release) => release.GetProperty("id").GetString()!;

    private static IEnumerable<string> Errors(JsonElement problem) =>
        problem.GetProperty("errors").EnumerateArray().Select(error => $"{error.GetProperty("field").GetString()}: {error.GetProperty("message").GetString()}");

    private async Task<JsonElement> MakeAsync(string body) => (await _host.SendAsync(HttpMethod.Post, "api/v1/releases", body)).Json;
}
