using System.Text.Json;
using Causeway.Commands;
using Causeway.Releases.Guards;
using Causeway.Tests.Admin;

namespace Causeway.Tests.Commands;

public sealed class RolloutCommandTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-rollouts-").FullName;
    private AdminHost _host = null!;
    private string _two = "";

    public async ValueTask InitializeAsync()
    {
        _host = await AdminHost.StartAsync();
        _host.Gateway.Lease.HoldForever();
        await _host.PointAsync("support", "warn", "openai/gpt-5.5");
        (_, JsonElement release) = await _host.SendAsync(HttpMethod.Post, "api/v1/releases", """{"pins": ["claude/claude-opus-5-5"]}""");
        _two = release.GetProperty("id").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_plan_is_written_checked_and_started()
    {
        (_, string planned, _) = await RunAsync("rollout", "plan", "--json");
        string file = Path.Combine(_folder, "plan.json");
        await File.WriteAllTextAsync(file, JsonElement.Parse(planned).GetProperty("plan").GetRawText(), TestContext.Current.CancellationToken);

        (int check, string shown, _) = await RunAsync("rollout", "plan", "--plan", file);
        (int start, string started, string error) = await RunAsync("rollout", "start", "support", "--to", _two[..16], "--plan", file, "--skip-drill", "--reason", "rehearsed in staging");
        (int status, string looked, _) = await RunAsync("rollout", "status", "support");
        (_, string listed, _) = await RunAsync("channel", "list");

        Assert.Equal((0, 0, 0, ""), (check, start, status, error));
        Assert.Contains("1  percent  1 %      10 min     50", shown, StringComparison.Ordinal);
        Assert.StartsWith("support: running", started, StringComparison.Ordinal);
        Assert.Contains("Candidate meets  1 % of the units", started, StringComparison.Ordinal);
        Assert.Contains("the stage lasts 10 min 0 s longer", started, StringComparison.Ordinal);
        Assert.Matches("(?m)^support .* stage 1 of [0-9]+, 1 %$", listed);
        Assert.Contains("Not rehearsed    rehearsed in staging", looked, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_codes_and_words_say_what_stands_against_a_step()
    {
        Assert.Equal(ExitCodes.Ok, (await RunAsync("rollout", "start", "support", "--to", _two, "--percent", "5")).Code);
        (int refused, _, string why) = await RunAsync("rollout", "finalize", "support");
        (int forced, string advanced, _) = await RunAsync("rollout", "advance", "support", "--force", "--reason", "looked at");
        (int bare, _, string reason) = await RunAsync("rollout", "abort", "support");

        Assert.Equal(ExitCodes.Usage, refused);
        Assert.Contains("it is in stage 1 of 2", why, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Usage, ""), (forced, advanced)); // A quarter and more: not rehearsed.
        Assert.Equal((ExitCodes.Usage, "Say why, with --reason TEXT.\n"), (bare, reason));
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollout", "start", "support", "--to", _two, "--percent", "5", "--plan", "x")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollout", "start", "support", "--to", _two, "--percent", "0")).Code);
        Assert.Equal(ExitCodes.Usage, (await RunAsync("rollout", "start", "support", "--to", _two, "--plan", Path.Combine(_folder, "none.json"))).Code);
        Assert.Equal(ExitCodes.Ok, (await RunAsync("rollout", "abort", "support", "--reason", "superseded")).Code);
    }

    [Fact]
    public async Task Guards_are_explained_in_words_and_numbers()
    {
        (int none, _, string noRollout) = await RunAsync("guard", "explain", "support");
        Assert.Equal(ExitCodes.Ok, (await RunAsync("rollout", "start", "support", "--to", _two, "--percent", "5")).Code);
        Guid[] bad = [.. Enumerable.Range(0, 8).Select(i => Guid.Parse($"0199a8f0-0000-7000-8000-00000000000{i}"))];
        GuardNote[] notes =
        [
            .. Enumerable.Range(0, 8).Select(i => new GuardNote(i, 50_000, IsCandidate: true, (int)Bad.Error, bad[i])),
            .. Enumerable.Range(0, 100).Select(i => new GuardNote(500_000 + i, 50_000, IsCandidate: false, i == 0 ? (int)Bad.Refusal : 0, Guid.Empty)),
        ];
        _host.Gateway.Rollouts.Take("support", _host.Policies.Current.Routing.RoutingOf("support").Active!, [new GuardEvidence(8, 100, notes)], isReplay: false);

        (int code, string output, string error) = await RunAsync("guard", "explain", "support");

        Assert.Equal(ExitCodes.Failed, none);
        Assert.NotEqual("", noRollout);
        Assert.Equal((ExitCodes.Ok, ""), (code, error));
        Assert.Contains("The candidate answered 8 requests of 8 units, base 100 of 100, on all instances.", output, StringComparison.Ordinal);
        Assert.Contains("That is underpowered: with fewer than 1000 units", output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^error +rolls back +[0-9.]+ +1000 +8 +0$", output);
        Assert.Matches(@"(?m)^refusal +rolls back +0?\.?[0-9]+ +1000 +0 +1$", output);
        Assert.Matches(@"(?m)^latency +holds +1 +1000 +0 +0$", output);
        Assert.Matches(@"(?m)^error: 8 units of the candidate's and 0 units of base's had requests that failed or broke off[,;] .*E.*\.$", output);
        Assert.Contains($"  last: {string.Join(", ", bad.Reverse().Take(5).Select(request => $"req_{request:N}"))}", output, StringComparison.Ordinal);
        Assert.Contains("timeout: no requests that were not answered in time were seen on either side.", output, StringComparison.Ordinal);
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.ToString()) }, arguments);
}
