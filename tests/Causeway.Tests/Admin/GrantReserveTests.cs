using System.Text.Json;
using Causeway.Commands;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

/// <summary>What a grant does where a request's bound does not fit: stated, inherited, shown.</summary>
public sealed class GrantReserveTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task It_is_strict_unless_it_is_stated_and_below_another_grant_as_that()
    {
        JsonElement plain = await MakeAsync("""{"holder": "team/search", "env": ["dev"], "usd": ["10/month"]}""");
        JsonElement clamping = await MakeAsync("""{"holder": "team/search", "env": ["dev"], "usd": ["10/month"], "reserve": "clamp"}""");
        JsonElement below = await MakeAsync($$"""{"parent": "{{Text(clamping, "id")}}", "usd": ["1/month"]}""");
        JsonElement strict = await MakeAsync($$"""{"parent": "{{Text(clamping, "id")}}", "usd": ["1/month"], "reserve": "strict"}""");

        Assert.Equal(("strict", "clamp", "clamp", "strict"), (Text(plain, "reserve"), Text(clamping, "reserve"), Text(below, "reserve"), Text(strict, "reserve")));
        Assert.Equal("clamp", Text((await _host.GetAsync($"api/v1/grants/{Text(below, "id")}")).Json, "reserve"));
    }

    [Fact]
    public async Task A_word_that_is_none_is_said()
    {
        (int status, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/grants", """{"holder": "team/search", "env": ["dev"], "reserve": "clmap"}""");

        Assert.Equal((422, "reserve"), (status, Text(problem.GetProperty("errors")[0], "field")));
        Assert.Equal("\"clmap\" is not one of: strict, clamp, adaptive", Text(problem.GetProperty("errors")[0], "message"));
    }

    [Fact]
    public async Task The_command_line_makes_one_and_shows_it()
    {
        (int code, string output, string error) = await RunAsync("grant", "new", "--holder", "team/search", "--env", "dev", "--usd", "10/month", "--reserve", "clamp");
        (_, string shown, _) = await RunAsync("grant", "show", output.Split('\n')[0]);

        Assert.Equal((0, ""), (code, error));
        Assert.Matches("(?m)^ *Too large +a request's output cap is lowered to what fits$", shown);
    }

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private async Task<JsonElement> MakeAsync(string body)
    {
        (int status, JsonElement json) = await _host.SendAsync(HttpMethod.Post, "api/v1/grants", body);
        Assert.Equal(201, status);
        return json;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), IsTerminal = _ => false }, arguments);
}
