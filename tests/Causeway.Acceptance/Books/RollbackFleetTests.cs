using System.Collections.Concurrent;
using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>A rollback under load on three processes and one PostgreSQL server. Once in every run; CAUSEWAY_SOAK has the twenty runs.</summary>
public sealed class RollbackFleetTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    private static readonly bool s_isSoak = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is not null;
    private static readonly TimeSpan s_hard = TimeSpan.FromSeconds(1);

    // A1.
    [Fact]
    public async Task Under_load_no_request_fails_and_none_reaches_the_candidate_a_second_later()
    {
        int runs = s_isSoak ? 20 : 1;
        int within = 0;
        string key = await house.Gateway.NewKeyAsync("a1");
        (string good, string bad) = await ChannelAsync("a1");
        for (int run = 0; run < runs; run++)
        {
            await StartAsync("a1", bad);
            using Load load = new(house.All, key, "a1");
            await load.UntilAllServeAsync(bad); // The control: until now every instance gives it to half of them.
            CommandRun rolled = await house.All[run % 3].RunAsync("rollback", "a1", "--reason", "worse answers", "--json");
            Assert.True(rolled.ExitCode == 0, rolled.Error + rolled.Output);
            DateTimeOffset t0 = rolled.Json.GetProperty("t0").GetDateTimeOffset();
            await load.UntilAsync(t0 + (2 * s_hard));
            Sent[] sent = await load.StopAsync();

            Assert.All(sent, one => Assert.True(one.Status == 200, $"{one.Status} at {one.At:O}"));
            Assert.DoesNotContain(sent, one => one.Release == bad && one.At > t0 + s_hard);
            Assert.Contains(sent, one => one.Release == good && one.At > t0 + s_hard);
            within += sent.Any(one => one.Release == bad && one.At > t0 + TimeSpan.FromMilliseconds(250)) ? 0 : 1;
            Assert.Equal(0, (await house.Gateway.RunAsync("quarantine", "lift", bad, "--reason", "next run")).ExitCode);
        }

        Assert.True(!s_isSoak || within >= 19, $"In {within} of 20 runs the candidate was reached by none more than 250 ms later.");
    }

    // A2: by its lease, and the command says who it is.
    [Fact]
    public async Task One_that_is_cut_off_stops_by_itself_and_is_named()
    {
        using FaultProxy way = new(house.Server.Port);
        RunningGateway cut = await house.JoinThroughAsync(way.Port);
        string key = await house.Gateway.NewKeyAsync("a2");
        (string good, string bad) = await ChannelAsync("a2");
        try
        {
            await StartAsync("a2", bad);
            using Load load = new([cut], key, "a2");
            await load.UntilAllServeAsync(bad);

            DateTimeOffset cutAt = DateTimeOffset.UtcNow;
            way.Cut();
            CommandRun rolled = await house.All[0].RunAsync("rollback", "a2", "--reason", "worse answers", "--json");
            await load.UntilAsync(cutAt + (3 * s_hard));
            Sent[] sent = await load.StopAsync();

            Assert.Equal(3, rolled.ExitCode);
            Assert.Single(JsonElement.Parse(rolled.Output).GetProperty("instances").EnumerateArray(), one => one.GetProperty("applied_at").ValueKind == JsonValueKind.Null);
            Assert.All(sent, one => Assert.True(one.Status == 200, $"{one.Status} at {one.At:O}"));
            Assert.DoesNotContain(sent, one => one.Release == bad && one.At > cutAt + TimeSpan.FromMilliseconds(1_100));
            Assert.Contains(sent, one => one.Release == good && one.At > cutAt + TimeSpan.FromMilliseconds(1_100));
        }
        finally
        {
            way.Mend();
            cut.Process.Send(PosixSignal.Terminate);
            await cut.Process.EndAsync();
            await house.EndedAsync(cut);
        }
    }

    // A4.
    [Fact]
    public async Task One_that_starts_while_it_is_rolled_back_gives_its_first_answer_from_base()
    {
        string key = await house.Gateway.NewKeyAsync("a4");
        (string good, string bad) = await ChannelAsync("a4");
        await StartAsync("a4", bad);
        Task<RunningGateway> joining = house.JoinAsync();
        CommandRun rolled = await house.All[0].RunAsync("rollback", "a4", "--reason", "worse answers", "--json");
        RunningGateway joined = await joining;

        for (int unit = 0; unit < 20; unit++)
        {
            Assert.Equal((200, good), await ServedAsync(joined, key, "a4", unit));
        }

        Assert.True(rolled.ExitCode is 0 or 3, rolled.Error); // 3: it was there already, and not yet as far.
        joined.Process.Send(PosixSignal.Terminate);
        Assert.Equal(0, await joined.Process.EndAsync());
        await house.EndedAsync(joined);
    }

    private async Task<(string Good, string Bad)> ChannelAsync(string name)
    {
        string good = await house.Gateway.NewReleaseAsync("openai/gpt-5.4-mini");
        string bad = await house.Gateway.NewReleaseAsync("openai/gpt-5.4");
        Assert.Equal(0, (await house.Gateway.RunAsync("channel", "new", name, "--release", good)).ExitCode);
        return (good, bad);
    }

    private async Task StartAsync(string channel, string candidate)
    {
        CommandRun started = await house.All[1].RunAsync("rollout", "start", channel, "--to", candidate, "--percent", "50", "--skip-drill", "--force", "--reason", "it is rehearsed here"); // By force: one that another test has ended may not have been forgotten yet.
        Assert.True(started.ExitCode == 0, started.Error);
    }

    private static async Task<(int Status, string? Release)> ServedAsync(RunningGateway gateway, string key, string channel, int unit)
    {
        string body = $$"""{"model":"{{channel}}","user":"unit-{{unit}}","messages":[{"role":"user","content":"Hello"}]}""";
        (int status, _, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(gateway, key, Ask.Chat, body);
        return (status, headers.TryGetValues("x-causeway-release", out IEnumerable<string>? release) ? release.First() : null);
    }

    private sealed record Sent(DateTimeOffset At, RunningGateway Gateway, int Status, string? Release);

    /// <summary>Callers of every instance, each with its next request when it has its answer, until they are stopped.</summary>
    private sealed class Load : IDisposable
    {
        private const int PerInstance = 2;
        private readonly IReadOnlyList<RunningGateway> _all;
        private readonly ConcurrentQueue<Sent> _sent = new();
        private readonly CancellationTokenSource _over = new();
        private readonly CancellationTokenSource _patience = new(TimeSpan.FromSeconds(60));
        private readonly Task[] _callers;
        private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Load(IReadOnlyList<RunningGateway> all, string key, string channel)
        {
            _all = [.. all];
            _callers = [.. _all.SelectMany(one => Enumerable.Range(0, PerInstance).Select(i => Task.Run(async () =>
            {
                for (int unit = i; !_over.IsCancellationRequested; unit += PerInstance)
                {
                    DateTimeOffset at = DateTimeOffset.UtcNow;
                    (int status, string? release) = await ServedAsync(one, key, channel, unit % 500);
                    _sent.Enqueue(new Sent(at, one, status, release));
                    Interlocked.Exchange(ref _next, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
                }
            })))];
        }

        public Task UntilAllServeAsync(string release) => UntilAsync(() => _all.All(one => _sent.Any(sent => sent.Gateway == one && sent.Release == release)));

        public Task UntilAsync(DateTimeOffset at) => UntilAsync(() => _sent.Any(sent => sent.At > at));

        public async Task<Sent[]> StopAsync()
        {
            await _over.CancelAsync();
            await Task.WhenAll(_callers);
            return [.. _sent];
        }

        public void Dispose()
        {
            _over.Cancel();
            _over.Dispose();
            _patience.Dispose();
        }

        private async Task UntilAsync(Func<bool> holds)
        {
            while (!holds())
            {
                await Volatile.Read(ref _next).Task.WaitAsync(_patience.Token);
            }
        }
    }
}
