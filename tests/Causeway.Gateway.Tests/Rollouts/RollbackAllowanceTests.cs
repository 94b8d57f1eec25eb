using System.Collections.Frozen;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Alerts;
using Causeway.Gateway.Instances;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Channels;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;
using Causeway.Releases.Timeline;
using Causeway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Rollouts;

/// <summary>E3: base is four times as dear, and the budget is nearly used up.</summary>
public sealed class RollbackAllowanceTests
{
    private const int OutputTokens = 10;
    private const long CheapNanoUsd = 1_000_000; // A request: 0.001 USD.

    private static readonly Saying s_ask = new(Saying.ChatPath, """{"model":"support","max_completion_tokens":10,"messages":[{"role":"user","content":"Tell me about bridges"}]}""");

    [Fact]
    public async Task A_dearer_way_back_trips_no_budget_within_the_allowance_and_stops_beyond_it()
    {
        await using DearHouse house = await DearHouse.OpenAsync(percent: 30);
        Granted payer = await house.SpendAsync();

        RollbackResult back = (await house.Desk.RollBackAsync("support", new RollbackOrder("mira", "it is bad"), dryRun: false, GatewayHouse.Token))!;
        int answered = await UntilStoppedAsync(house, payer);

        RaisedLimit raised = Assert.Single(back.Raised);
        Assert.Equal((payer.Id, 30 * CheapNanoUsd), (raised.Grant, raised.NanoUsd));
        Assert.Equal(TimeSpan.FromHours(24), TimeSpan.FromMinutes(Math.Round((raised.Until - DateTimeOffset.FromUnixTimeMilliseconds(house.House.Store.Events.Last(one => one.Kind == LedgerEventKind.OverlayAdded).AtMs)).TotalMinutes)));
        Assert.InRange(answered, 6, 8); // 0.005 USD were left, and 0.030 were added: at 0.004 a request, less what is held before each.
        Assert.Equal(LedgerEventKind.OverlayAdded, house.House.Store.Events.Single(one => one.Grant == payer.Id && one.Actor == "mira").Kind);
        Assert.Contains(house.Store.Timeline, entry => entry.Kind == TimelineKind.AllowanceGiven && entry.Detail.Contains("1 limit is raised by 30 %", StringComparison.Ordinal));
    }

    // The negative control: the same, and nothing is raised.
    [Fact]
    public async Task Without_the_allowance_the_way_back_is_stopped_at_once()
    {
        await using DearHouse house = await DearHouse.OpenAsync(percent: 0);
        Granted payer = await house.SpendAsync();

        RollbackResult back = (await house.Desk.RollBackAsync("support", new RollbackOrder("mira", "it is bad"), dryRun: false, GatewayHouse.Token))!;

        Assert.Empty(back.Raised);
        Assert.InRange(await UntilStoppedAsync(house, payer), 0, 1);
    }

    [Fact]
    public async Task A_way_back_that_is_cheaper_raises_nothing()
    {
        await using DearHouse house = await DearHouse.OpenAsync(percent: 30, times: 1);
        await house.SpendAsync();

        Assert.Empty((await house.Desk.RollBackAsync("support", new RollbackOrder("mira", "it is bad"), dryRun: false, GatewayHouse.Token))!.Raised);
    }

    [Fact]
    public async Task A_dry_run_says_in_whole_nano_USD_what_an_hour_costs_more()
    {
        await using DearHouse house = await DearHouse.OpenAsync(percent: 30);
        await house.SpendAsync();

        RollbackOutlook outlook = await house.Outlooks.ReadAsync("support", house.Cheap.Id, house.Dear.Id, GatewayHouse.Token);
        RollbackOutlook none = await house.Outlooks.ReadAsync("support", house.Dear.Id, house.Cheap.Id, GatewayHouse.Token);

        Assert.Equal((95, 95 * CheapNanoUsd * 60, 4 * 95 * CheapNanoUsd * 60), (outlook.Requests, outlook.FromNanoUsdPerHour, outlook.ToNanoUsdPerHour)); // Within a minute, which counts as one.
        Assert.Equal(3 * 95 * CheapNanoUsd * 60, outlook.ChangeNanoUsdPerHour);
        Assert.Equal((0, 0L), (none.Requests, none.FromNanoUsdPerHour));
        Assert.Equal(["dev", "eval", "staging", "prod"], outlook.Environments.Select(one => one.Environment));
        Assert.Equal([95], outlook.Environments.Select(one => one.Requests).Where(requests => requests > 0)); // All of one key.
    }

