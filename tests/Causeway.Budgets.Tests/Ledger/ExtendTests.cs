using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

public sealed class ExtendTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void An_extension_holds_all_of_it_or_nothing()
    {
        GrantNode root = _bench.Root(Units(100, "day"), Units(10, "day", Meter.TokensOut));
        Reservation open = _bench.Hold(root, new Amounts(50, 0, 5));

        LedgerDenial? denial = _bench.Ledger.Extend(open, new Amounts(50, 0, 6));

        Assert.Equal(("request_exceeds_limit", 11L, root.Grant.Limits[1]), (denial!.Code, denial.Asked, denial.Limit));
        Assert.Equal((50, 5), (_bench.Left(root), _bench.Left(root, 1)));
        Assert.Null(_bench.Ledger.Extend(open, new Amounts(50, 0, 5)));

        Assert.Equal((0, 0), (_bench.Left(root), _bench.Left(root, 1)));
        Assert.Equal(new Amounts(100, 0, 10), open.Held);
    }

    [Fact]
    public void An_extension_takes_no_second_request_and_no_second_place()
    {
        GrantNode root = _bench.Root(Units(1, "day", Meter.Requests), Units(1, "none", Meter.Concurrent));
        Reservation open = _bench.Hold(root, Usd(1));

        Assert.Null(_bench.Ledger.Extend(open, Usd(1)));
        Assert.Equal((0, 0), (_bench.Left(root), _bench.Left(root, 1)));
    }

    [Theory]
    [InlineData("day", 25)]
    [InlineData("1h", 3)]
    public void An_extension_after_the_window_is_held_in_the_window_of_the_reservation(string window, int hours)
    {
        GrantNode root = _bench.Root(Units(100, window));
        Reservation open = _bench.Hold(root, Usd(60));
        _bench.Spend(root, Usd(30));
        _bench.Clock.Advance(TimeSpan.FromHours(hours));

        Assert.Equal("limit_spent", _bench.Ledger.Extend(open, Usd(11))?.Code);
        Assert.Null(_bench.Ledger.Extend(open, Usd(10)));

        Assert.Equal(100, _bench.Left(root));
    }

    [Fact]
    public void An_extension_does_not_need_room_in_a_window_it_takes_nothing_from()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        Reservation open = _bench.Hold(root, Usd(60));
        _bench.Clock.Advance(TimeSpan.FromDays(1));
        _bench.Spend(root, Usd(100));

        Assert.Null(_bench.Ledger.Extend(open, Usd(40)));
    }

    [Theory]
    [InlineData(GrantStatus.Suspended, "grant_suspended")]
    [InlineData(GrantStatus.Revoked, "grant_revoked")]
    public void What_rests_or_is_over_finishes_without_an_extension(GrantStatus status, string code)
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode leaf = _bench.Share(root);
        Reservation open = _bench.Hold(leaf, Usd(60));
        _bench.Ledger.Change(root.Grant.Id, status, false, "test", "over", out _);

        LedgerDenial? denial = _bench.Ledger.Extend(open, Usd(1));

        Assert.Equal((code, root.Grant.Id), (denial?.Code, denial?.Grant));
        Assert.True(_bench.Ledger.Settle(open, Usd(10), UsageSource.Provider, null));
    }

    [Fact]
    public void What_has_ended_cannot_grow()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        Reservation open = _bench.Hold(root, Usd(60));
        _bench.Ledger.Void(open, "test", null);

        Assert.Throws<InvalidOperationException>(() => _bench.Ledger.Extend(open, Usd(1)));
    }
}
