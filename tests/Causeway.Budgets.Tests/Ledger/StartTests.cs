using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>A start folds the events and proves what was kept (I13).</summary>
public sealed class StartTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void A_start_takes_what_was_open_as_in_doubt_and_says_so()
    {
        GrantNode root = _bench.Root(Units(100, "day"), Units(5, "none", Meter.Concurrent));
        _bench.Hold(root, Usd(60));

        Replay start = _bench.Restart();

        Assert.Equal((1, null), (start.InDoubt, start.Mismatch));
        Assert.Equal((40, 5), (_bench.Left(_bench.Again(root)), _bench.Left(_bench.Again(root), 1)));
        Assert.Equal([(LedgerEventKind.InDoubt, "restart"), (LedgerEventKind.Started, null)], _bench.Journal.Events.TakeLast(2).Select(happened => (happened.Kind, happened.Code)));
        Assert.Equal(0, _bench.Restart().InDoubt);
    }

    [Fact]
    public void A_checkpoint_that_is_not_the_sum_of_the_events_is_noticed_and_named()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        _ = _bench.Ledger.Checkpoint();
        _bench.Spend(root, Usd(60));
        _ = _bench.Ledger.Checkpoint();
        LedgerImage image = _bench.Journal.Image();
        byte[] changed = [.. image.Newer!.State];
        changed[^9] ^= 1;

        Replay start = new BudgetLedger(_bench.Journal, _bench.Clock).Start(image with { Newer = image.Newer with { State = changed } });

        Assert.Contains("event 3", start.Mismatch, StringComparison.Ordinal);
        Assert.Equal("ledger_mismatch", _bench.Journal.Events.Last().Code);
    }

    [Fact]
    public void Events_that_do_not_follow_are_a_mismatch_and_no_crash()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        LedgerImage image = _bench.Journal.Image();
        LedgerEvent settled = new(LedgerEventKind.Settled, 1) { Seq = 2, Request = Guid.CreateVersion7(), Grant = root.Grant.Id };
        LedgerEvent[] strange =
        [
            settled,
            settled with { Kind = LedgerEventKind.Reserved, Grant = GrantId.New(Start) },
            settled with { Kind = LedgerEventKind.Reserved, Request = null },
            settled with { Kind = LedgerEventKind.Reserved, ReservedAtMs = long.MaxValue },
            settled with { Kind = LedgerEventKind.Adjusted, Grant = null },
        ];

        foreach (LedgerEvent one in strange)
        {
            Assert.NotNull(new BudgetLedger(new MemoryJournal(), _bench.Clock).Start(image with { Events = [.. image.Events, one] }).Mismatch);
        }
    }

    [Fact]
    public void A_checkpoint_that_is_cut_short_at_any_byte_is_a_mismatch_and_no_crash()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        _bench.Hold(root, Usd(60));
        _ = _bench.Ledger.Checkpoint();
        LedgerImage image = _bench.Journal.Image();

        for (int length = 0; length < image.Newer!.State.Length; length++)
        {
            LedgerImage cut = image with { Newer = image.Newer with { State = image.Newer.State[..length] } };
            Assert.NotNull(new BudgetLedger(new MemoryJournal(), _bench.Clock).Start(cut).Mismatch);
        }
    }

    [Fact]
    public void Long_requests_that_hold_old_windows_survive_a_start_from_a_checkpoint()
    {
        // Rolling by two seconds: 32 buckets are kept, and those that an open request holds. Some of them hold nothing of this meter.
        GrantNode root = _bench.Root(Units(1_000_000, "1m"));
        for (int i = 0; i < 50; i++)
        {
            _bench.Hold(root, Usd(i % 3));
            _bench.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        _ = _bench.Ledger.Checkpoint();
        _bench.Spend(root, Usd(1));
        _ = _bench.Ledger.Checkpoint();

        Replay start = _bench.Restart();
        Assert.Equal((50, null), (start.InDoubt, start.Mismatch));
    }

    [Fact]
    public void Which_windows_are_forgotten_follows_from_the_events_whatever_the_checkpoint_saw()
    {
        GrantNode root = _bench.Root(Units(100, "hour"));
        Reservation old = _bench.Hold(root, Usd(1));
        for (int hour = 0; hour < 9; hour++)
        {
            _bench.Clock.Advance(TimeSpan.FromHours(1));
            _bench.Spend(root, Usd(1));
        }

        _bench.Clock.Advance(TimeSpan.FromHours(1));
        _bench.Ledger.Void(_bench.Hold(root, Usd(1)), "test", null); // A window in which nothing is used.
        _bench.Ledger.Settle(old, Usd(1), UsageSource.Provider, null);
        _ = _bench.Ledger.Checkpoint();
        _bench.Spend(root, Usd(1));
        _ = _bench.Ledger.Checkpoint();

        Assert.Null(_bench.Restart().Mismatch);
    }

    [Fact]
    public void Time_goes_on_from_where_the_ledger_was_though_the_clock_went_back()
    {
        GrantNode root = _bench.Root(Units(100, "hour"));
        _bench.Spend(root, Usd(100));
        long then = _bench.Journal.Events.Last().AtMs;

        _bench.Clock.Step(TimeSpan.FromHours(-1));
        _bench.Restart();

        Assert.True(_bench.Journal.Events.Last().AtMs >= then);
        Assert.Equal("limit_spent", _bench.Refusal(_bench.Again(root), Usd(1)).Code);
    }

    [Fact]
    public void A_grant_below_one_that_is_not_kept_is_no_tree()
    {
        Grant orphan = _bench.Shape(null, GrantKind.Share) with { Parent = GrantId.New(Start) };

        Assert.Throws<InvalidDataException>(() => _bench.Ledger.Start(new LedgerImage { Grants = [orphan] }));
    }

    [Fact]
    public void A_teams_default_grant_is_made_once_and_found_again()
    {
        GrantNode[] asked = Threads.All(8, _ => _bench.Ledger.DefaultFor("support"));

        Assert.All(asked, node => Assert.Same(asked[0], node));
        Assert.Single(_bench.Journal.Events);
        _bench.Hold(asked[0], Usd(1));
        Assert.Null(_bench.Restart().Mismatch);
        int written = _bench.Journal.Entries.Count;
        Assert.Equal(asked[0].Grant.Id, _bench.Ledger.DefaultFor("support").Grant.Id);
        Assert.Equal(written, _bench.Journal.Entries.Count);
    }
}