    private static async Task<int> UntilStoppedAsync(DearHouse house, Granted payer)
    {
        for (int answered = 0; answered < 50; answered++)
        {
            Answer answer = await payer.AskAsync(s_ask);
            if (answer.Status != 200)
            {
                Assert.Equal("limit_spent", answer.Error);
                return answered;
            }

            Assert.StartsWith("good/", answer.Header("x-causeway-served-by"), StringComparison.Ordinal);
        }

        return 50;
    }

    /// <summary>A house whose channel is answered by a cheap release, with one before it that is so many times as dear.</summary>
    private sealed class DearHouse : IAsyncDisposable
    {
        private DearHouse(GatewayHouse house, MemoryReleaseStore store, int percent)
        {
            (House, Store) = (house, store);
            Outlooks = new OutlookReader(house.Store, store, house.Policies, TimeProvider.System);
            Desk = new ReleaseDesk(store, store, store, house.Policies, house.Gateway, RollbackHouse.Name, new InstanceBoard(store: null, TimeProvider.System), TimeProvider.System, NullLogger<ReleaseDesk>.Instance)
            {
                Allowance = new RollbackAllowance(Outlooks, house.Ledger, store, house.Policies, new ReleaseNews(null, house.Meters), percent, TimeProvider.System, NullLogger<RollbackAllowance>.Instance),
            };
        }

        public GatewayHouse House { get; }

        public MemoryReleaseStore Store { get; }

        public ReleaseDesk Desk { get; }

        public OutlookReader Outlooks { get; }

        public Release Dear { get; private init; } = null!;

        public Release Cheap { get; private init; } = null!;

        public static async Task<DearHouse> OpenAsync(int percent, int times = 4)
        {
            GatewayHouse house = await GatewayHouse.OpenAsync(new HouseOptions
            {
                Providers = near => [Priced(near.OpenAI("good"), times), Priced(near.OpenAI("bad"), 1)],
                Script = """{"rules":[{"then":{"usage":{"input_uncached":100,"output":10}}}]}""",
            });
            MemoryReleaseStore store = new();
            Release dear = Channels.New("support", [$"good/{RollbackHouse.Model}"]).Release;
            Release cheap = Channels.New("support", [$"bad/{RollbackHouse.Model}"]).Release;
            await store.AddAsync(dear, GatewayHouse.Token);
            await store.AddAsync(cheap, GatewayHouse.Token);
            DateTimeOffset now = TimeProvider.System.GetUtcNow();
            await store.CreateChannelAsync(ReleaseChannel.New("support", dear.Id, UnsupportedFields.Deny, now), GatewayHouse.Token);
            await store.PointChannelAsync(new WantedChannel("support", cheap.Id, UnsupportedFields.Deny), 1, now, GatewayHouse.Token);
            DearHouse made = new(house, store, percent) { Dear = dear, Cheap = cheap };
            house.Gateway.Lease.HoldForever();
            await made.Desk.LoadAsync(GatewayHouse.Token);
            return made;
        }

        /// <summary>A grant of 0.1 USD a month, of which 95 % are used by the cheap release.</summary>
        public async Task<Granted> SpendAsync()
        {
            Granted payer = House.Grant("usd 0.1/month");
            for (int i = 0; i < 95; i++)
            {
                Answer answer = await payer.AskAsync(s_ask);
                Assert.True(answer.Status == 200, answer.Text);
            }

            await House.RecordsAsync();
            return payer;
        }

        public ValueTask DisposeAsync() => House.DisposeAsync();

        private static Provider Priced(Provider provider, int times) => new()
        {
            Name = provider.Name,
            Protocol = provider.Protocol,
            Endpoint = provider.Endpoint,
            Key = provider.Key,
            Timeouts = provider.Timeouts,
            Retries = provider.Retries,
            Prices = new Dictionary<string, ModelPrice> { [RollbackHouse.Model] = new() { List = new Rates { Input = 0, Output = times * CheapNanoUsd / OutputTokens * 1_000_000 } } }.ToFrozenDictionary(),
        };
    }
}
