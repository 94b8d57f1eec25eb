using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>B-12 and B-13 with leases, on real processes: nothing is decided after a revocation, and a process that dies takes no more of a budget with it than it had leased.</summary>
public sealed class LeaseProofTests(LeasedBankHouse house) : IClassFixture<LeasedBankHouse>
{
    // A grant is refused everywhere within a second; a machine that does much beside it may take longer, a lease at most this long.
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task B_12_No_lease_and_no_request_follows_a_revocation_and_everybody_refuses_within_a_leases_time()
    {
        string grant = await house.Gateway.NewGrantAsync("--requests", "1000000/day");
        string other = await house.Gateway.NewGrantAsync("--requests", "1000000/day");
        (string key, string control) = (await house.Gateway.NewKeyOfAsync(grant), await house.Gateway.NewKeyOfAsync(other));
        ConcurrentBag<(long Began, int Status, bool IsControl)> seen = [];
        using CancellationTokenSource over = new();
        Task load = Task.WhenAll(Enumerable.Range(0, 12).Select(caller => Task.Run(async () =>
        {
            RunningGateway one = house.All[caller % house.All.Count];
            while (!over.IsCancellationRequested)
            {
                long began = Stopwatch.GetTimestamp();
                bool isControl = caller >= 8;
                (int status, _, _) = await Ask.SendAsync(one, isControl ? control : key, Ask.Chat, Ask.ChatBody());
                seen.Add((began, status, isControl));
            }
        })));
        await UntilAsync(() => seen.Count(one => one.Status == 200) > 600);
        Assert.NotEmpty(await EntriesAsync(grant, "lease_taken"));

        CommandRun revoke = await house.All[1].RunAsync("grant", "revoke", grant, "--reason", "it leaked");
        Assert.True(revoke.ExitCode == 0, revoke.Output + revoke.Error);
        long revoked = Stopwatch.GetTimestamp();
        await UntilAsync(() => Stopwatch.GetElapsedTime(revoked) > s_lease);
        await over.CancelAsync();
        await load;

        Assert.DoesNotContain(seen, one => !one.IsControl && one.Status == 200 && Stopwatch.GetElapsedTime(revoked, one.Began) > TimeSpan.FromSeconds(3));
        Assert.Contains(seen, one => !one.IsControl && one.Status == 403 && one.Began > revoked);
        Assert.DoesNotContain(seen, one => one.IsControl && one.Status != 200); // The same load on a grant that nobody revoked.
        long at = (await EntriesAsync(grant, "grant_changed")).Max(entry => entry.GetProperty("seq").GetInt64());
        Assert.DoesNotContain(await EntriesAsync(grant, "lease_taken"), entry => entry.GetProperty("seq").GetInt64() > at);
        JsonElement use = await house.Gateway.SettledAsync(grant);
        Assert.True(use.GetProperty("committed").GetInt64() >= seen.Count(one => !one.IsControl && one.Status == 200), use.ToString());
        await VerifiedAsync();
    }

    [Fact]
    public async Task B_13_Of_a_budget_that_is_half_spent_a_process_that_dies_takes_no_more_than_it_had_leased()
    {
        const int Each = 50; // Tokens that a call generates, and that it is held for.
        const int Calls = 3_000;
        const int Limit = Calls * Each;
        const int Chunk = Limit / 50; // 2 % at most.
        const int Callers = 5;
        const string Body = """{"model":"gpt-5.4-mini","max_completion_tokens":50,"messages":[{"role":"user","content":"Hello"}]}""";
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { usage = new { input_uncached = 10, output = Each } } } } });
        string grant = await house.Gateway.NewGrantAsync("--tokens-out", $"{Limit}/month");
        string key = await house.Gateway.NewKeyOfAsync(grant);
        RunningGateway victim = await house.JoinAsync();
        RunningGateway[] living = [.. house.All.Where(one => one != victim)];
        int answered = 0;
        long firstSpent = 0;
        ConcurrentBag<long> answeredAt = [];
        TaskCompletionSource half = new();
        using CancellationTokenSource over = new(TimeSpan.FromSeconds(180));
        Task<int>[] clients = [.. living.Append(victim).SelectMany(one => Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            int mine = 0;
            while (true)
            {
                long began = Stopwatch.GetTimestamp();
                int status;
                try
                {
                    (status, string text, _) = await Ask.SendAsync(one, key, Ask.Chat, Body);
                    if (status == 402)
                    {
                        Assert.Contains("limit_spent", text, StringComparison.Ordinal);
                        Interlocked.CompareExchange(ref firstSpent, Stopwatch.GetTimestamp(), 0);
                        return mine;
                    }
                }
                catch (Exception gone) when (one == victim && gone is HttpRequestException or IOException)
                {
                    return mine;
                }

                if (status != 200)
                {
                    await Task.Delay(50, over.Token); // Held, as its caller is told: it waits a moment.
                }
                else
                {
                    mine++;
                    answeredAt.Add(began);
                    if (Interlocked.Increment(ref answered) == Calls / 2)
                    {
                        half.SetResult();
                    }
                }
            }
        })))];

        await half.Task.WaitAsync(over.Token);
        victim.Process.Send(PosixSignal.Kill);
        await victim.Process.EndAsync();
        int total = (await Task.WhenAll(clients)).Sum();
        await house.EndedAsync(victim);

        JsonElement use = await house.Gateway.SettledAsync(grant);
        (long committed, long doubted) = (use.GetProperty("committed").GetInt64(), use.GetProperty("in_doubt").GetInt64());
        Assert.True(committed + doubted > Limit - Each && committed + doubted <= Limit && total <= Calls, $"{total} answered, {committed} booked and {doubted} in doubt of {Limit}.");
        Assert.InRange(doubted, 0, (2 * Chunk) + (Callers * Each)); // A lease and the one that was to take its place, and what was open.
        Assert.InRange(total, Calls - (2 * Chunk / Each) - Callers, Calls);
        Assert.DoesNotContain(answeredAt, began => began > firstSpent); // Nobody was told that it is spent while somebody had some left.
        await VerifiedAsync();
    }

    private async Task<IReadOnlyList<JsonElement>> EntriesAsync(string grant, string kind) =>
        [.. (await house.Gateway.RunAsync("audit", "--grant", grant, "--kind", kind, "--limit", "1000", "--json")).Json.GetProperty("entries").EnumerateArray()];

    private async Task VerifiedAsync() => Assert.All(await Task.WhenAll(house.All.Select(one => one.RunAsync("audit", "verify"))), audit => Assert.True(audit.ExitCode == 0, audit.Output + audit.Error));

    private static async Task UntilAsync(Func<bool> holds)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        while (!holds())
        {
            Assert.True(await timer.WaitForNextTickAsync(patience.Token));
        }
    }
}
