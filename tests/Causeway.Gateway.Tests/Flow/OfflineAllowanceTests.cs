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

    // The control: it is the outage that bounds them, and their limits.
    [Fact]
    public async Task While_the_store_is_there_nothing_is_taken_and_the_next_outage_begins_anew()
    {
        await using Journal journal = await FailingAsync();
        OfflineAllowance allowance = new(journal);
        GrantNode grant = Node(journal, Enforcement.Soft, "usd 5/day");
        Assert.True(allowance.TryTake(grant, Usd(SoftNanoUsd)));
        Assert.False(allowance.TryTake(grant, Usd(1)));
        Assert.True(allowance.TryTake(Node(journal, Enforcement.Soft), Usd(long.MaxValue)));

        _store.Failing = false;
        await journal.FlushAsync(GatewayHouse.Token).Soon();
        Assert.True(allowance.TryTake(grant, Usd(CriticalNanoUsd)));
        await FailAsync(journal);

        Assert.True(allowance.TryTake(grant, Usd(SoftNanoUsd)));
        Assert.False(allowance.TryTake(grant, Usd(1)));
    }

    [Theory]
    [InlineData("requests 100/day", 2)]
    [InlineData("requests 10/day", 1)]
    [InlineData("tokens 5000/day", 10)]
    [InlineData("tokens_in 1000", 2)]
    [InlineData("tokens_out 1000/month", 2)]
    [InlineData("concurrent 1", 100)] // Nothing that a crash could lose.
    public async Task A_limit_of_whatever_is_counted_bounds_it(string limit, int times)
    {
        await using Journal journal = await FailingAsync();
        OfflineAllowance allowance = new(journal);
        GrantNode grant = Node(journal, Enforcement.Soft, limit);

        int taken = Enumerable.Range(0, 100).Count(_ => allowance.TryTake(grant, new Amounts(0, 5, 5) is var each && limit.StartsWith("tokens_", StringComparison.Ordinal) ? each with { TokensIn = 10, TokensOut = 10 } : each));

        Assert.Equal(times, taken);
    }

    [Fact]
    public async Task Many_grants_below_one_have_together_what_that_one_has_and_one_that_is_refused_takes_nothing_of_it()
    {
        await using Journal journal = await FailingAsync();
        OfflineAllowance allowance = new(journal);
        BudgetLedger ledger = new(journal, TimeProvider.System);
        GrantNode parent = Node(ledger, null, Enforcement.Soft, "usd 5/day");
        GrantNode[] children = [.. Enumerable.Range(0, 4).Select(_ => Node(ledger, parent, Enforcement.Soft, "usd 4/day"))];
        GrantNode open = Node(ledger, parent, Enforcement.Soft);

        Assert.True(allowance.TryTake(children[0], Usd(SoftNanoUsd * 4 / 5)));
        Assert.False(allowance.TryTake(children[0], Usd(1))); // Its own is used.
        Assert.False(allowance.TryTake(children[1], Usd((SoftNanoUsd / 5) + 1)));
        Assert.True(allowance.TryTake(children[1], Usd(SoftNanoUsd / 10)));
        Assert.True(allowance.TryTake(open, Usd(SoftNanoUsd / 10)));
        Assert.All((GrantNode[])[.. children, open, parent], node => Assert.False(allowance.TryTake(node, Usd(1))));
        Assert.True(allowance.TryTake(Node(ledger, null, Enforcement.Soft, "usd 5/day"), Usd(SoftNanoUsd))); // The control: another's is another's.
    }

    [Fact]
    public async Task Each_grant_of_a_path_goes_by_the_strictest_from_it_up()
    {
        await using Journal journal = await FailingAsync();
        OfflineAllowance allowance = new(journal);
        BudgetLedger ledger = new(journal, TimeProvider.System);
        GrantNode critical = Node(ledger, null, Enforcement.Critical, "usd 5/day");
        GrantNode soft = Node(ledger, critical, Enforcement.Soft, "usd 5/day");
        GrantNode below = Node(ledger, critical, Enforcement.Critical, "usd 5/day");
        List<GrantId> told = [];
        allowance.Critical = grant => told.Add(grant.Id);

        Assert.False(allowance.TryTake(soft, Usd(SoftNanoUsd + 1)));
        Assert.True(allowance.TryTake(soft, Usd(SoftNanoUsd)));
        Assert.Empty(told);
        Assert.True(allowance.TryTake(below, Usd(CriticalNanoUsd - SoftNanoUsd)));
        Assert.False(allowance.TryTake(below, Usd(1)));
        Assert.Equal([below.Grant.Id], told);
    }

    private static Amounts Usd(long nano) => new(nano, 0, 0);

    private static GrantNode Node(Journal journal, Enforcement enforcement, params string[] limits) => Node(new BudgetLedger(journal, TimeProvider.System), null, enforcement, limits);

    private static GrantNode Node(BudgetLedger ledger, GrantNode? parent, Enforcement enforcement, params string[] limits)
    {
        Grant grant = new()
        {
            Id = GrantId.New(DateTimeOffset.UtcNow),
            Parent = parent?.Grant.Id,
            DepthLeft = parent is null ? Grant.MaxDepth - 1 : parent.Grant.DepthLeft - 1,
            Holder = new Holder(IsFeature: false, "search"),
            Enforcement = enforcement,
            Limits = [.. limits.Select(Granted.LimitOf)],
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
