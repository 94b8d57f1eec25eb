using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>
/// B-12 and B-13 with leases, on real processes: nothing is decided after a revocation, and a process that dies takes no more of a budget with it than it had leased. CAUSEWAY_SOAK has the revocation
/// under 1,000 requests a second, so often that the slowest of a hundred instances is known.
/// </summary>
public sealed class LeaseProofTests(LeaseHouse house) : IClassFixture<LeaseHouse>
{
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is not null;
    private static readonly (int PerSecond, int Runs) s_load = s_isSoak ? (1_000, 34) : (60, 1); // Ten a second on each instance is what a lease takes.
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_hard = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task B_12_Under_load_no_request_and_no_lease_is_decided_after_a_revocation_and_nobody_is_answered_a_second_later()
    {
        List<TimeSpan> last = [];
        for (int run = 0; run < s_load.Runs; run++)
        {
            last.AddRange(await RevokeAsync(house.All[run % house.All.Count]));
        }

        last.Sort();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"From a revocation to an instance's last answer, {last.Count} times at {s_load.PerSecond} requests a second: p50 {last[last.Count / 2].TotalMilliseconds:0} ms, p99 {last[(int)((last.Count - 1) * 0.99)].TotalMilliseconds:0} ms, at most {last[^1].TotalMilliseconds:0} ms.")); // docs/benchmarks.md has them.
    }

    // How long after it each instance was last sent a request that it answered; 0: not any more.
    private async Task<IEnumerable<TimeSpan>> RevokeAsync(RunningGateway by)
    {
        string grant = await house.Gateway.NewGrantAsync("--requests", "10000000/day");
        string other = await house.Gateway.NewGrantAsync("--requests", "10000000/day", "--concurrent", "10000"); // Which nobody leases.
        (string key, string control) = (await house.Gateway.NewKeyOfAsync(grant), await house.Gateway.NewKeyOfAsync(other));
        using RolloutLoad load = new(house.All, key, RolloutLoad.Plain, s_load.PerSecond);
        using RolloutLoad untouched = new(house.All, control, RolloutLoad.Plain, s_load.PerSecond / 10);
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while ((await EntriesAsync(grant, "lease_taken")).Select(entry => entry.GetProperty("actor").GetString()).Distinct().Count() < house.All.Count)
        {
            await load.UntilAsync(DateTimeOffset.UtcNow + s_look);
            patience.Token.ThrowIfCancellationRequested();
        }

        CommandRun revoke = await by.RunAsync("grant", "revoke", grant, "--reason", "it leaked");
        Assert.True(revoke.ExitCode == 0, revoke.Output + revoke.Error + by.Process.Error.Text);
        await load.UntilAsync(DateTimeOffset.UtcNow + (2 * s_hard)); // From when the command was told that it is done.
        (Sent[] sent, Sent[] others) = (await load.StopAsync(), await untouched.StopAsync());
        JsonElement use = await house.Gateway.SettledAsync(grant); // What was drawn is told by then.

        JsonElement revocation = (await EntriesAsync(grant, "grant_changed"))[^1];
        (long at, DateTimeOffset t0) = (revocation.GetProperty("seq").GetInt64(), revocation.GetProperty("at").GetDateTimeOffset());

        // Its second begins where the store has it. Beside other tests the disk may take its time for that: whoever is told of it first says that it has it by then. A load
        // that the machine held up between its look at the clock and its request seems to have been told before it was decided.
        DateTimeOffset told = sent.Where(one => one.Error == "grant_revoked").Min(one => one.At + one.Took);
        DateTimeOffset known = told > t0 ? told : t0;
        Assert.DoesNotContain(sent, one => one.Status == 200 && one.At > known + s_hard);
        Assert.Contains(sent, one => one.Status == 403 && one.Error == "grant_revoked" && one.At > known + s_hard);
        Assert.Empty(await EntriesAsync(grant, "lease_taken", at));
        Assert.DoesNotContain(await EntriesAsync(grant, "reserved", at), WasDecidedThen);
        Assert.True(use.GetProperty("committed").GetInt64() >= sent.Count(one => one.Status == 200), use.ToString());

        // The control: the same of a grant that nobody revoked.
        Assert.All(others, one => Assert.True(one.Status == 200, one.ToString()));
        Assert.Contains(others, one => one.At > known + s_hard);
        Assert.Contains(await EntriesAsync(other, "reserved", at), WasDecidedThen);
        await VerifiedAsync();
        return house.All.Select(one => sent.Where(request => request.Gateway == one && request.Status == 200 && request.At > t0).Select(request => request.At - t0).DefaultIfEmpty().Max());
    }

    // What was drawn from a lease was decided before, and is told afterwards.
    private static bool WasDecidedThen(JsonElement reserved) => !reserved.TryGetProperty("lease", out JsonElement lease) || lease.ValueKind == JsonValueKind.Null;

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

    // The newest, or all that came after a place.
    private async Task<IReadOnlyList<JsonElement>> EntriesAsync(string grant, string kind, long? after = null)
    {
        List<JsonElement> entries = [];
        while (true)
        {
            string place = after is { } seq ? string.Create(CultureInfo.InvariantCulture, $"&after={(entries.Count > 0 ? entries[^1].GetProperty("seq").GetInt64() : seq)}") : "";
            JsonElement[] page = [.. (await house.Gateway.GetAsync($"audit?grant={grant}&kind={kind}&limit=1000{place}")).GetProperty("entries").EnumerateArray()];
            entries.AddRange(page);
            if (after is null || page.Length < 1000)
            {
                return entries;
            }
        }
    }

    private async Task VerifiedAsync() => Assert.All(await Task.WhenAll(house.All.Select(one => one.RunAsync("audit", "verify"))), audit => Assert.True(audit.ExitCode == 0, audit.Output + audit.Error));
}
