using Causeway.Budgets.Runaway;
using Causeway.Configuration;

namespace Causeway.Tests.Configuration;

public sealed class RunsAndAlertsTests
{
    [Fact]
    public void Without_the_sections_the_defaults_hold_and_nothing_is_posted()
    {
        CausewayConfiguration configuration = Files.Load(Files.Good).Configuration!;

        Assert.Equal(RunsConfiguration.Default, configuration.Runs);
        Assert.Equal((RunLimits.Default, 0), (configuration.Runs.Limits, configuration.Runs.Exempt.Count));
        Assert.Equal(AlertsConfiguration.Default, configuration.Alerts);
        Assert.Null(configuration.Alerts.Webhook);
    }

    [Fact]
    public void What_is_written_is_what_holds()
    {
        CausewayConfiguration configuration = Files.Load(Files.Good + """
            runs:
              calls: 50
              depth: 2
              time: 10m
              exempt: [answers/build_status, answers/get-run, triage/mcp__wait/for]
            alerts:
              thresholds: [90, 25]
            """).Configuration!;

        Assert.Equal(new RunLimits(50, 2, TimeSpan.FromMinutes(10), null), configuration.Runs.Limits);
        Assert.Equal(["build_status", "get-run"], configuration.Runs.ExemptByFeature["answers"]);
        Assert.Equal(["mcp__wait/for"], configuration.Runs.ExemptByFeature["triage"]);
        Assert.Equal([25, 90], configuration.Alerts.Thresholds);
        Assert.NotEqual(RunsConfiguration.Default, configuration.Runs);
        Assert.NotEqual(AlertsConfiguration.Default, configuration.Alerts);
    }

    [Theory]
    [InlineData("runs: { exempt: [build_status] }", "runs.exempt[0]: \"build_status\" is not a tool of a feature")]
    [InlineData("runs: { calls: 0 }", "runs.calls: 0 is less than 1")]
    [InlineData("runs: { time: 30 }", "runs.time: 30 has no unit")]
    [InlineData("alerts: { thresholds: [50, 101] }", "alerts.thresholds[1]: 101 is more than 100")]
    [InlineData("alerts: { thresholds: [50, 50] }", "is listed twice")]
    [InlineData("alerts: { webhook: nowhere }", "alerts.webhook: ")]
    public void What_cannot_be_is_said_with_its_place(string section, string expected)
    {
        ConfigurationResult result = Files.Load(Files.Good + section + "\n");

        Assert.Null(result.Configuration);
        Assert.Contains(expected, string.Join('\n', result.Errors), StringComparison.Ordinal);
    }
}
