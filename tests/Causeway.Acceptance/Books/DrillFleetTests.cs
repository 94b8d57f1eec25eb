using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>I1 over three processes and one PostgreSQL server: a slice goes to base and back under load, and opens the way beyond a quarter. CAUSEWAY_SOAK has 500 requests a second and the slice of ten seconds.</summary>
public sealed class DrillFleetTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    private static readonly (int PerSecond, string Seconds) s_form = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null ? (0, "1") : (500, "10");

    [Fact]
    public async Task A_slice_costs_nobody_an_error_and_without_one_no_rollout_passes_a_quarter()
    {
        string key = await house.Gateway.NewKeyAsync("i1");
        (string good, string bad) = await house.NewChannelAsync("i1");
        string plan = Path.Combine(Directory.CreateDirectory(house.DataFolder).FullName, "i1.json");
        await File.WriteAllTextAsync(plan, """{"stages":[{"kind":"percent","ppm":250000},{"kind":"percent","ppm":500000}]}""");
        CommandRun started = await house.Gateway.RunAsync("rollout", "start", "i1", "--to", bad, "--plan", plan, "--force", "--reason", "it is rehearsed here");
        Assert.True(started.ExitCode == 0, started.Error);
        using RolloutLoad load = new(house.All, key, "i1", s_form.PerSecond);
        await load.UntilAllServeAsync(bad);

        CommandRun early = await house.Gateway.RunAsync("rollout", "advance", "i1", "--force", "--reason", "it looks well"); // The control.
        CommandRun drilled = await house.Gateway.RunAsync("drill", "i1", "--kind", "slice", "--for", s_form.Seconds, "--json");
        CommandRun advanced = await house.Gateway.RunAsync("rollout", "advance", "i1", "--force", "--reason", "it is rehearsed");
        Sent[] sent = await load.StopAsync();

        Assert.Equal(2, early.ExitCode);
        Assert.True(drilled.ExitCode == 0, drilled.Error + drilled.Output);
        Assert.True(advanced.ExitCode == 0, advanced.Error);
        Assert.All(sent, one => Assert.True(one.Status == 200, one.ToString()));
        JsonElement drill = drilled.Json;
        Assert.Equal(("passed", 0L), (drill.GetProperty("state").GetString(), drill.GetProperty("errors").GetInt64()));
        Assert.InRange(drill.GetProperty("requests").GetInt64(), 1, sent.Count(one => one.Release == good));
        JsonElement[] instances = [.. drill.GetProperty("instances").EnumerateArray()];
        Assert.Equal(house.All.Count, instances.Length);
        Assert.All(instances, one => Assert.InRange(one.GetProperty("away_ms").GetInt64(), 0, 1_000));
        Assert.All(instances, one => Assert.InRange(one.GetProperty("back_ms").GetInt64(), 0, 1_000));
        Assert.Equal(0, (await house.Gateway.RunAsync("rollback", "i1", "--reason", "enough of it")).ExitCode);
    }
}
