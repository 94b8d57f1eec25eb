using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;

namespace Causeway.Budgets.Tests.Raises;

public sealed class BreakTests
{
    private const long Usd = 1_000_000_000;

    private readonly RaiseHouse _house = new();

    [Fact]
    public void A_sealed_grant_takes_from_the_grant_above_and_cannot_be_used_itself()
    {
        GrantNode team = _house.Grant(null, ["usd 100/month"]);
        GrantNode seal = _house.Grant(team, ["usd 25/month"], GrantKind.BreakGlass);

        Assert.Equal("grant_sealed", _house.Denial(seal, Usd)!.Code);
        Assert.True(_house.Spend(team, 75 * Usd));
        Assert.Equal("limit_spent", _house.Denial(team, 1)!.Code);
    }

    [Fact]
    public void Breaking_lifts_the_limits_below_the_seals_parent_for_a_time_and_moves_the_amount_out_of_the_seal()
    {
        (GrantNode team, GrantNode feature, GrantNode leaf, GrantNode seal) = Tree();
        Assert.True(_house.Spend(leaf, 10 * Usd));
        Assert.Equal("limit_spent", _house.Denial(leaf, 1)!.Code);

        BrokenGlass broken = Break(leaf, 20 * Usd, 60)!;

        Assert.Equal((leaf.Grant.Id, seal.Grant.Id, 20 * Usd), (broken.Grant, broken.Seal, broken.NanoUsd));
        Assert.Equal(RaiseHouse.Start.AddMinutes(60), broken.Until);
        Assert.Empty(broken.StillBinding);
        Assert.True(_house.Spend(leaf, 20 * Usd));
        Assert.Equal(leaf.Grant.Id, _house.Denial(leaf, 1)!.Grant);
        LedgerEvent told = Assert.Single(_house.Journal.Events, one => one.Kind == LedgerEventKind.GlassBroken);
        Assert.Equal(("mira", "an outage", seal.Grant.Id), (told.Actor, told.Reason, told.DecidedBy!.Value));
        Assert.Equal((100 - 30 - 5) * Usd, _house.Ledger.LeftUsd(team));
        Assert.Equal(10 * Usd, _house.Ledger.LeftUsd(feature)); // 20 + 20 - 30.
    }

