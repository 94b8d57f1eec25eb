using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Inbound;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Logging.Abstractions;

namespace Causeway.Gateway.Tests.Flow;

/// <summary>What grants that are not enforced hard may start while the store is away: of 5 USD a day 0.10 and 0.50, to the nano-dollar.</summary>
public sealed class OfflineAllowanceTests
{
    private const long SoftNanoUsd = 100_000_000;
    private const long CriticalNanoUsd = 500_000_000;
    private readonly MemoryUsageStore _store = new();

    [Theory]
    [InlineData(Enforcement.Soft, SoftNanoUsd)]
    [InlineData(Enforcement.Critical, CriticalNanoUsd)]
    public async Task Of_the_money_limit_a_soft_grant_has_two_hundredths_and_a_critical_one_ten(Enforcement enforcement, long most)
    {
        await using Journal journal = await FailingAsync();
        OfflineAllowance whole = new(journal);
        OfflineAllowance parts = new(journal);
        GrantNode grant = Node(journal, enforcement, "usd 5/day");

        Assert.True(whole.TryTake(grant, Usd(most)));
        Assert.False(whole.TryTake(grant, Usd(1)));
        Assert.False(new OfflineAllowance(journal).TryTake(grant, Usd(most + 1)));
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(parts.TryTake(grant, Usd(most / 10))));
        Assert.False(parts.TryTake(grant, Usd(1)));
    }

    [Fact]
    public async Task A_request_that_does_not_fit_takes_nothing_from_those_that_do()
    {
        await using Journal journal = await FailingAsync();
        OfflineAllowance allowance = new(journal);
        GrantNode grant = Node(journal, Enforcement.Soft, "usd 5/day");
        Assert.True(allowance.TryTake(grant, Usd(SoftNanoUsd - 10)));

        Assert.False(allowance.TryTake(grant, Usd(11)));
        Assert.True(allowance.TryTake(grant, Usd(10)));
    }

    [Fact]
    public async Task Many_at_once_take_no_more_than_there_is()
    {
        await using Journal journal = await FailingAsync();
        OfflineAllowance allowance = new(journal);
        GrantNode grant = Node(journal, Enforcement.Soft, "usd 5/day");

        bool[] taken = new bool[4_000];
        Parallel.For(0, taken.Length, i => taken[i] = allowance.TryTake(grant, Usd(SoftNanoUsd / 1_000)));

        Assert.Equal(1_000, taken.Count(one => one));
    }

    // The control: it is the outage that bounds them, and the money limit.
    [Fact]
    public async Task While_the_store_is_there_nothing_is_taken_and_the_next_outage_begins_anew()
    {
        await using Journal journal = await FailingAsync();
        OfflineAllowance allowance = new(journal);
        GrantNode grant = Node(journal, Enforcement.Soft, "usd 5/day");
        Assert.True(allowance.TryTake(grant, Usd(SoftNanoUsd)));
        Assert.False(allowance.TryTake(grant, Usd(1)));
        Assert.True(allowance.TryTake(Node(journal, Enforcement.Soft, "requests 10/day"), Usd(long.MaxValue)));

        _store.Failing = false;
        await journal.FlushAsync(GatewayHouse.Token).Soon();
        Assert.True(allowance.TryTake(grant, Usd(CriticalNanoUsd)));
        await FailAsync(journal);

        Assert.True(allowance.TryTake(grant, Usd(SoftNanoUsd)));
        Assert.False(allowance.TryTake(grant, Usd(1)));
    }

    private static Amounts Usd(long nano) => new(nano, 0, 0);

    private static GrantNode Node(Journal journal, Enforcement enforcement, string limit)
    {
        BudgetLedger ledger = new(journal, TimeProvider.System);
        Grant grant = new()
        {
            Id = GrantId.New(DateTimeOffset.UtcNow),
            Holder = new Holder(IsFeature: false, "search"),
            Enforcement = enforcement,
            Limits = [Granted.LimitOf(limit)],
            CreatedAt = DateTimeOffset.UtcNow,
            CreatedBy = "test",
        };
        Assert.Empty(ledger.Create(grant, out _));
        return ledger.Find(grant.Id)!;
    }

    private async Task<Journal> FailingAsync()
    {
        OwnedJournal journal = new(_store, new GatewayLimits(), TimeProvider.System, NullLogger<Journal>.Instance);
        await FailAsync(journal);
        return journal;
    }

    // Who waits for an entry is told that the store did not take it.
    private async Task FailAsync(Journal journal)
    {
        _store.Failing = true;
        await Assert.ThrowsAsync<IOException>(() => journal.Append(new JournalEntry(new LedgerEvent(LedgerEventKind.Denied, 0)), isAwaited: true).Soon());
        Assert.True(journal.Failing);
    }
}
