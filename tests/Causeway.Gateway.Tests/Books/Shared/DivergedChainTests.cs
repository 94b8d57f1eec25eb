using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Inbound;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Books.Shared;

/// <summary>A database that goes back under an instance that runs: a standby that had not everything, a backup.</summary>
public sealed class DivergedChainTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly Random _random = new(1);

    [Fact]
    public void What_is_there_is_read_anew_and_that_something_was_lost_is_a_mismatch()
    {
        SeededScheduler scheduler = new(_random, _time);
        SharedChain chain = new(_time);
        SimulatedStore store = new(chain, new InstanceId(Guid.NewGuid()), _random, _time);
        (SharedJournal? journal, BudgetLedger? ledger) = (null, null);
        GrantId kept = new(Guid.NewGuid());
        GrantId lost = new(Guid.NewGuid());
        Run(async () =>
        {
            journal = new SharedJournal(store, new GatewayLimits(), _time, NullLogger<Journal>.Instance);
            ledger = new BudgetLedger(journal, _time) { Instance = new InstanceId(Guid.NewGuid()) };
            ledger.Join(await store.LoadAsync(CancellationToken.None));
            journal.Join(ledger);
            await ledger.CreateAsync(NewGrant(kept));
            await ledger.CreateAsync(NewGrant(lost));
        });
        Assert.Null(ledger!.Mismatch);

        chain.GoBack(events: 1, lost);
        Assert.True(scheduler.RunUntil(() => ledger.Mismatch is not null, SharedJournal.Look * 10), "It was not noticed.");

        Assert.Equal("1 events are missing", ledger.Mismatch);
        Assert.Equal((true, false), (ledger.Find(kept) is not null, ledger.Find(lost) is not null));
        Run(() => ledger.CreateAsync(NewGrant(lost))); // It goes on, on what there is.
        Assert.Equal(2, chain.Events.Count);
        Assert.NotNull(ledger.Mismatch);

        void Run(Func<Task> act)
        {
            Task task = scheduler.Start(act);
            Assert.True(scheduler.RunUntil(() => task.IsCompleted, TimeSpan.FromMinutes(1)), "It never ended.");
            task.GetAwaiter().GetResult();
        }
    }

    private Grant NewGrant(GrantId id) => new()
    {
        Id = id,
        Kind = GrantKind.Share,
        Holder = new Holder(IsFeature: false, "team"),
        Limits = [new Limit(Meter.Usd, 100, Window.None)],
        DepthLeft = 8,
        CreatedAt = _time.GetUtcNow(),
        CreatedBy = "test",
    };
}
