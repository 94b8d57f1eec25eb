using Causeway.Budgets.Runaway;
using Causeway.Gateway.Runaway;

namespace Causeway.Gateway.Tests.Runaway;

/// <summary>Recorded loops are stopped within eight calls; recorded honest runs are left alone.</summary>
public sealed class CorpusTests
{
    private const int Within = 8;

    public static TheoryData<string> Loops => [.. RecordedRun.Names.Where(name => name.StartsWith("loop-", StringComparison.Ordinal))];

    public static TheoryData<string> Honest => [.. RecordedRun.Names.Where(name => name.StartsWith("honest-", StringComparison.Ordinal))];

    [Fact]
    public void The_corpus_has_loops_and_honest_runs_in_every_protocol()
    {
        Assert.True(Loops.Count >= 8 && Honest.Count >= 8);
        foreach (string protocol in (string[])["chat", "responses", "messages", "gemini"])
        {
            Assert.Contains(RecordedRun.Names, name => name.StartsWith("loop-", StringComparison.Ordinal) && name.EndsWith($".{protocol}.json", StringComparison.Ordinal));
            Assert.Contains(RecordedRun.Names, name => name.StartsWith("honest-", StringComparison.Ordinal) && name.EndsWith($".{protocol}.json", StringComparison.Ordinal));
        }

        Assert.All(RecordedRun.Names, name => Assert.Equal(name.StartsWith("loop-", StringComparison.Ordinal) ? "stopped" : "passes", RecordedRun.Open(name).Expect));
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public void A_loop_is_warned_of_and_stopped_within_eight_calls(string name)
    {
        RecordedRun run = RecordedRun.Open(name);

        List<RunCheck> checks = run.Play();

        Assert.InRange(checks.Count, 2, Within);
        Assert.NotNull(checks[^2].Warning);
        Assert.Equal((429, "loop_throttled"), (Status(checks[^1]), checks[^1].Error!.Code));
        Assert.Equal(run.Signal, RunWords.Of(checks[^1].Action!.Signal));
        Assert.All(checks.SkipLast(2), check => Assert.Null(check.Action));
    }

    [Theory]
    [MemberData(nameof(Honest))]
    public void An_honest_run_is_left_alone(string name)
    {
        RecordedRun run = RecordedRun.Open(name);

        List<RunCheck> checks = run.Play();

        Assert.Equal(run.Length, checks.Count);
        Assert.All(checks, check => Assert.Null(check.Action?.Explanation));
    }

    [Fact]
    public void Polling_with_equal_results_is_a_loop_where_its_tool_is_not_exempt()
    {
        RecordedRun run = RecordedRun.Open("honest-polling-exempt.responses.json");

        List<RunCheck> checks = run.Play(exempts: false);

        Assert.Equal(RunSignal.ToolCycle, checks[^1].Action!.Signal);
        Assert.InRange(checks.Count, 2, Within);
    }

    private static int Status(RunCheck check) => Wire.Errors.ErrorEnvelope.StatusFor(Wire.Protocol.OpenAI, check.Error!.Kind);
}
