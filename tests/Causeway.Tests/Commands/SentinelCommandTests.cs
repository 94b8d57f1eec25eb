using Causeway.Commands;
using Causeway.Gateway.Sentinel;
using Causeway.Releases.Sentinel;
using Causeway.Tests.Admin;
using Microsoft.Extensions.DependencyInjection;

namespace Causeway.Tests.Commands;

public sealed class SentinelCommandTests : IAsyncLifetime
{
    private const string Pin = "openai/gpt-5.4-mini";
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Status_says_what_is_watched_and_what_there_is_to_watch()
    {
        Run nothing = await RunAsync("sentinel", "status");
        await _host.PointAsync("support", "warn", Pin);
        Run all = await RunAsync("sentinel", "status");
        Run one = await RunAsync("sentinel", "status", Pin);
        Run other = await RunAsync("sentinel", "status", "openai/gpt-5.4-nano");

        Assert.Equal((0, "No channel serves a release: there is nothing to watch.\n"), (nothing.Code, nothing.Output));
        Assert.Matches(@"(?m)^openai/gpt-5\.4-mini +passive +0 +0 ", all.Output);
        Assert.DoesNotContain("Channels", all.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^ *Channels +support$", one.Output);
        Assert.Matches(@"(?m)^ *Holds +no rollout$", one.Output);
        Assert.Equal((0, "No release that a channel serves, rolls out or can go back to has the pin openai/gpt-5.4-nano.\n"), (other.Code, other.Output));
    }

    [Fact]
    public async Task Probe_says_what_it_takes_before_anything_is_sent_and_then_what_came_of_it()
    {
        await _host.PointAsync("support", "warn", Pin);
        await _host.ScriptAsync("""{"then":{"text":"red"}}""");

        Run unmeasured = await RunAsync("sentinel", "probe", Pin, "--dry-run");
        Run dry = await RunAsync("sentinel", "probe", Pin, "--baseline", "--dry-run");
        Run unasked = await RunAsync("sentinel", "probe", Pin, "--baseline");
        bool isUntouched = Desk.Last is null;
        Run alike = await RunAsync("sentinel", "probe", Pin, "--baseline", "--yes", "--max-usd", "20", "--reason", "the first one");
        Run status = await RunAsync("sentinel", "status");

        Assert.Equal(ExitCodes.Failed, unmeasured.Code);
        Assert.Contains($"Measure them first: causeway sentinel probe {Pin} --baseline", unmeasured.Error, StringComparison.Ordinal);
        Assert.Equal(0, dry.Code);
        Assert.Matches($@"^{Pin}: [0-9,]+ calls at most, of one token each, for \$[0-9.]+ at most\.", dry.Output);
        Assert.Contains("No call is made that could go beyond $1", dry.Output, StringComparison.Ordinal);
        Assert.Equal((ExitCodes.Usage, true), (unasked.Code, isUntouched));
        Assert.Contains("Nothing was sent: there is nobody to ask. Add --yes to send them.", unasked.Output, StringComparison.Ordinal);
        Assert.True(alike.Code == ExitCodes.Failed && alike.Output.Contains("prompts 0 were nearly a tie", StringComparison.Ordinal), alike.ToString()); // A model that always answers alike has no border.
        Assert.Contains($"{Pin} has no baseline: of ", status.Output, StringComparison.Ordinal);
    }

    // The control: where two answers are nearly a tie, there is something to measure, and the same model answers as it did.
    [Fact]
    public async Task Probe_measures_a_border_and_finds_the_same_model_where_it_was()
    {
        await _host.PointAsync("support", "warn", Pin);
        await _host.ScriptAsync("""{"then":{"texts":[{"text":"red"},{"text":"blue"}],"text_seed":7}}""");

        Run measured = await RunAsync("sentinel", "probe", Pin, "--baseline", "--yes", "--max-usd", "20");
        Run asked = await RunAsync("sentinel", "probe", Pin, "--yes", "--max-usd", "20");

        Assert.True(measured.Code == 0 && measured.Output.Contains("8 border prompts are measured; it is compared with them from now on.", StringComparison.Ordinal), measured.ToString());
        Assert.Equal(0, asked.Code);
        Assert.Contains("64 calls", asked.Output, StringComparison.Ordinal);
        Assert.Contains("It answers as it did.", asked.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^openai/gpt-5\.4-mini +watched +8 +1 ", (await RunAsync("sentinel", "status")).Output);
    }

    [Fact]
    public async Task Accept_ends_drift_with_a_reason_and_says_what_is_left_to_do()
    {
        await _host.PointAsync("support", "warn", Pin);
        Run nothing = await RunAsync("sentinel", "accept", Pin, "--reason", "announced");
        await _host.Services.GetRequiredService<SentinelBook>().ChangeAsync(
            "openai", "gpt-5.4-mini", known => known with { Drift = new PinDrift(_host.Time.Now, DriftKind.Echo, "3 answers named gpt-4.1-nano", "gpt-4.1-nano") }, CancellationToken.None);

        Run drifted = await RunAsync("sentinel", "status", Pin);
        Run bare = await RunAsync("sentinel", "accept", Pin);
        Run accepted = await RunAsync("sentinel", "accept", Pin, "--reason", "announced");
        Run after = await RunAsync("sentinel", "status", Pin);

        Assert.Equal(ExitCodes.Failed, nothing.Code);
        Assert.Contains("there is nothing to accept", nothing.Error, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^openai/gpt-5\.4-mini +drifted ", drifted.Output);
        Assert.Matches(@"(?m)^openai/gpt-5\.4-mini since .*: 3 answers named gpt-4\.1-nano$", drifted.Output);
        Assert.NotEqual(0, bare.Code);
        Assert.Equal((0, ""), (accepted.Code, accepted.Error));
        Assert.StartsWith($"{Pin} is accepted as it answers now.", accepted.Output, StringComparison.Ordinal);
        Assert.Contains($"Measure its border prompts with: causeway sentinel probe {Pin} --baseline", accepted.Output, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^openai/gpt-5\.4-mini +passive ", after.Output);
        Assert.Matches(@"(?m)^ *Called +gpt-4\.1-nano$", after.Output);
    }

    private SentinelDesk Desk => _host.Services.GetRequiredService<SentinelDesk>();

    private async Task<Run> RunAsync(params string[] arguments)
    {
        (int code, string output, string error) = await CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.ToString()) }, arguments);
        return new Run(code, output, error);
    }

    private sealed record Run(int Code, string Output, string Error);
}
