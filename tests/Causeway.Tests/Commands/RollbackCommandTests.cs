using System.Text.Json;
using Causeway.Commands;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class RollbackCommandTests : IAsyncLifetime
{
    private AdminHost _host = null!;
    private string _one = "";
    private string _two = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _one = await _host.PointAsync("support", "warn", "openai/gpt-5.5");
        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        _two = release.GetProperty("id").GetString()!;
        (int status, _) = await _host.SendAsync(HttpMethod.Put, "api/v1/policy", $"channels:\n  support: {{release: {_two}}}\n", "application/yaml");
        Assert.Equal(200, status);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_dry_run_says_what_would_be_and_the_real_one_does_it()
    {
        Run dry = await RunAsync("rollback", "support", "--reason", "wrong language", "--dry-run");
        Run real = await RunAsync("rollback", "support", "--reason", "wrong language", "--streams", "reissue");

        Assert.Equal(ExitCodes.Ok, dry.Code);
        Assert.StartsWith("Nothing was done. It would be:", dry.Output, StringComparison.Ordinal);
        Assert.Contains("0 requests and 0 streams", dry.Output, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Ok, ""), (real.Code, real.Error));
        Assert.Contains($"support  {_two[..16]}  {_one[..16]}", real.Output, StringComparison.Ordinal);
        Assert.Contains("box:1     0 ms later", real.Output, StringComparison.Ordinal);
        Assert.Contains("support: how long it went unnoticed is not known, no guard had spoken.", real.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("unnoticed", dry.Output, StringComparison.Ordinal);
        Assert.Contains("Not undone:", real.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_codes_say_whether_it_was_refused_or_cannot_be()
    {
        await _host.PointAsync("lonely", "warn", "openai/gpt-5.5");

        Assert.Equal(ExitCodes.Infeasible, (await RunAsync("rollback", "lonely", "--reason", "why")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollback", "support", "--to", _two, "--reason", "why")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollback", "support")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollback", "--reason", "why")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollback", "support", "--release", _two, "--reason", "why")).Code);
        Assert.Equal(ExitCodes.Failed, (await RunAsync("rollback", "suport", "--reason", "why")).Code);
        Assert.Equal(ExitCodes.Ok, (await RunAsync("rollback", "--release", _two, "--reason", "why", "--json")).Code);
    }

    [Fact]
    public async Task With_local_one_instance_goes_back_and_the_way_for_everybody_is_named()
    {
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollback", "support", "--local", "--reason", "why")).Code); // The store answers.
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollback", "--release", _two, "--local", "--reason", "why")).Code);
        await _host.LookBackAsync();
        _host.Releases.Away = true;

        Run local = await RunAsync("rollback", "support", "--local", "--reason", "it leaks");
        Run status = await RunAsync("status");
        _host.Releases.Away = false;

        Assert.Equal((ExitCodes.Ok, ""), (local.Code, local.Error));
        Assert.Contains("In force on this instance alone since", local.Output, StringComparison.Ordinal);
        Assert.Contains("for everybody: causeway rollback support --reason TEXT", local.Output, StringComparison.Ordinal);
        Assert.Contains("support is rolled back on this instance alone", status.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conversations_go_on_for_as_long_as_is_said_and_no_longer_than_a_day()
    {
        Assert.Equal(ExitCodes.Ok, (await RunAsync("conversation", "set", "support", "--policy", "migrate")).Code);

        Run malformed = await RunAsync("rollback", "support", "--reason", "why", "--conversations", "continue", "--continue-for", "soon");
        Run tooLong = await RunAsync("rollback", "support", "--reason", "why", "--conversations", "continue", "--continue-for", "25h");
        Run alone = await RunAsync("rollback", "support", "--reason", "why", "--continue-for", "30m");
        Run done = await RunAsync("rollback", "support", "--reason", "why", "--conversations", "continue", "--continue-for", "30m");

        Assert.All([malformed, tooLong], refused => Assert.Equal((ExitCodes.Usage, true), (refused.Code, refused.Error.Contains("is not a time from 1m to 24h", StringComparison.Ordinal))));
        Assert.Equal((ExitCodes.Failed, true), (alone.Code, alone.Error.Contains("is 60 to 86400, and comes with conversations: continue", StringComparison.Ordinal)));
        Assert.Equal((ExitCodes.Ok, ""), (done.Code, done.Error));
        Assert.Contains($"Conversations of support that it answered last go on with it until {Figures.Time(_host.Time.Now.AddMinutes(30))}.", done.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Quarantine_is_listed_and_lifted()
    {
        await RunAsync("rollback", "support", "--reason", "wrong language");

        Run list = await RunAsync("quarantine", "list");
        Run lift = await RunAsync("quarantine", "lift", _two[..16], "--reason", "mended");
        Run none = await RunAsync("quarantine", "list");

        Assert.Contains("wrong language", list.Output, StringComparison.Ordinal);
        Assert.StartsWith($"{_two} may be dispatched again: support.", lift.Output, StringComparison.Ordinal);
        Assert.Equal("No release is in quarantine.", none.Output.Trim());
    }

    private async Task<Run> RunAsync(params string[] arguments)
    {
        (int code, string output, string error) = await CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.ToString()) }, arguments);
        return new Run(code, output, error);
    }

    private sealed record Run(int Code, string Output, string Error);
}
