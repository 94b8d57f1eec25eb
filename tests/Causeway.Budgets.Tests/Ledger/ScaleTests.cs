using System.Diagnostics;
using System.Globalization;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>What is measured is the whole process's memory: nothing else runs beside it.</summary>
[CollectionDefinition(nameof(ScaleTests), DisableParallelization = true)]
[Collection(nameof(ScaleTests))]
public sealed class ScaleTests(ITestOutputHelper output)
{
    /// <summary>Bytes that a reservation and its settlement may allocate on a path of four with five limits: the reservation, its balances, two events and two entries.</summary>
    private const long BytesPerPair = 1_200;

    [Fact]
    public void A_reservation_and_its_settlement_allocate_a_bounded_number_of_bytes()
    {
        Bench bench = new();
        BudgetLedger ledger = new(new NoJournal(), bench.Clock);
        GrantNode leaf = Path(bench, ledger);
        Guid[] ids = [.. Enumerable.Range(0, 20_000).Select(_ => Guid.CreateVersion7(Start))];
        Pairs(ledger, leaf, ids);

        long before = GC.GetAllocatedBytesForCurrentThread();
        long began = Stopwatch.GetTimestamp();
        Pairs(ledger, leaf, ids);
        TimeSpan took = Stopwatch.GetElapsedTime(began);
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / ids.Length;

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes and {took.TotalMicroseconds / ids.Length:0.00} µs per pair"));
        Assert.InRange(bytes, 1, BytesPerPair);
    }

    [Fact]
    public void A_grant_with_ten_thousand_children_takes_no_more_until_one_has_ended()
    {
        Bench bench = new();
        GrantNode root = bench.Root();
        GrantNode first = bench.Made(bench.Shape(root, GrantKind.Share) with { ExpiresAt = Start.AddHours(1) });
        GrantNode second = bench.Share(root);
        for (int i = 2; i < Grant.MaxChildren; i++)
        {
            bench.Share(root);
        }

        Assert.NotEmpty(bench.Ledger.Create(bench.Shape(root, GrantKind.Share), out _));
        bench.Ledger.Change(second.Grant.Id, GrantStatus.Revoked, "test", "test", out _);
        bench.Share(root);
        Assert.NotEmpty(bench.Ledger.Create(bench.Shape(root, GrantKind.Share), out _));
        bench.Clock.Advance(TimeSpan.FromHours(1));
        bench.Share(root);

        Assert.True(first.HasEnded);
        bench.Restart();
        Assert.Equal(Grant.MaxChildren, bench.Again(root).LiveChildren);
    }

    [Fact]
    public void A_hundred_thousand_grants_are_made_and_started_with()
    {
        Bench bench = new();
        long began = Stopwatch.GetTimestamp();
        for (int team = 0; team < 100; team++)
        {
            GrantNode root = bench.Root(Units(1_000_000, "month"), Units(1_000_000, "day", Meter.Tokens));
            for (int child = 1; child < 1_000; child++)
            {
                bench.Share(root, Units(1_000, "day"));
            }
        }

        TimeSpan made = Stopwatch.GetElapsedTime(began);
        foreach (GrantNode node in bench.Ledger.Grants.Where(node => node.Parent is not null))
        {
            bench.Spend(node, new Amounts(3, 1, 1));
        }

        _ = bench.Ledger.Checkpoint();
        began = Stopwatch.GetTimestamp();
        _ = bench.Ledger.Checkpoint();
        TimeSpan checkpoint = Stopwatch.GetElapsedTime(began);
        LedgerImage image = bench.Journal.Image();
        long memory = GC.GetTotalMemory(true);
        BudgetLedger again = new(bench.Journal, bench.Clock);
        began = Stopwatch.GetTimestamp();
        Replay start = again.Start(image);
        TimeSpan started = Stopwatch.GetElapsedTime(began);
        long bytes = (GC.GetTotalMemory(true) - memory) / 100_000;

        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"made {made.TotalMilliseconds:0} ms, checkpoint {checkpoint.TotalMilliseconds:0} ms, start {started.TotalMilliseconds:0} ms, {bytes} bytes a grant"));
        Assert.Null(start.Mismatch);
        Assert.Equal(100_000, again.Grants.Count());
        Assert.InRange(bytes, 1, 2_500);
        GC.KeepAlive(again);
        GC.KeepAlive(bench);
        GC.KeepAlive(image);
    }

    private static GrantNode Path(Bench bench, BudgetLedger ledger)
    {
        GrantNode? node = null;
        Limit month = Units(long.MaxValue / 4, "month");
        foreach (Limit[] limits in (Limit[][])[[month, Pace(month, "50%/1h")], [Units(long.MaxValue / 8, "day", Meter.Tokens)], [Units(1_000_000_000, "hour", Meter.Requests)], [Units(50, "none", Meter.Concurrent)]])
        {
            Grant grant = bench.Shape(node, GrantKind.Share, limits);
            Assert.Empty(ledger.Create(grant, out _));
            node = ledger.Find(grant.Id);
        }

        return node!;
    }

    private static void Pairs(BudgetLedger ledger, GrantNode leaf, Guid[] ids)
    {
        foreach (Guid id in ids)
        {
            Reservation made = ledger.Reserve(leaf, id, new Amounts(1_000, 100, 100), TimeSpan.FromMinutes(10), Somebody, out _)!;
            ledger.Settle(made, new Amounts(900, 90, 90), UsageSource.Provider, null);
        }
    }

    private sealed class NoJournal : ILedgerJournal
    {
        public Task Append(JournalEntry entry, bool isAwaited) => Task.CompletedTask;
    }
}
