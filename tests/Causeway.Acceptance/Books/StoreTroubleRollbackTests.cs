using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>A3: the instance that commits a rollback dies of it, and the store stands still. Twice in every run; CAUSEWAY_SOAK has the hundred.</summary>
public sealed class StoreTroubleRollbackTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    private const string Rollback = "INSERT INTO routings";
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is not null;
    private static readonly int s_runs = s_isSoak ? 100 : 2;
    private static readonly TimeSpan s_hard = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_wanted = TimeSpan.FromMilliseconds(300);

    [Fact]
    public async Task A_rollback_whose_instance_is_killed_as_it_commits_holds_for_all_others()
    {
        string key = await house.Gateway.NewKeyAsync("a3");
        (string good, string bad) = await house.NewChannelAsync("a3");
        int within = 0;
        for (int run = 0; run < s_runs; run++)
        {
            (Sent[] sent, DateTimeOffset t0) = await KillAsync("a3", key, bad, isCommitted: true);

            Assert.All(sent, one => Assert.True(one.Status == 200, one.ToString()));
            Assert.DoesNotContain(sent, one => one.Release == bad && one.At > t0 + s_hard);
            Assert.Contains(sent, one => one.Release == good && one.At > t0 + s_hard);
            Assert.Null(Sent.Fallen(sent));
            within += sent.Any(one => one.Release == bad && one.At > t0 + s_wanted) ? 0 : 1;
            Assert.Equal(0, (await house.Gateway.RunAsync("quarantine", "lift", bad, "--reason", "next run")).ExitCode);
        }

        TestContext.Current.TestOutputHelper!.WriteLine($"In {within} of {s_runs} runs the candidate was reached by none more than 300 ms later.");
        Assert.True(!s_isSoak || within == s_runs, $"In {within} of {s_runs} runs the candidate was reached by none more than 300 ms later."); // Beside other tests a second is all that is asked.
    }

    // The control: killed a moment sooner, with the commit on its way to the store, there is no rollback and nobody goes back.
    [Fact]
    public async Task One_that_is_killed_before_the_store_has_its_commit_has_rolled_nothing_back()
    {
        string key = await house.Gateway.NewKeyAsync("a3-sooner");
        (_, string bad) = await house.NewChannelAsync("a3-sooner");

        (Sent[] sent, DateTimeOffset t0) = await KillAsync("a3-sooner", key, bad, isCommitted: false);

        Assert.All(sent, one => Assert.True(one.Status == 200, one.ToString()));
        Assert.Contains(sent, one => one.Release == bad && one.At > t0 + s_hard);
        Assert.True((await house.Gateway.RunAsync("rollback", "a3-sooner", "--reason", "the next one tries")).ExitCode is 0 or 3); // 3: the one that died is not forgotten yet.
    }

    // What is served without a lease is the control: it goes on through the whole of it.
    [Fact]
    public async Task While_the_store_stands_still_base_answers()
    {
        string key = await house.Gateway.NewKeyAsync("a3-still");
        (string good, string bad) = await house.NewChannelAsync("a3-still");
        await house.StartRolloutAsync("a3-still", bad);
        Assert.Equal(0, (await house.Gateway.RunAsync("channel", "new", "a3-whole", "--release", bad)).ExitCode);
        using RolloutLoad load = new(house.All, key, "a3-still");
        using RolloutLoad whole = new(house.All, key, "a3-whole");
        await load.UntilAllServeAsync(bad);
        await whole.UntilAllServeAsync(bad);

        await house.Server.FreezeAsync();
        DateTimeOffset frozen = DateTimeOffset.UtcNow;
        DateTimeOffset thawed;
        try
        {
            await load.UntilAsync(frozen + (3 * s_hard));
            thawed = DateTimeOffset.UtcNow;
        }
        finally
        {
            await house.Server.ThawAsync();
        }

        await load.UntilAllServeAsync(bad, thawed);
        Sent[] sent = await load.StopAsync();
        Sent[] leaseless = await whole.StopAsync();

        Assert.All(sent.Concat(leaseless), one => Assert.True(one.Status == 200, one.ToString()));
        Sent[] still = [.. sent.Where(one => one.At > frozen + TimeSpan.FromMilliseconds(1_100) && one.At < thawed)];
        Assert.NotEmpty(still);
        Assert.All(still, one => Assert.Equal(good, one.Release));
        Assert.Contains(leaseless, one => one.Release == bad && one.At > frozen + TimeSpan.FromMilliseconds(1_100) && one.At < thawed);
        Assert.Null(Sent.Fallen(sent));
        Assert.True((await house.Gateway.RunAsync("rollback", "a3-still", "--reason", "enough of it")).ExitCode is 0 or 3);
    }

    // Joins by a way of its own, which goes deaf at the commit: whatever it would have told the others, it does not.
    private async Task<(Sent[] Sent, DateTimeOffset T0)> KillAsync(string channel, string key, string bad, bool isCommitted)
    {
        using FaultProxy way = new(house.Server.Port);
        await house.StartRolloutAsync(channel, bad);
        using RolloutLoad load = new(house.All, key, channel);
        await load.UntilAllServeAsync(bad);
        RunningGateway killed = await house.JoinThroughAsync(way.Port);
        try
        {
            Task<DateTimeOffset> committing = way.DeafAfterCommitOf(Rollback, isCommitted);
            Task<CommandRun> rolling = killed.RunAsync("rollback", channel, "--reason", "worse answers");
            DateTimeOffset t0 = await committing.WaitAsync(TimeSpan.FromSeconds(60));
            killed.Process.Send(PosixSignal.Kill);
            Assert.NotEqual(0, (await rolling).ExitCode);
            await load.UntilAsync(t0 + (2 * s_hard));
            return (await load.StopAsync(), t0);
        }
        finally
        {
            await house.EndedAsync(killed);
        }
    }
}
