using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>The way of real processes to their server is cut or slow, or the server hangs: who may go on, for how long, and that nothing is lost.</summary>
public sealed class FleetStoreTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    private const string Announces = "  announce: 1s\n";
    private const int Bound = 100;
    private static readonly TimeSpan s_hard = TimeSpan.FromMilliseconds(1_100); // A second, and a beat's half.

    [Fact]
    public async Task One_that_is_cut_off_goes_on_as_its_grants_allow_and_tells_afterwards()
    {
        using FaultProxy way = new(house.Server.Port);
        RunningGateway cut = await house.JoinThroughAsync(way.Port);
        string grant = await house.Gateway.NewGrantAsync("--usd", "500/day");
        string limited = await house.Gateway.NewKeyOfAsync(grant);
        string unlimited = await house.Gateway.NewKeyOfAsync(await house.Gateway.NewGrantAsync("--class", "small"));
        string soft = await house.Gateway.NewKeyOfAsync(await house.Gateway.NewGrantAsync("--usd", "5/day", "--enforcement", "soft"));
        CommandRun doomed = await house.Gateway.RunAsync("key", "new", "--team", "cut", "--feature", "f", "--env", "dev", "--json");
        string free = doomed.Json.GetProperty("key").GetString()!;
        Assert.All(await Task.WhenAll(((string[])[limited, soft, free, unlimited]).Select(key => Ask.SendAsync(cut, key, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(200, answer.Status));

        using RolloutLoad withLimit = new([cut, house.Gateway], limited, RolloutLoad.Plain, perSecond: 20);
        using RolloutLoad withNone = new([cut, house.Gateway], unlimited, RolloutLoad.Plain, perSecond: 20);
        await Task.WhenAll(withLimit.UntilEachAnsweredAsync(), withNone.UntilEachAnsweredAsync());
        DateTimeOffset cutAt = DateTimeOffset.UtcNow;
        way.Cut();
        Assert.All(await Task.WhenAll(((string[])[soft, free, free]).Select(key => Ask.SendAsync(cut, key, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(200, answer.Status));
        await Task.WhenAll(((RolloutLoad[])[withLimit, withNone]).Select(load => load.UntilAsync(cutAt + (2 * s_hard))));
        using (HttpResponseMessage ready = await cut.Admin.GetAsync("/readyz"))
        {
            Assert.Equal(503, (int)ready.StatusCode);
        }

        AssertClosed(await withLimit.StopAsync(), cut, cutAt, ["journal_failed", "store_unavailable"]);
        AssertClosed(await withNone.StopAsync(), cut, cutAt, ["store_unavailable"]);
        CommandRun revoked = await house.Gateway.RunAsync("key", "revoke", doomed.Json.GetProperty("id").GetString()!);
        Assert.Contains(" instances so far", revoked.Error, StringComparison.Ordinal);
        way.Mend();

        await UntilRefusedAsync(cut, free);
        await cut.UntilStatusAsync(unlimited, 200);
        await house.Gateway.UntilUsedAsync(grant, use => use.GetProperty("committed").GetInt64() > 0 && use.GetProperty("held").GetInt64() == 0);
        Assert.Equal(3, (await cut.UsageAsync()).Count(record => record.GetProperty("team").GetString() == "cut")); // Of the one that answered: it is told what it has on its way into the books, the others what is there.
        await house.EndAsync(cut);
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
    }

    // A standby that had not everything, or a backup: it has as many changes as everybody has seen, and other ones.
    [Fact]
    public async Task A_policy_that_went_back_and_on_is_read_anew_by_everybody()
    {
        await UntilReadyAsync(house.Gateway, TestContext.Current.CancellationToken);
        (string ended, string endedId) = await NewKeyAsync("ended");
        (string revoked, string revokedId) = await NewKeyAsync("revoked");
        string newest = await house.Server.SqlAsync(house.Database, "SELECT max(revision) FROM causeway.policy_changes");
        (string gone, string goneId) = await NewKeyAsync("gone");
        Assert.Equal(0, (await house.All[1].RunAsync("key", "revoke", revokedId)).ExitCode);
        await Task.WhenAll(house.All.Select(one => one.UntilStatusAsync(revoked, 401)));
        await Task.WhenAll(house.All.Select(one => one.UntilStatusAsync(gone, 200)));

        await house.Server.SqlAsync(
            house.Database,
            $"BEGIN; DELETE FROM causeway.keys WHERE id = '{Uuid(goneId)}'; DELETE FROM causeway.policy_changes WHERE revision > {newest}; UPDATE causeway.keys SET revoked_at = 1 WHERE id = '{Uuid(endedId)}'; UPDATE causeway.keys SET revoked_at = NULL WHERE id = '{Uuid(revokedId)}'; COMMIT");

        await Task.WhenAll(house.All.Select(one => one.UntilStatusAsync(ended, 401)));
        await Task.WhenAll(house.All.Select(one => one.UntilStatusAsync(gone, 401)));
        Assert.All(await Task.WhenAll(house.All.Select(one => Ask.SendAsync(one, revoked, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(401, answer.Status)); // No store takes it back by having forgotten it.
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        Assert.All( // The log is written behind what it tells of.
            await Task.WhenAll(house.All.Select(one => one.Process.Error.FirstAsync(line => line.Contains("All of it is read anew", StringComparison.Ordinal), patience.Token))), Assert.NotNull);

        static string Uuid(string id) => id["key_".Length..];

        async Task<(string Key, string Id)> NewKeyAsync(string feature)
        {
            JsonElement made = (await house.Gateway.RunAsync("key", "new", "--team", "history", "--feature", feature, "--env", "dev", "--json")).Json;
            return (made.GetProperty("key").GetString()!, made.GetProperty("id").GetString()!);
        }
    }

    [Fact]
    public async Task A_server_that_hangs_is_told_in_seconds_and_what_was_done_meanwhile_is_booked()
    {
        await UntilReadyAsync(house.Gateway, TestContext.Current.CancellationToken); // Another test may have been in its way to the server.
        string hard = await house.Gateway.NewKeyOfAsync(await house.Gateway.NewGrantAsync("--usd", "5/day"));
        string free = await house.Gateway.NewKeyAsync("frozen");
        Assert.All(await Task.WhenAll(((string[])[hard, free]).Select(key => Ask.SendAsync(house.All[1], key, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(200, answer.Status));
        try
        {
            await house.Server.FreezeAsync();
            var waited = Stopwatch.StartNew();
            (int status, string text, _) = await Ask.SendAsync(house.All[1], hard, Ask.Chat, Ask.ChatBody());
            Assert.True(status == 503 && (text.Contains("journal_failed", StringComparison.Ordinal) || text.Contains("store_unavailable", StringComparison.Ordinal)) && waited.Elapsed < TimeSpan.FromSeconds(20), $"{status} after {waited.Elapsed}: {text}");
            Assert.Equal(200, (await Ask.SendAsync(house.All[1], free, Ask.Chat, Ask.ChatBody(stream: true))).Status);
        }
        finally
        {
            await house.Server.ThawAsync();
        }

        await UntilAllAnswerAsync(hard);
        Assert.Equal(2, (await house.All[1].UsageAsync()).Count(record => record.GetProperty("team").GetString() == "frozen"));
    }

    [Fact]
    public async Task Where_as_much_waits_to_be_booked_as_may_nothing_new_is_started_and_nothing_is_lost()
    {
        RunningGateway bounded = await house.JoinWithAsync(Announces, Announces + $"  unbooked_records: {Bound}\n");
        string hard = await house.Gateway.NewKeyOfAsync(await house.Gateway.NewGrantAsync("--usd", "5/day"));
        string free = await house.Gateway.NewKeyAsync("pressure");
        Assert.All(await Task.WhenAll(((RunningGateway[])[bounded, house.Gateway]).Select(one => Ask.SendAsync(one, free, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(200, answer.Status));
        int answered = 2;
        try
        {
            await house.Server.FreezeAsync();
            string code = "";
            for (int taken = 0; code.Length == 0; answered += code.Length == 0 ? 1 : 0, taken++)
            {
                Assert.InRange(taken, 0, Bound);
                (int status, string text, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(bounded, free, Ask.Chat, Ask.ChatBody());
                code = status == 200 ? "" : headers.GetValues("x-causeway-error").Single();
                Assert.True(code is "" or "books_unavailable", $"{status} {text}");
            }

            // Whoever asks all the same is refused, and fills nothing. The control: one with more room goes on.
            for (int round = 0; round < 20; round++)
            {
                Assert.All(await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Ask.SendAsync(bounded, free, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(503, answer.Status));
                Assert.Equal(200, (await Ask.SendAsync(house.Gateway, free, Ask.Chat, Ask.ChatBody())).Status);
                answered++;
            }

            Assert.InRange(await UnbookedAsync(bounded), Bound, Bound + 10);
        }
        finally
        {
            await house.Server.ThawAsync();
        }

        await bounded.UntilStatusAsync(free, 200);
        await UntilAllAnswerAsync(hard);
        answered++;
        Assert.Equal(answered, (await bounded.UsageAsync()).Count(record => record.GetProperty("team").GetString() == "pressure" && record.GetProperty("status").GetInt32() == 200));
        await UntilAllIsBookedAsync(bounded);
        await house.EndAsync(bounded);
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
    }

    // Its own bill is the provider's; the control of the restart is that until then nothing of it is booked.
    [Fact]
    public async Task What_one_did_while_it_was_cut_off_is_booked_though_it_was_killed_meanwhile()
    {
        using FaultProxy way = new(house.Server.Port);
        RunningGateway cut = await house.JoinThroughAsync(way.Port);
        string grant = await house.Gateway.NewGrantAsync("--usd", "5/day", "--enforcement", "soft");
        string soft = await house.Gateway.NewKeyOfAsync(grant, "outage");
        string free = await house.Gateway.NewKeyAsync("outage");
        string[] keys = [soft, free, soft, soft, free, soft];
        long billed = await BilledAsync();
        Assert.All(await Task.WhenAll(keys.Select(key => Ask.SendAsync(cut, key, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(200, answer.Status));
        way.Cut();
        Assert.All(await Task.WhenAll(keys.Select(key => Ask.SendAsync(cut, key, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(200, answer.Status));
        await UntilKeptAsync(cut);

        cut.Process.Send(PosixSignal.Kill);
        await cut.Process.EndAsync();
        await house.EndedAsync(cut);
        IReadOnlyList<JsonElement> before = await OutageAsync(house.Gateway);
        way.Mend();
        RunningGateway next = await house.JoinThroughAsync(way.Port);
        IReadOnlyList<JsonElement> booked = await OutageAsync(next);

        Assert.InRange(before.Count, 0, keys.Length); // The control.
        Assert.Equal((2 * keys.Length, 2 * keys.Length), (booked.Count, (int)(await BilledAsync() - billed)));
        long cost = Assert.Single(booked.Select(record => record.GetProperty("cost_nano_usd").GetInt64()).Distinct());
        Assert.True(cost > 0);
        await next.UntilUsedAsync(grant, use => (8 * cost, 0, 0) == (use.GetProperty("committed").GetInt64(), use.GetProperty("held").GetInt64(), use.GetProperty("in_doubt").GetInt64()));
        CommandRun audit = await next.RunAsync("audit", "--kind", "outage_booked", "--json");
        Assert.True(audit.ExitCode == 0 && audit.Output.Contains("outage_booked", StringComparison.Ordinal), audit.Output + audit.Error);
        await house.EndAsync(next);
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);

        async Task<long> BilledAsync() => (await house.Providers.BillAsync()).GetProperty("total").GetProperty("requests").GetInt64();

        static async Task<IReadOnlyList<JsonElement>> OutageAsync(RunningGateway one) =>
            [.. (await one.UsageAsync()).Where(record => record.GetProperty("feature").GetString() == "outage" || record.GetProperty("team").GetString() == "outage")];
    }

    // F-33: as from another continent.
    [Fact]
    public async Task By_a_slow_way_a_decision_takes_its_time_and_no_more_is_given_than_there_is()
    {
        using FaultProxy way = new(house.Server.Port);
        RunningGateway slow = await house.JoinThroughAsync(way.Port);
        RunningGateway[] all = [.. house.All];
        string grant = await house.Gateway.NewGrantAsync("--requests", "60/day");
        string limited = await house.Gateway.NewKeyOfAsync(grant);
        string free = await house.Gateway.NewKeyAsync("slow");
        Assert.All(await Task.WhenAll(((string[])[limited, free]).Select(key => Ask.SendAsync(slow, key, Ask.Chat, Ask.ChatBody()))), answer => Assert.Equal(200, answer.Status));
        way.Delay = TimeSpan.FromMilliseconds(300);

        var waited = Stopwatch.StartNew();
        (int first, _, _) = await Ask.SendAsync(slow, limited, Ask.Chat, Ask.ChatBody());
        TimeSpan decided = waited.Elapsed;
        waited.Restart();
        (int second, _, _) = await Ask.SendAsync(slow, free, Ask.Chat, Ask.ChatBody());
        TimeSpan undecided = waited.Elapsed;
        (int Status, string Text, System.Net.Http.Headers.HttpResponseHeaders Headers)[] answers =
            await Task.WhenAll(Enumerable.Range(0, 120).Select(i => Ask.SendAsync(all[i % all.Length], limited, Ask.Chat, Ask.ChatBody(stream: i % 2 == 0))));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"By 300 ms a round trip: under a limit {decided.TotalMilliseconds:0} ms, without one {undecided.TotalMilliseconds:0} ms."));

        Assert.Equal((200, 200), (first, second));
        Assert.True(decided > way.Delay && undecided < way.Delay, $"{decided} under a limit, {undecided} without one.");
        Assert.Equal(58, answers.Count(answer => answer.Status == 200));
        Assert.Equal(62, answers.Count(answer => answer.Status is 402 or 429));
        await slow.UntilUsedAsync(grant, use => use.GetProperty("committed").GetInt64() == 60 && use.GetProperty("held").GetInt64() == 0 && use.GetProperty("in_doubt").GetInt64() == 0);
        Assert.Equal(2, (await slow.UsageAsync()).Count(record => record.GetProperty("team").GetString() == "slow"));
        way.Delay = TimeSpan.Zero;
        await house.EndAsync(slow);
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
    }

    // What begins a second later is refused, with the reason. The control: until then it was not, and at another instance it never is.
    private static void AssertClosed(Sent[] sent, RunningGateway cut, DateTimeOffset cutAt, string[] reasons)
    {
        Assert.Contains(sent, one => one.Gateway == cut && one.Status == 200 && one.At < cutAt);
        Sent[] later = [.. sent.Where(one => one.Gateway == cut && one.At > cutAt + s_hard)];
        Assert.NotEmpty(later);
        Assert.All(later, one => Assert.True(one.Status == 503 && reasons.Contains(one.Error), one.ToString()));
        Assert.All(sent.Where(one => one.Gateway != cut), one => Assert.True(one.Status == 200, one.ToString()));
    }

    private async Task UntilAllAnswerAsync(string hard)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        foreach (RunningGateway one in house.All)
        {
            do
            {
                await UntilReadyAsync(one, patience.Token); // A refused request is booked too: asking again and again would push the others off the page.
            }
            while ((await Ask.SendAsync(one, hard, Ask.Chat, Ask.ChatBody())).Status != 200);
        }
    }

    private static async Task UntilReadyAsync(RunningGateway one, CancellationToken patience)
    {
        while (true)
        {
            using HttpResponseMessage ready = await one.Admin.GetAsync("/readyz", patience);
            if (ready.IsSuccessStatusCode)
            {
                return;
            }
        }
    }

    // Everything that waits is on its own disk.
    private static async Task UntilKeptAsync(RunningGateway one)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            using HttpResponseMessage ready = await one.Admin.GetAsync("/readyz", patience.Token);
            string[] words = (await ready.Content.ReadAsStringAsync(patience.Token)).Split(' ');
            if (Array.IndexOf(words, "wait,") is > 0 and int at && words[at - 2] == words[at + 1])
            {
                return;
            }
        }
    }

    private static async Task UntilRefusedAsync(RunningGateway gateway, string key)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            using HttpRequestMessage models = new(HttpMethod.Get, new Uri(gateway.Address, "/v1/models")) { Headers = { Authorization = new("Bearer", key) } };
            if ((await Ask.SendAsync(models)).Status == 401)
            {
                return;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    // What is told of it may be a moment old: answers of /metrics are kept for 300 ms.
    private static async Task UntilAllIsBookedAsync(RunningGateway gateway)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(30));
        using PeriodicTimer looks = new(TimeSpan.FromMilliseconds(50));
        while (await UnbookedAsync(gateway) > 0)
        {
            await looks.WaitForNextTickAsync(patience.Token);
        }
    }

    private static async Task<int> UnbookedAsync(RunningGateway gateway) => int.Parse(
        (await gateway.Admin.GetStringAsync("/metrics")).Split('\n').Single(line => line.StartsWith("causeway_records_unbooked", StringComparison.Ordinal)).Split(' ')[^1], CultureInfo.InvariantCulture);
}