    [Fact]
    public void After_its_time_the_raise_is_over_and_what_was_opened_stays_above_until_the_window_ends()
    {
        (GrantNode team, _, GrantNode leaf, _) = Tree();
        Break(leaf, 20 * Usd, 60);
        Assert.True(_house.Spend(leaf, 15 * Usd));

        _house.Time.Now = RaiseHouse.Start.AddMinutes(60);

        Assert.Equal("limit_spent", _house.Denial(leaf, 1)!.Code);
        Assert.True(_house.Spend(team, (100 - 5 - 15) * Usd));
        Assert.Equal("limit_spent", _house.Denial(team, 1)!.Code);
        _house.Time.Now = new DateTimeOffset(2026, 12, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal("request_exceeds_limit", _house.Denial(team, (75 * Usd) + 1)!.Code); // The seal is whole again.
        Assert.True(_house.Spend(team, 75 * Usd));
    }

    [Fact]
    public void A_seal_gives_no_more_than_it_holds_and_is_opened_bit_by_bit()
    {
        (_, _, GrantNode leaf, GrantNode seal) = Tree();

        Assert.NotNull(Break(leaf, 20 * Usd, 1));
        Assert.Null(Break(leaf, 6 * Usd, 1, out DelegationFault? more));
        Assert.NotNull(Break(leaf, 5 * Usd, 1));
        Assert.Null(Break(leaf, 1, 1, out DelegationFault? empty));

        Assert.Equal(("seal_exceeded", "seal_exceeded"), (more!.Code, empty!.Code));
        Assert.StartsWith($"{seal.Grant.Id} holds 5 USD of usd 25/month", more.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_nearest_seal_is_opened_and_of_two_there_the_fuller()
    {
        GrantNode team = _house.Grant(null, ["usd 100/month"]);
        GrantNode feature = _house.Grant(team, ["usd 50/month"]);
        GrantNode leaf = _house.Grant(feature, ["usd 1/month"]);
        GrantNode far = _house.Grant(team, ["usd 40/month"], GrantKind.BreakGlass);
        GrantNode small = _house.Grant(feature, ["usd 2/month"], GrantKind.BreakGlass);
        GrantNode near = _house.Grant(feature, ["usd 3/month"], GrantKind.BreakGlass);

        Assert.Equal(near.Grant.Id, Break(leaf, 1 * Usd, 1)!.Seal);
        Assert.Contains(Break(leaf, 2 * Usd, 1)!.Seal, (GrantId[])[near.Grant.Id, small.Grant.Id]);
        _house.Ledger.Change(near.Grant.Id, GrantStatus.Revoked, "admin", "over", out _);
        _house.Ledger.Change(small.Grant.Id, GrantStatus.Suspended, "admin", "over", out _);
        Assert.Equal(far.Grant.Id, Break(leaf, 1 * Usd, 1)!.Seal);
        Assert.Null(Break(_house.Grant(null, ["usd 1/month"]), 1, 1, out DelegationFault? none));
        Assert.Equal("seal_missing", none!.Code);
    }

    [Fact]
    public void A_grant_may_open_the_seal_below_itself_and_nothing_is_raised_then()
    {
        GrantNode team = _house.Grant(null, ["usd 100/month"]);
        _house.Grant(team, ["usd 25/month"], GrantKind.BreakGlass);
        Assert.True(_house.Spend(team, 75 * Usd));

        Assert.NotNull(Break(team, 10 * Usd, 60));

        Assert.True(_house.Spend(team, 10 * Usd));
        Assert.Equal("limit_spent", _house.Denial(team, 1)!.Code);
    }

    [Fact]
    public void A_limit_that_binds_all_the_same_is_named()
    {
        GrantNode root = _house.Grant(null, ["usd 200/month", "usd 12/day"]);
        GrantNode team = _house.Grant(root, ["usd 100/month"]);
        _house.Grant(team, ["usd 25/month"], GrantKind.BreakGlass);
        GrantNode leaf = _house.Grant(team, ["usd 10/month"]);
        Assert.True(_house.Spend(leaf, 10 * Usd));

        BindingLimit binding = Assert.Single(Break(leaf, 20 * Usd, 60)!.StillBinding);

        Assert.Equal((root.Grant.Id, "usd 12/day", 2 * Usd), (binding.Grant, binding.Limit.ToString(), binding.Left));
    }

    [Fact]
    public void What_has_ended_or_rests_is_not_helped_and_what_is_no_amount_or_time_is_refused()
    {
        (_, _, GrantNode leaf, _) = Tree();
        Assert.Throws<ArgumentOutOfRangeException>(() => Break(leaf, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Break(leaf, 1, 61));
        Assert.Throws<ArgumentOutOfRangeException>(() => Break(leaf, 1, 0));
        _house.Ledger.Change(leaf.Grant.Id, GrantStatus.Suspended, "admin", "rest", out _);

        Assert.Null(Break(leaf, 1, 1, out DelegationFault? fault));
        Assert.Equal("grant_suspended", fault!.Code);
        Assert.Null(_house.Ledger.Break(GrantId.New(RaiseHouse.Start), 1, TimeSpan.FromMinutes(1), "mira", "x", out fault, out _));
        Assert.Equal("grant_unknown", fault!.Code);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_restart_finds_the_same_escrow_the_same_raises_and_the_same_seal(bool checkpoints)
    {
        (GrantNode team, _, GrantNode leaf, GrantNode seal) = Tree();
        Assert.True(_house.Spend(leaf, 10 * Usd));
        if (checkpoints)
        {
            _ = _house.Ledger.Checkpoint();
        }

        Break(leaf, 20 * Usd, 60);
        Assert.True(_house.Spend(leaf, 4 * Usd));
        if (checkpoints)
        {
            _ = _house.Ledger.Checkpoint();
        }

        RaiseHouse next = _house.Restarted();
        (team, leaf) = (next.Ledger.Find(team.Grant.Id)!, next.Ledger.Find(leaf.Grant.Id)!);

        Assert.Equal((100 - 5 - 14) * Usd, next.Ledger.LeftUsd(team));
        Assert.Equal(16 * Usd, next.Ledger.LeftUsd(leaf));
        Assert.Null(next.Ledger.Break(leaf.Grant.Id, (5 * Usd) + 1, TimeSpan.FromMinutes(1), "mira", "more", out DelegationFault? fault, out _));
        Assert.Equal("seal_exceeded", fault!.Code);
        next.Ledger.Change(seal.Grant.Id, GrantStatus.Revoked, "admin", "over", out _);
        Assert.Equal((100 - 14) * Usd, next.Ledger.LeftUsd(team));
        next.Time.Now = RaiseHouse.Start.AddMinutes(61);
        Assert.Equal("limit_spent", next.Denial(leaf, 1)!.Code);
    }

    [Fact]
    public void A_window_that_nothing_was_booked_in_begins_with_what_is_left_in_the_seal()
    {
        (GrantNode team, _, GrantNode leaf, _) = Tree();
        Break(leaf, 20 * Usd, 60);

        Assert.True(_house.Spend(team, 95 * Usd));
        Assert.Equal("limit_spent", _house.Denial(team, 1)!.Code);
    }

    [Fact]
    public void Taken_never_goes_beyond_the_amount_whatever_is_broken_and_spent()
    {
        for (int seed = 1; seed <= 200; seed++)
        {
            Random chance = new(seed);
            RaiseHouse house = new();
            GrantNode team = house.Grant(null, ["usd 100/day"]);
            GrantNode leaf = house.Grant(team, ["usd 30/day"]);
            GrantNode carve = house.Grant(team, ["usd 20/day"], GrantKind.Carve);
            house.Grant(team, ["usd 25/day"], GrantKind.BreakGlass);
            long spent = 0;
            for (int step = 0; step < 60; step++)
            {
                long amount = chance.Next(1, 12) * Usd;
                switch (chance.Next(5))
                {
                    case 0:
                        house.Ledger.Break(leaf.Grant.Id, amount, TimeSpan.FromMinutes(chance.Next(1, 60)), "mira", "chance", out _, out _);
                        break;
                    case 1:
                        house.Time.Now = house.Time.Now.AddMinutes(chance.Next(1, 20));
                        break;
                    case 2 when chance.Next(4) == 0:
                        RaiseHouse next = house.Restarted();
                        Assert.Equal(house.Ledger.LeftUsd(team), next.Ledger.LeftUsd(next.Ledger.Find(team.Grant.Id)!));
                        break;
                    default:
                        spent += house.Spend(chance.Next(2) == 0 ? leaf : chance.Next(2) == 0 ? carve : team, amount) ? amount : 0;
                        break;
                }
            }

            // Nobody crosses midnight: 60 steps of 20 minutes at most would, so the day's sum is what its window says.
            WindowUse today = house.Ledger.History(team)[^1];
            Assert.True(today.Used <= 100 * Usd, $"seed {seed}");
            Assert.True(spent >= today.Used, $"seed {seed}");
        }
    }

    private (GrantNode Team, GrantNode Feature, GrantNode Leaf, GrantNode Seal) Tree()
    {
        GrantNode team = _house.Grant(null, ["usd 100/month"]);
        GrantNode feature = _house.Grant(team, ["usd 20/month"]);
        GrantNode leaf = _house.Grant(feature, ["usd 10/month", "tokens 1M/day"]);
        return (team, feature, leaf, _house.Grant(team, ["usd 25/month"], GrantKind.BreakGlass));
    }

    private BrokenGlass? Break(GrantNode grant, long nanoUsd, int minutes) => Break(grant, nanoUsd, minutes, out _);

    private BrokenGlass? Break(GrantNode grant, long nanoUsd, int minutes, out DelegationFault? fault) =>
        _house.Ledger.Break(grant.Grant.Id, nanoUsd, TimeSpan.FromMinutes(minutes), "mira", "an outage", out fault, out _);
}
