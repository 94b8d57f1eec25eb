using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>A rollback under load on three processes and one PostgreSQL server. Once in every run; CAUSEWAY_SOAK has the twenty runs, at 1,000 and at 2,000 requests a second.</summary>
public sealed class RollbackFleetTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is not null;
    private static readonly TimeSpan s_hard = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(5);

    // Every run shares its machine with other tests: what they take is no cost of a rollback.
    private static readonly TimeSpan s_smooth = TimeSpan.FromMilliseconds(s_isSoak ? 200 : 1_000);

    // A1.
    [Fact]
    public async Task Under_load_no_request_fails_none_reaches_the_candidate_a_second_later_and_nobody_waits()
    {
        string key = await house.Gateway.NewKeyAsync("a1");
        (string good, string bad) = await house.NewChannelAsync("a1");
        List<string> rough = [];
        foreach (int perSecond in s_isSoak ? [1_000, 2_000] : (int[])[0])
        {
            int within = 0;
            for (int run = 0; run < (s_isSoak ? 20 : 1); run++)
            {
                (Sent[] sent, Span usual, DateTimeOffset t0) = await RollBackAsync("a1", key, bad, run, perSecond, s_watched);

                Assert.All(sent, one => Assert.True(one.Status == 200, one.ToString()));
                Assert.DoesNotContain(sent, one => one.Release == bad && one.At > t0 + s_hard);
                Assert.Contains(sent, one => one.Release == good && one.At > t0 + s_hard);
                Assert.Null(Sent.Fallen(sent));
                TimeSpan last = sent.Where(one => one.Release == bad).Max(one => one.At) - t0;
                within += last > TimeSpan.FromMilliseconds(250) ? 0 : 1;
                string what = $"{perSecond}/s, run {run + 1}: {sent.Length} requests, the candidate was reached last {last.TotalMilliseconds:0} ms after T0. ";
                if (!IsSmooth(sent, usual, t0, out string latency))
                {
                    rough.Add(what + latency);
                }

                TestContext.Current.TestOutputHelper!.WriteLine(what + latency);
            }

            Assert.True(!s_isSoak || within >= 19, $"In {within} of 20 runs the candidate was reached by none more than 250 ms later.");
        }

        Assert.True(rough.Count == 0, string.Join('\n', rough));
    }

    // Its control: a base that is slower than its callers are used to is noticed.
    [Fact]
    public async Task A_base_that_makes_its_callers_wait_is_noticed()
    {
        string key = await house.Gateway.NewKeyAsync("a1-slow");
        (_, string bad) = await house.NewChannelAsync("a1-slow");
        try
        {
            (Sent[] sent, Span usual, DateTimeOffset t0) = await RollBackAsync(
                "a1-slow", key, bad, run: 0, perSecond: 20, TimeSpan.FromSeconds(2), () => house.Providers.ScriptAsync(new { rules = new[] { new { then = new { delay_ms = 3_000 } } } }));

            Assert.False(IsSmooth(sent, usual, t0, out string latency), latency);
        }
        finally
        {
            await house.Providers.ClearAsync();
        }
    }

    // A2: by its lease, and the command says who it is; the others are back as ever.
    [Fact]
    public async Task One_that_is_cut_off_stops_by_itself_and_is_named()
    {
        string key = await house.Gateway.NewKeyAsync("a2");
        (string good, string bad) = await house.NewChannelAsync("a2");
        foreach (int perSecond in s_isSoak ? [1_000, 2_000] : (int[])[0])
        {
            int within = 0;
            for (int run = 0; run < (s_isSoak ? 20 : 1); run++)
            {
                TimeSpan others = await CutOffAsync(key, good, bad, perSecond);
                within += others > TimeSpan.FromMilliseconds(250) ? 0 : 1;
                TestContext.Current.TestOutputHelper!.WriteLine($"{perSecond}/s, run {run + 1}: the others reached the candidate last {others.TotalMilliseconds:0} ms after T0.");
            }

            Assert.True(!s_isSoak || within >= 19, $"In {within} of 20 runs the others reached the candidate no more than 250 ms later.");
        }
    }

    // How long after T0 the others reached the candidate last.
    private async Task<TimeSpan> CutOffAsync(string key, string good, string bad, int perSecond)
    {
        using FaultProxy way = new(house.Server.Port);
        RunningGateway cut = await house.JoinThroughAsync(way.Port);
        RunningGateway[] others = [.. house.All.Where(one => one != cut).Take(2)];
        try
        {
            await house.StartRolloutAsync("a2", bad);
            using RolloutLoad load = new([cut, .. others], key, "a2", perSecond);
            await load.UntilAllServeAsync(bad);

            DateTimeOffset cutAt = DateTimeOffset.UtcNow;
            way.Cut();
            CommandRun rolled = await others[0].RunAsync("rollback", "a2", "--reason", "worse answers", "--json");
            await load.UntilAsync(cutAt + (3 * s_hard));
            Sent[] sent = await load.StopAsync();

            Assert.Equal(3, rolled.ExitCode);
            JsonElement done = JsonElement.Parse(rolled.Output);
            JsonElement missing = Assert.Single(done.GetProperty("instances").EnumerateArray(), one => one.GetProperty("applied_at").ValueKind == JsonValueKind.Null);
            Assert.EndsWith($"/{cut.Process.Id}", missing.GetProperty("instance").GetString(), StringComparison.Ordinal);
            Assert.Equal(done.GetProperty("t0").GetDateTimeOffset() + s_hard, missing.GetProperty("candidate_until").GetDateTimeOffset());
            Assert.All(sent, one => Assert.True(one.Status == 200, one.ToString()));
            Sent[] alone = [.. sent.Where(one => one.Gateway == cut)];
            Assert.DoesNotContain(alone, one => one.Release == bad && one.At > cutAt + TimeSpan.FromMilliseconds(1_100));
            Assert.Contains(alone, one => one.Release == good && one.At > cutAt + TimeSpan.FromMilliseconds(1_100));
            DateTimeOffset t0 = done.GetProperty("t0").GetDateTimeOffset();
            TimeSpan last = sent.Where(one => one.Gateway != cut && one.Release == bad).Max(one => one.At) - t0;
            Assert.InRange(last, TimeSpan.MinValue, s_hard);
            return last;
        }
        finally
        {
            way.Mend();
            cut.Process.Send(PosixSignal.Terminate);
            await cut.Process.EndAsync();
            await house.EndedAsync(cut);
            Assert.Equal(0, (await house.Gateway.RunAsync("quarantine", "lift", bad, "--reason", "next run")).ExitCode);
        }
    }

    [Theory]
    [InlineData("cut", "cut")]
    [InlineData("drain", "draining_streams")]
    public async Task What_each_was_answering_is_counted_wherever_it_ran(string streams, string counted)
    {
        string channel = "met-" + streams;
        string key = await house.Gateway.NewKeyAsync(channel);
        (_, string bad) = await house.NewChannelAsync(channel);
        await house.StartRolloutAsync(channel, bad);
        using (RolloutLoad load = new(house.All, key, channel))
        {
            await load.UntilAllServeAsync(bad);
            await load.StopAsync();
        }

        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { cut = new { at_event = 2, how = "stall" } } } } });
        List<HttpResponseMessage> open = [];
        try
        {
            foreach (RunningGateway one in house.All.Skip(1))
            {
                open.Add(await StreamOfAsync(one, key, channel, bad));
            }

            CommandRun rolled = await house.All[0].RunAsync("rollback", channel, "--streams", streams, "--reason", "worse answers", "--json");

            Assert.True(rolled.ExitCode == 0, rolled.Error + rolled.Output);
            Assert.Equal(open.Count, rolled.Json.GetProperty(counted).GetInt32());
            Assert.Equal([0, 1, 1], rolled.Json.GetProperty("instances").EnumerateArray().Select(one => one.GetProperty(counted).GetInt32()).Order());
        }
        finally
        {
            open.ForEach(one => one.Dispose());
            await house.Providers.ClearAsync();
        }
    }

    // One whose unit meets the candidate; the others' callers leave.
    private static async Task<HttpResponseMessage> StreamOfAsync(RunningGateway one, string key, string channel, string release)
    {
        for (int unit = 0; ; unit++)
        {
            HttpResponseMessage response = await Ask.OpenAsync(one, key, Ask.Chat, $$"""{"model":"{{channel}}","user":"unit-{{unit}}","stream":true,"messages":[{"role":"user","content":"Hello"}]}""");
            if (response.Headers.GetValues("x-causeway-release").Single() == release)
            {
                return response;
            }

            response.Dispose();
        }
    }

    // A4, and its control before: one that starts without a rollback gives the candidate to its first callers.
    [Fact]
    public async Task One_that_starts_while_it_is_rolled_back_gives_its_first_answer_from_base()
    {
        string key = await house.Gateway.NewKeyAsync("a4");
        (string good, string bad) = await house.NewChannelAsync("a4");
        await house.StartRolloutAsync("a4", bad);
        RunningGateway early = await house.JoinAsync();
        Assert.Contains(bad, await FirstAnswersAsync(early, key));

        Task<RunningGateway> joining = house.JoinAsync();
        CommandRun rolled = await house.All[0].RunAsync("rollback", "a4", "--reason", "worse answers", "--json");
        RunningGateway joined = await joining;

        Assert.All(await FirstAnswersAsync(joined, key), release => Assert.Equal(good, release));
        Assert.True(rolled.ExitCode is 0 or 3, rolled.Error); // 3: it was there already, and not yet as far.
        await house.EndAsync(joined);
        await house.EndAsync(early);
    }

    private static async Task<string?[]> FirstAnswersAsync(RunningGateway one, string key)
    {
        string?[] releases = new string?[20];
        for (int unit = 0; unit < releases.Length; unit++)
        {
            (int status, releases[unit], _, _) = await FleetRollout.ServedAsync(one, key, "a4", unit);
            Assert.Equal(200, status);
        }

        return releases;
    }

    private async Task<(Sent[] Sent, Span Usual, DateTimeOffset T0)> RollBackAsync(string channel, string key, string bad, int run, int perSecond, TimeSpan watched, Func<Task>? justBefore = null)
    {
        await house.StartRolloutAsync(channel, bad);
        using RolloutLoad load = new(house.All, key, channel, perSecond);
        await load.UntilAllServeAsync(bad); // The control: until now every instance gives it to half of them.
        DateTimeOffset warm = DateTimeOffset.UtcNow;
        await load.UntilAsync(warm + s_hard);
        Span usual = new(warm, DateTimeOffset.UtcNow);
        await (justBefore?.Invoke() ?? Task.CompletedTask);
        CommandRun rolled = await house.All[run % 3].RunAsync("rollback", channel, "--reason", "worse answers", "--json");
        Assert.True(rolled.ExitCode == 0, rolled.Error + rolled.Output);
        DateTimeOffset t0 = rolled.Json.GetProperty("t0").GetDateTimeOffset();
        await load.UntilAsync(t0 + watched);
        Sent[] sent = await load.StopAsync();
        Assert.Equal(0, (await house.Gateway.RunAsync("quarantine", "lift", bad, "--reason", "next run")).ExitCode);
        return (sent, usual, t0);
    }

    private static bool IsSmooth(Sent[] sent, Span usual, DateTimeOffset t0, out string latency)
    {
        TimeSpan before = Sent.Latency99(sent.Where(one => one.At >= usual.From && one.At < usual.To));
        TimeSpan after = Sent.Latency99(sent.Where(one => one.At >= t0 && one.At < t0 + s_watched));
        latency = $"99 of 100 took {before.TotalMilliseconds:0} ms at most before, and {after.TotalMilliseconds:0} ms after.";
        return after <= (2 * before > s_smooth ? 2 * before : s_smooth);
    }

    // When callers were not disturbed yet.
    private sealed record Span(DateTimeOffset From, DateTimeOffset To);
}
