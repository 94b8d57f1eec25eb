using Causeway.Gateway.Alerts;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Sentinel;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Rollouts;
using Causeway.Releases.Sentinel;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Sentinel;

/// <summary>The sentinel beside a house with a channel, <c>support</c>, that the simulator answers, with books of its own.</summary>
internal sealed class SentinelHouse : IAsyncDisposable
{
    public const string Pin = $"good/{RollbackHouse.Model}";

    private SentinelHouse(RollbackHouse back)
    {
        Back = back;
        Recorder = new OwnedJournal(Books, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        Book = new SentinelBook(back.Store, back.House.Gateway.Eye);
        Rollouts = new ReleaseDesk(back.Store, back.Store, back.Store, back.House.Policies, back.House.Gateway, RollbackHouse.Name, new InstanceBoard(store: null, TimeProvider.System), TimeProvider.System, NullLogger<ReleaseDesk>.Instance) { Sentinel = Book };
        UsedPins used = new(back.Store, back.House.Policies);
        News = new SentinelNews(back.Store, Rollouts, Book, used, back.House.Policies, new ReleaseNews(null, back.House.Meters), TimeProvider.System, NullLogger<SentinelNews>.Instance);
        Desk = new SentinelDesk(Book, News, used, SentinelTimetable.Default, Recorder, back.House.Policies, back.Lease, TimeProvider.System, NullLogger<SentinelDesk>.Instance);
        Watch = new SentinelWatch(Desk, Book, News, back.House.Gateway.Eye, back.House.Policies, Leadership.Alone(), TimeProvider.System, NullLogger<SentinelWatch>.Instance);
    }

    public RollbackHouse Back { get; }

    public GatewayHouse House => Back.House;

    public MemoryUsageStore Books { get; } = new();

    public Journal Recorder { get; }

    public SentinelBook Book { get; }

    /// <summary>A desk that knows of drift.</summary>
    public ReleaseDesk Rollouts { get; }

    public SentinelNews News { get; }

    public SentinelDesk Desk { get; }

    public SentinelWatch Watch { get; }

    public WatchedPin? Watched => Book.Find("good", RollbackHouse.Model);

    public static async Task<SentinelHouse> OpenAsync() => new(await RollbackHouse.OpenAsync(new Uri("http://127.0.0.1:1"), pointAtBad: false));

    /// <summary>Asks the channel, and lets the watch judge what the answer said of itself.</summary>
    public async Task AskAsync(int times = 1)
    {
        for (int i = 0; i < times; i++)
        {
            Assert.Equal(200, (await House.AskAsync(i % 2 == 0 ? RollbackHouse.Chat : RollbackHouse.ChatStream)).Status);
            await House.RecordsAsync();
            while (House.Gateway.Eye.Said.TryRead(out PinSaid? said))
            {
                await Watch.TakeAsync(said, GatewayHouse.Token);
            }
        }
    }

    /// <summary>Runs to the end.</summary>
    public async Task<SentinelRun> RunAsync(bool baseline, long? maxNanoUsd = null)
    {
        UsedPin used = (await Desk.UsedAsync(GatewayHouse.Token)).Single(one => one.Pin.ToString() == Pin);
        SentinelPlan? plan = Desk.PlanOf(used, baseline, maxNanoUsd);
        Assert.NotNull(plan);
        Assert.True(Desk.TryStart(used, plan, "noor", "test", out SentinelRun run));
        await run.Over.WaitAsync(TimeSpan.FromSeconds(60), GatewayHouse.Token);
        return run;
    }

    public async ValueTask DisposeAsync()
    {
        Watch.Dispose();
        await Desk.DisposeAsync();
        await Recorder.DisposeAsync();
        await Back.DisposeAsync();
    }
}
