using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>The database's server is lost under load and its synchronous standby takes over: nobody loses anything, and nobody has to be started again (catalogue F-33, F-48).</summary>
public sealed class FailoverTests(FailoverHouse house) : IClassFixture<FailoverHouse>
{
    private const int PerSecond = 15;

    [Fact]
    public async Task A_standby_that_takes_over_has_all_that_was_answered()
    {
        await house.FollowAsync();
        string grant = await house.Gateway.NewGrantAsync("--usd", "500/day");
        string hard = await house.Gateway.NewKeyOfAsync(grant, "failover");
        CommandRun gone = await house.Gateway.RunAsync("key", "new", "--team", "failover", "--feature", "gone", "--env", "dev", "--json");
        Assert.Equal(0, (await house.All[1].RunAsync("key", "revoke", gone.Json.GetProperty("id").GetString()!)).ExitCode);
        using RolloutLoad load = new(house.All, hard, RolloutLoad.Plain, PerSecond, TimeSpan.FromMinutes(2));
        await load.UntilEachAnsweredAsync();

        await house.FailOverAsync();
        await Task.WhenAll(house.All.Select(one => one.UntilStatusAsync(hard, 200)));
        DateTimeOffset back = DateTimeOffset.UtcNow;
        await load.UntilEachAnsweredAsync(back);
        Sent[] sent = await load.StopAsync();

        Assert.All(sent, one => Assert.True(one.IsAnsweredOrAway, one.ToString()));
        Assert.All(house.All, one => Assert.Contains(sent, asked => asked.Gateway == one && asked.At > back && asked.Status == 200));
        Assert.Equal("t", await house.StandbySqlAsync("SELECT NOT pg_is_in_recovery() AND (SELECT count(*) FROM causeway.ledger) > 0")); // The control: it is the standby that is written to. Whether anybody was refused meanwhile is a matter of how long it took.
        await AssertBookedAsync(grant, sent.Count(one => one.Status == 200));
        Assert.All(
            await Task.WhenAll(house.All.Select(one => Ask.SendAsync(one, gone.Json.GetProperty("key").GetString()!, Ask.Chat, Ask.ChatBody()))),
            answer => Assert.Equal(401, answer.Status));
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
        Assert.All(house.All, one => Assert.DoesNotContain("other ones", one.Process.Error.Text, StringComparison.Ordinal));
    }

    // The load's answers, and one of each instance by which it was seen to be back.
    private async Task AssertBookedAsync(string grant, int answered)
    {
        await house.Gateway.UntilUsedAsync(grant, use => use.GetProperty("held").GetInt64() == 0 && use.GetProperty("in_doubt").GetInt64() == 0);
        await Task.WhenAll(house.All.Select(one => one.UsageAsync())); // Each has what it did on its way into the books.
        await house.Gateway.AssertBookedAsync(grant, "failover", answered);
    }
}
