using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>A shared limit that is shared fairly: a loud child cannot starve the others (B-14).</summary>
public sealed class FairTests
{
    private readonly Bench _bench = new();

    [Theory]
    [InlineData("day")]
    [InlineData("hour")]
    [InlineData("24h")]
    [InlineData("none")]
    public void One_greedy_and_nine_modest_holders_the_modest_get_what_they_ask_for_below_their_share(string window)
    {
        (int[] asked, int[] got) = Day(isFair: true, window);

        Assert.All(Enumerable.Range(1, 9), modest => Assert.True(got[modest] * 100 >= asked[modest] * 95, $"{modest} got {got[modest]} of {asked[modest]}"));
        Assert.Equal(1_000, got[0]); // Its share, and no more for as long as the others ask.
    }

    [Fact]
    public void Where_whoever_comes_first_has_it_they_starve_so_the_property_is_no_accident()
    {
        (int[] asked, int[] got) = Day(isFair: false, "day");

        Assert.All(Enumerable.Range(1, 9), modest => Assert.True(got[modest] * 100 < asked[modest] * 50));
        Assert.True(got[0] > 8_000);
    }

    [Fact]
    public void Shares_go_by_weight()
    {
        GrantNode root = Fair(Units(1_000, "day"));
        GrantNode light = _bench.Share(root);
        GrantNode heavy = _bench.Made(_bench.Shape(root, GrantKind.Share) with { Weight = 3 });
        _bench.Spend(light, Usd(1));
        _bench.Spend(heavy, Usd(1));

        Assert.Equal((250, 750), (1 + Drain(light), 1 + Drain(heavy)));
        Assert.Equal("limit_spent", _bench.Refusal(light, Usd(1)).Code);
    }

    [Fact]
    public void Who_is_alone_or_the_only_one_that_asks_may_have_all_and_who_is_quiet_for_a_minute_claims_nothing()
    {
        GrantNode root = Fair(Units(1_000, "day"));
        (GrantNode one, GrantNode other) = (_bench.Share(root), _bench.Share(root));
        _bench.Spend(other, Usd(1));
        Assert.Equal(500, Drain(one));
        LedgerDenial shared = _bench.Refusal(one, Usd(1));

        _bench.Clock.Advance(TimeSpan.FromSeconds(61));

        Assert.Equal(("limit_shared", root.Grant.Id, 499), (shared.Code, shared.Grant, shared.Left));
        Assert.Equal(499, Drain(one));
    }

    [Theory]
    [InlineData("key_revoked", 600)]
    [InlineData("key_expired", 600)]
    [InlineData("token_revoked", 600)]
    [InlineData("scope_address", 600)]
    [InlineData("scope_model", 100)] // The control: a good key was refused.
    public void A_key_that_is_no_good_claims_no_share_for_its_grant(string code, int rest)
    {
        GrantNode root = Fair(Units(1_000, "day"));
        (GrantNode one, GrantNode other) = (_bench.Share(root), _bench.Share(root));
        _bench.Spend(one, Usd(400));

        _bench.Ledger.Denied(new LedgerEvent(LedgerEventKind.Denied, 0) { Grant = other.Grant.Id, Code = code }, null!);

        Assert.Equal(rest, Drain(one));
    }

    [Fact]
    public void Who_was_refused_has_asked_and_what_is_given_back_is_shared_anew()
    {
        GrantNode root = Fair(Units(1_000, "day"));
        (GrantNode one, GrantNode other) = (_bench.Share(root), _bench.Share(root));
        Reservation all = _bench.Hold(one, Usd(1_000));
        Assert.Equal("limit_held", _bench.Refusal(other, Usd(10)).Code);
        _bench.Ledger.Denied(new LedgerEvent(LedgerEventKind.Denied, 0) { Grant = other.Grant.Id, Code = "limit_held" }, null!);

        Assert.True(_bench.Ledger.Settle(all, Usd(400), UsageSource.Provider, null));

        Assert.Equal(100, Drain(one));
        Assert.Equal(500, Drain(other));
    }

    [Fact]
    public void A_carve_has_its_own_and_a_start_and_a_change_keep_the_balances_what_they_are()
    {
        GrantNode root = Fair(Units(1_000, "day"));
        GrantNode carve = _bench.Carve(root, Units(400, "day"));
        GrantNode one = _bench.Share(root);
        _ = _bench.Ledger.Checkpoint();
        _bench.Spend(one, Usd(1));
        Assert.Equal(400, Drain(carve));
        _ = _bench.Ledger.Checkpoint();
        Assert.Equal(599, Drain(one));

        Assert.Empty(_bench.Ledger.Set(root.Grant.Id, grant => grant with { IsFair = false, Limits = [Units(2_000, "day")] }, null, "test", "again", out _));
        Assert.Null(_bench.Restart().Mismatch);

        Assert.False(_bench.Again(root).Grant.IsFair);
        Assert.Equal(1_000, _bench.Left(_bench.Again(root)));
    }

    private GrantNode Fair(params Limit[] limits) => _bench.Made(_bench.Shape(null, GrantKind.Share, limits) with { IsFair = true });

    private long Drain(GrantNode grant)
    {
        long got = 0;
        while (_bench.Reserve(grant, Usd(1), out _) is { } held)
        {
            Assert.True(_bench.Ledger.Settle(held, Usd(1), UsageSource.Provider, null));
            got++;
        }

        return got;
    }

    // Ten holders of 10,000: nine ask for one thing every ten seconds, the greedy one for ten a second.
    private (int[] Asked, int[] Got) Day(bool isFair, string window)
    {
        GrantNode root = _bench.Made(_bench.Shape(null, GrantKind.Share, Units(10_000, window)) with { IsFair = isFair });
        GrantNode[] holders = [.. Enumerable.Range(0, 10).Select(_ => _bench.Share(root))];
        int[] asked = new int[10];
        int[] got = new int[10];
        for (int second = 0; second < 3_500; second++)
        {
            for (int i = 0; i < 10; i++)
            {
                for (int times = i == 0 ? 10 : second % 10 == i ? 1 : 0; times > 0; times--)
                {
                    asked[i]++;
                    if (_bench.Reserve(holders[i], Usd(1), out LedgerDenial? denial) is { } held)
                    {
                        got[i]++;
                        Assert.True(_bench.Ledger.Settle(held, Usd(1), UsageSource.Provider, null));
                    }
                    else
                    {
                        _bench.Ledger.Denied(new LedgerEvent(LedgerEventKind.Denied, 0) { Grant = holders[i].Grant.Id, Code = denial!.Code }, null!);
                    }
                }
            }

            _bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(_bench.Left(root) >= 0);
        return (asked, got);
    }
}
