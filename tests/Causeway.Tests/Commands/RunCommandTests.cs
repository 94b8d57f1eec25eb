using System.Text.Json;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class RunCommandTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _grant = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _grant = await _host.SuspendRunAsync("nightly-42");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Runs_are_a_table_that_says_how_to_lift_one()
    {
        (int code, string output, string error) = await RunAsync("run", "list", "--stage", "suspended");

        Assert.Equal((0, ""), (code, error));
        Assert.Matches($"(?m)^nightly-42 +{_grant} +answers +suspended +same_request +5 +3 +[^ ]+ +2026-11-23 14:25 UTC +2026-11-23 14:26 UTC", output);
        Assert.Contains("causeway run lift RUN --grant ID --reason TEXT", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_there_is_none_a_sentence_says_so_and_json_is_the_answer_alone()
    {
        (_, string none, _) = await RunAsync("run", "list", "--stage", "throttled");
        (int code, string json, _) = await RunAsync("run", "list", "--json");
        await RunAsync("run", "lift", "nightly-42", "--grant", _grant, "--reason", "the tool was fixed");
        (_, string nobody, _) = await RunAsync("run", "list");

        Assert.Equal("There are no such runs.\n", none);
        Assert.Equal("No run is warned, slowed or stopped.\n", nobody);
        Assert.Equal(0, code);
        Assert.Equal("nightly-42", JsonElement.Parse(json).GetProperty("runs")[0].GetProperty("run").GetString());
    }

    [Fact]
    public async Task Lifting_takes_a_reason_and_says_what_holds_from_now_on()
    {
        (int missing, _, string why) = await RunAsync("run", "lift", "nightly-42", "--grant", _grant);
        (int code, string output, string error) = await RunAsync("run", "lift", "nightly-42", "--grant", _grant, "--reason", "the tool was fixed");
        (int unknown, _, string problem) = await RunAsync("run", "lift", "other", "--grant", _grant, "--reason", "a typing error");

        Assert.Equal(2, missing);
        Assert.Contains("--reason", why, StringComparison.Ordinal);
        Assert.Equal((0, ""), (code, error));
        Assert.StartsWith($"Run nightly-42 of {_grant} goes on from its next call.\n", output, StringComparison.Ordinal);
        Assert.Equal(1, unknown);
        Assert.Contains("(run_unknown)", problem, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) => CommandRun.InvokeAsync(
        new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), IsTerminal = _ => false },
        arguments);
}
