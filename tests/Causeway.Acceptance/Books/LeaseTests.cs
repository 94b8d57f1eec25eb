using System.Text.Json;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Leases on shared budgets: three real processes on one PostgreSQL server.</summary>
public sealed class LeaseTests(LeaseHouse house) : IClassFixture<LeaseHouse>
{
    [Fact]
    public async Task Who_holds_a_lease_is_seen_by_everybody()
    {
        string grant = await house.Gateway.NewGrantAsync("--requests", "1000000/day");
        string key = await house.Gateway.NewKeyOfAsync(grant);
        await SpendAsync(house.Gateway, key, 60);
        using CancellationTokenSource seen = new();
        Task spending = Task.Run(async () =>
        {
            while (!seen.IsCancellationRequested)
            {
                await SpendAsync(house.Gateway, key, 10); // What is not used goes back after three seconds.
            }
        });

        JsonElement lease = Assert.Single((await ShowAsync(grant)).GetProperty("leases").EnumerateArray());
        Assert.InRange(lease.GetProperty("requests").GetInt32(), 1, 20_000); // 2 % of the limit.
        JsonElement instances = (await house.All[1].RunAsync("instances", "--json")).Json.GetProperty("instances");
        Assert.Equal(lease.GetProperty("instance").GetString(), Assert.Single(instances.EnumerateArray(), one => one.GetProperty("leases").GetInt32() > 0).GetProperty("id").GetString());
        Assert.Contains("leased", (await house.All[1].RunAsync("grant", "tree", grant)).Output, StringComparison.Ordinal);
        Assert.Contains("LEASED BY", (await house.All[2].RunAsync("grant", "show", grant)).Output, StringComparison.Ordinal);
        Assert.Contains("causeway_budgets_drawn", await house.Gateway.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
        await seen.CancelAsync();
        await spending;
    }

    [Fact]
    public async Task What_is_leased_goes_back_when_another_needs_it_and_no_more_is_given_than_there_is()
    {
        string grant = await house.Gateway.NewGrantAsync("--requests", "1000/day");
        string key = await house.Gateway.NewKeyOfAsync(grant);

        int answered = (await Task.WhenAll(house.All.Select(one => SpendAsync(one, key, 400)))).Sum();
        Assert.Equal(1_000, answered);
        JsonElement use = await house.Gateway.SettledAsync(grant);
        Assert.Equal((1_000L, 0L), (use.GetProperty("committed").GetInt64(), use.GetProperty("in_doubt").GetInt64()));
        Assert.All(await Task.WhenAll(house.All.Select(one => one.RunAsync("audit", "verify"))), audit => Assert.Equal(0, audit.ExitCode));
    }

    [Fact]
    public async Task A_hard_grant_goes_on_without_the_store_with_what_is_leased_and_not_for_longer()
    {
        string grant = await house.Gateway.NewGrantAsync("--requests", "100000/day");
        string key = await house.Gateway.NewKeyOfAsync(grant);
        int answered = await SpendAsync(house.Gateway, key, 60);
        await house.Server.FreezeAsync();
        try
        {
            Assert.Equal(20, await SpendAsync(house.Gateway, key, 20));
            answered += 20;
            Assert.Equal(503, (await Ask.SendAsync(house.All[1], key, Ask.Chat, Ask.ChatBody())).Status); // It holds none.
            answered += await UntilRefusedAsync(key);
        }
        finally
        {
            await house.Server.ThawAsync();
        }

        JsonElement use = await house.Gateway.SettledAsync(grant);
        Assert.Equal((answered, 0), (use.GetProperty("committed").GetInt32(), use.GetProperty("in_doubt").GetInt32()));
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
    }

    [Fact]
    public async Task Of_one_that_is_killed_the_rest_is_in_doubt_and_one_that_was_stopped_says_better()
    {
        string grant = await house.Gateway.NewGrantAsync("--requests", "10000/day");
        string key = await house.Gateway.NewKeyOfAsync(grant);
        RunningGateway killed = await house.JoinAsync();
        RunningGateway stopped = await house.JoinAsync();
        int answered = await SpendAsync(killed, key, 60) + await SpendAsync(stopped, key, 60);
        await house.Gateway.UntilUsedAsync(grant, use => use.GetProperty("held").GetInt64() >= 100); // What they lease, which it learns of a moment later.
        killed.Process.Send(PosixSignal.Kill);
        stopped.Process.Send(PosixSignal.Stop);
        await killed.Process.EndAsync();
        await house.EndedAsync(killed);
        long doubted;
        try
        {
            doubted = (await house.Gateway.SettledAsync(grant)).GetProperty("in_doubt").GetInt64();
            Assert.InRange(doubted, 2, 2 * (200 + 60)); // Two chunks of 2 %, and what was told of and not settled.
        }
        finally
        {
            stopped.Process.Send(PosixSignal.Continue);
        }

        await UntilAnsweredAsync(stopped, key);
        stopped.Process.Send(PosixSignal.Terminate);
        Assert.Equal(0, await stopped.Process.EndAsync());
        await house.EndedAsync(stopped);
        JsonElement use = await house.Gateway.SettledAsync(grant);
        (long committed, long left) = (use.GetProperty("committed").GetInt64(), use.GetProperty("in_doubt").GetInt64());
        Assert.True(left < doubted && committed + left >= answered + 1, $"{answered + 1} answered, {committed} booked, {left} in doubt of {doubted}.");
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
    }

    // As fast as it goes, ten at a time: how many are answered. A caller of a budget that is held waits a moment and is not refused for good.
    private static async Task<int> SpendAsync(RunningGateway one, string key, int requests)
    {
        int left = requests;
        int answered = 0;
        await Task.WhenAll(Enumerable.Range(0, 10).Select(async caller =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                (int status, _, _) = await Ask.SendAsync(one, key, Ask.Chat, Ask.ChatBody());
                Interlocked.Add(ref answered, status == 200 ? 1 : 0);
            }
        }));
        return answered;
    }

    private async Task<int> UntilRefusedAsync(string key)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(20));
        for (int answered = 0; ; answered++)
        {
            if ((await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status != 200)
            {
                return answered;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    // Ready is not enough: what was asked of the store before it was stopped is given up on only when it runs again, and who asks meanwhile is told to come again.
    private static async Task UntilAnsweredAsync(RunningGateway one, string key)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(90)); // A command that was under way when it was stopped may be waited for until its own time is over.
        while (true)
        {
            (int status, string body, _) = await Ask.SendAsync(one, key, Ask.Chat, Ask.ChatBody());
            if (status == 200)
            {
                return;
            }

            Assert.True(status is 503 or 408, body); // 408: it came while the instance stood still.
            Assert.False(patience.IsCancellationRequested, body + one.Process.Error.Text + one.Process.Output.Text);
        }
    }

    private Task<JsonElement> ShowAsync(string grant) => house.Gateway.GetAsync($"grants/{grant}");
}
