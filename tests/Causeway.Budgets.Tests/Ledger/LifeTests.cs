using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>Reserve, settle, void, doubt: a reservation ends once (I4, I6, I7, I8).</summary>
public sealed class LifeTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void Settling_twice_changes_nothing_and_settling_otherwise_is_a_conflict()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        Reservation open = _bench.Hold(root, Usd(60));

        Assert.True(_bench.Ledger.Settle(open, Usd(20), UsageSource.Provider, null));
        int written = _bench.Journal.Entries.Count;
        Assert.True(_bench.Ledger.Settle(open, Usd(20), UsageSource.Provider, null));
        Assert.False(_bench.Ledger.Settle(open, Usd(21), UsageSource.Provider, null));
        Assert.False(_bench.Ledger.Void(open, "test", null));
        Assert.False(_bench.Ledger.Doubt(open, "test", null));

        Assert.Equal((80, written), (_bench.Left(root), _bench.Journal.Entries.Count));
    }

    [Fact]
    public void A_void_gives_all_back_and_an_end_in_doubt_nothing()
    {
        GrantNode root = _bench.Root(Units(100, "day"), Units(10, "day", Meter.Requests));

        Assert.True(_bench.Ledger.Void(_bench.Hold(root, Usd(60)), "connect", null));
        Assert.Equal((100, 10), (_bench.Left(root), _bench.Left(root, 1)));
        Reservation doubted = _bench.Hold(root, Usd(60));
        Assert.True(_bench.Ledger.Doubt(doubted, "upstream_timeout", null));
        Assert.True(_bench.Ledger.Doubt(doubted, "upstream_timeout", null));

        Assert.Equal((40, 9), (_bench.Left(root), _bench.Left(root, 1)));
        Assert.False(_bench.Ledger.Settle(doubted, Usd(1), UsageSource.Provider, null));
    }

    [Fact]
    public void What_was_used_beyond_the_bound_is_booked_in_full_and_named()
    {
        GrantNode root = _bench.Root(Units(100, "day"));

        _bench.Ledger.Settle(_bench.Hold(root, Usd(60)), Usd(170), UsageSource.Provider, null);

        Assert.Equal(-70, _bench.Left(root));
        Assert.Equal("overrun", _bench.Journal.Events.Last().Code);
        Assert.Equal(0, _bench.Refusal(root, Usd(1)).Left);
    }

    [Fact]
    public void A_remark_on_a_settlement_stands_in_place_of_its_overrun()
    {
        GrantNode root = _bench.Root(Units(100, "day"));

        _bench.Ledger.Settle(_bench.Hold(root, Usd(60)), Usd(170), UsageSource.Provider, null, remark: new LedgerRemark("usage_mismatch", "reported too much"));

        LedgerEvent last = _bench.Journal.Events.Last();
        Assert.Equal(("usage_mismatch", "reported too much"), (last.Code, last.Detail));
        Assert.Equal(-70, _bench.Left(root));
    }

    [Fact]
    public void A_second_request_of_an_open_id_is_a_fault_of_the_caller_and_leaves_no_trace()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        Reservation open = _bench.Hold(root, Usd(60));
        int written = _bench.Journal.Entries.Count;

        Assert.Throws<InvalidOperationException>(() => _bench.Ledger.Reserve(root, open.Id, Usd(1), TimeSpan.FromMinutes(1), Somebody, out _));

        Assert.Equal((40, 1, written), (_bench.Left(root), open.Balances[0]!.Holders, _bench.Journal.Entries.Count));
    }

    [Fact]
    public void What_is_past_its_deadline_and_some_grace_is_in_doubt()
    {
        GrantNode root = _bench.Root(Units(100, "month"));
        Reservation open = _bench.Hold(root, Usd(60));

        _bench.Clock.Advance(TimeSpan.FromMinutes(11));
        Assert.Equal(0, _bench.Ledger.Sweep());
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, _bench.Ledger.Sweep());

        Assert.Equal((ReservationState.InDoubt, 0, "deadline"), (open.State, _bench.Ledger.OpenReservations, _bench.Journal.Events.Last().Code));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public void A_step_of_the_clock_puts_nothing_in_doubt_and_keeps_nothing_open(int hours)
    {
        GrantNode root = _bench.Root(Units(100, "month"));
        Reservation open = _bench.Hold(root, Usd(60));

        _bench.Clock.Step(TimeSpan.FromHours(hours));
        Reservation other = _bench.Hold(root, Usd(1));
        Assert.Equal(0, _bench.Ledger.Sweep());
        Assert.Equal(Start.AddHours(Math.Max(0, hours)).ToUnixTimeMilliseconds(), other.AtMs);
        _bench.Clock.Advance(TimeSpan.FromMinutes(12));

        Assert.Equal(2, _bench.Ledger.Sweep());
        Assert.Equal(ReservationState.InDoubt, open.State);
    }

    [Fact]
    public void A_sweep_that_comes_seldom_still_sweeps()
    {
        GrantNode root = _bench.Root(Units(100, "month"));
        _bench.Hold(root, Usd(60));

        _bench.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(1, _bench.Ledger.Sweep());
    }

    [Fact]
    public void Less_than_nothing_is_neither_asked_for_nor_used()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        Reservation open = _bench.Hold(root, Usd(60));

        Assert.Throws<ArgumentOutOfRangeException>(() => _bench.Reserve(root, Usd(-1), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => _bench.Ledger.Extend(open, new Amounts(0, -1, 0)));
        Assert.Throws<ArgumentOutOfRangeException>(() => _bench.Ledger.Settle(open, new Amounts(0, 0, -1), UsageSource.Provider, null));
        Assert.Equal((40, ReservationState.Open), (_bench.Left(root), open.State));
    }

    [Theory]
    [InlineData(long.MaxValue, long.MaxValue)]
    [InlineData(long.MaxValue, 1)]
    [InlineData(long.MaxValue / 2, long.MaxValue / 2)]
    public void An_absurd_bound_is_too_much_and_an_absurd_use_leaves_nothing(long tokensIn, long tokensOut)
    {
        GrantNode root = _bench.Root(Units(long.MaxValue, "day", Meter.Tokens), Units(1_000_000_000_000_000, "day"));
        GrantNode leaf = _bench.Share(root, Units(100, "day", Meter.TokensIn));
        Reservation open = _bench.Hold(root, new Amounts(1, 1, 1));

        Assert.Equal("request_exceeds_limit", _bench.Refusal(root, new Amounts(1, tokensIn, tokensOut)).Code);
        Assert.Equal("request_exceeds_limit", _bench.Refusal(leaf, new Amounts(1, tokensIn, tokensOut)).Code);
        Assert.NotNull(_bench.Ledger.Extend(open, new Amounts(long.MaxValue, tokensIn, tokensOut)));
        Assert.True(_bench.Ledger.Settle(open, new Amounts(long.MaxValue, tokensIn, tokensOut), UsageSource.Provider, null));

        Assert.Equal("limit_spent", _bench.Refusal(root, new Amounts(1, 1, 0)).Code);
        Assert.Equal(0, _bench.Refusal(root, new Amounts(1, 0, 0)).Left);
        Assert.Null(_bench.Restart().Mismatch);
    }

    [Fact]
    public void What_is_not_limited_may_be_absurd()
    {
        GrantNode root = _bench.Root(Units(10, "day", Meter.Requests));
        Reservation open = _bench.Hold(root, new Amounts(long.MaxValue, long.MaxValue, long.MaxValue));

        Assert.Null(_bench.Ledger.Extend(open, new Amounts(long.MaxValue, long.MaxValue, long.MaxValue)));
        Assert.True(_bench.Ledger.Settle(open, new Amounts(long.MaxValue, long.MaxValue, long.MaxValue), UsageSource.Provider, null));

        Assert.Equal(9, _bench.Left(root));
    }
}
