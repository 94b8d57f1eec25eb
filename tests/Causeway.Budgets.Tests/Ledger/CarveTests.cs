using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

public sealed class CarveTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void A_carve_takes_its_amount_out_of_the_grant_above_and_spends_only_that()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode carve = _bench.Carve(root, Units(40, "day"));

        Assert.Equal(60, _bench.Left(root));
        _bench.Spend(carve, Usd(40));

        Assert.Equal(60, _bench.Left(root));
        Assert.Equal("limit_spent", _bench.Refusal(carve, Usd(1)).Code);
        _bench.Spend(root, Usd(60));
        Assert.Equal(0, _bench.Left(root));
    }

    [Fact]
    public void A_revoked_carve_gives_back_what_it_has_not_used_and_what_ends_later_too()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode carve = _bench.Carve(root, Units(40, "day"));
        Reservation open = _bench.Hold(carve, Usd(30));

        _bench.Ledger.Change(carve.Grant.Id, GrantStatus.Revoked, false, "test", "over", out _);
        Assert.Equal(70, _bench.Left(root));
        _bench.Ledger.Settle(open, Usd(10), UsageSource.Provider, null);

        Assert.Equal(90, _bench.Left(root));
    }

    [Fact]
    public void A_start_counts_what_a_revoked_carve_used()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode carve = _bench.Carve(root, Units(40, "day"));
        _bench.Spend(carve, Usd(30));
        _bench.Ledger.Change(carve.Grant.Id, GrantStatus.Revoked, false, "test", "over", out _);

        Assert.Null(_bench.Restart().Mismatch);

        Assert.Equal(70, _bench.Left(_bench.Again(root)));
    }

    [Fact]
    public void A_carve_that_has_expired_gives_back_what_it_has_not_used()
    {
        GrantNode root = _bench.Root(Units(100, "month"));
        GrantNode carve = _bench.Made(_bench.Shape(root, GrantKind.Carve, Units(40, "month")) with { ExpiresAt = Start.AddHours(1) });
        Reservation open = _bench.Hold(carve, Usd(30));

        _bench.Clock.Advance(TimeSpan.FromHours(1));
        _bench.Spend(root, Usd(70));
        Assert.Equal(0, _bench.Left(root));
        _bench.Ledger.Settle(open, Usd(10), UsageSource.Provider, null);

        Assert.Equal(20, _bench.Left(root));
        _bench.Restart();
        Assert.Equal(20, _bench.Left(_bench.Again(root)));
        _bench.Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(100, _bench.Left(_bench.Again(root)));
    }

    [Fact]
    public void A_carve_out_of_a_carve_is_guaranteed_all_the_way_up()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode middle = _bench.Carve(root, Units(50, "day"));
        GrantNode leaf = _bench.Carve(middle, Units(30, "day"));

        _bench.Spend(root, Usd(50));
        _bench.Spend(middle, Usd(20));
        Assert.Equal("limit_spent", _bench.Refusal(middle, Usd(1)).Code);
        _bench.Spend(leaf, Usd(30));

        Assert.Equal((0, 0, 0), (_bench.Left(root), _bench.Left(middle), _bench.Left(leaf)));
    }

    [Theory]
    [InlineData(101)]
    [InlineData(61)]
    public void No_more_is_carved_than_is_there(long amount)
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        _bench.Carve(root, Units(40, "day"));

        IReadOnlyList<DelegationFault> faults = _bench.Ledger.Create(_bench.Shape(root, GrantKind.Carve, Units(amount, "day")), out _);

        Assert.All(faults, fault => Assert.Equal("delegation_exceeds", fault.Code));
        Assert.NotEmpty(faults);
    }

    [Fact]
    public void What_is_used_already_cannot_be_carved()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        _bench.Spend(root, Usd(70));

        Assert.NotEmpty(_bench.Ledger.Create(_bench.Shape(root, GrantKind.Carve, Units(31, "day")), out _));
        Assert.Empty(_bench.Ledger.Create(_bench.Shape(root, GrantKind.Carve, Units(30, "day")), out _));
        Assert.Equal("limit_spent", _bench.Refusal(root, Usd(1)).Code);
    }

    [Fact]
    public void An_overrun_of_a_carve_is_taken_from_the_grant_above_and_an_adjustment_gives_it_back()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode carve = _bench.Carve(root, Units(40, "day"));
        Reservation open = _bench.Hold(carve, Usd(40));

        _bench.Ledger.Settle(open, Usd(55), UsageSource.Provider, null);
        Assert.Equal(45, _bench.Left(root));
        _ = _bench.Ledger.Adjust(carve, open.Id, open.AtMs, default, Usd(-25), "test", "credit", "note 7");

        Assert.Equal(60, _bench.Left(root));
        Assert.Equal(10, _bench.Left(carve));
    }
}
