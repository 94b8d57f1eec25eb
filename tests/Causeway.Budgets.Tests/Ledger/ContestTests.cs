using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>Many at once: exactly what fits passes.</summary>
public sealed class ContestTests
{
    private readonly Bench _bench = new();

    [Theory]
    [InlineData(Meter.Usd)]
    [InlineData(Meter.Tokens)]
    [InlineData(Meter.TokensIn)]
    [InlineData(Meter.TokensOut)]
    [InlineData(Meter.Requests)]
    [InlineData(Meter.Concurrent)]
    public void Of_two_hundred_at_once_the_ten_that_fit_pass(Meter meter)
    {
        bool isCount = meter is Meter.Requests or Meter.Concurrent;
        GrantNode root = _bench.Root(Units(isCount ? 10 : meter == Meter.Tokens ? 120 : 60, meter == Meter.Concurrent ? "none" : "day", meter));
        GrantNode leaf = _bench.Share(_bench.Share(_bench.Share(root), Units(1_000_000, "month")), Units(1_000_000, "week", Meter.Tokens));

        Reservation?[] made = Threads.All(200, _ => _bench.Reserve(leaf, new Amounts(6, 6, 6), out LedgerDenial? _));

        Assert.Equal(10, made.Count(one => one is not null));
        Assert.Equal(0, _bench.Left(root));
    }

    [Fact]
    public void The_scarcest_of_several_limits_on_a_path_of_four_with_carves_decides()
    {
        GrantNode root = _bench.Root(Units(10_000, "month"), Units(10_000, "day", Meter.Tokens));
        GrantNode team = _bench.Carve(root, Units(1_000, "month"), Units(1_000, "day", Meter.Tokens));
        GrantNode feature = _bench.Carve(team, Units(100, "month"));
        GrantNode leaf = _bench.Share(feature, Units(10, "hour", Meter.Requests));

        Reservation?[] made = Threads.All(200, i => _bench.Reserve(i % 2 == 0 ? leaf : feature, new Amounts(7, 1, 1), out LedgerDenial? _));

        int passed = made.Count(one => one is not null);
        Assert.Equal(14, passed);
        Assert.InRange(made.Count(one => one?.Grant == leaf), 0, 10);
        Assert.Equal((100 - (7 * 14), 900, 9_000), (_bench.Left(feature), _bench.Left(team), _bench.Left(root)));
        Assert.Equal((1_000 - (2 * 14), 9_000), (_bench.Left(team, 1), _bench.Left(root, 1)));
    }

    [Fact]
    public void Fifty_that_reserve_grow_and_settle_never_spend_a_token_too_much_and_leave_none()
    {
        const int Limit = 20_000;
        GrantNode root = _bench.Root(Units(Limit, "day", Meter.TokensOut));
        GrantNode[] teams = [_bench.Share(root), _bench.Carve(root, Units(5_000, "day", Meter.TokensOut)), _bench.Share(root, Units(9_000, "day", Meter.TokensOut))];

        long[] spent = Threads.All(50, writer =>
        {
            Random chance = new(writer);
            GrantNode team = teams[writer % 3];
            long mine = 0;
            for (int denied = 0; denied < 200;)
            {
                if (_bench.Reserve(team, new Amounts(0, 0, 1 + chance.Next(20)), out LedgerDenial? _) is not { } made)
                {
                    denied++;
                    continue;
                }

                _bench.Ledger.Extend(made, new Amounts(0, 0, chance.Next(5)));
                Amounts used = new(0, 0, chance.NextInt64(made.Held.TokensOut + 1));
                mine += chance.Next(5) switch
                {
                    0 when _bench.Ledger.Void(made, "connect", null) => 0,
                    1 when _bench.Ledger.Doubt(made, "upstream_timeout", null) => made.Held.TokensOut,
                    _ when _bench.Ledger.Settle(made, used, UsageSource.Provider, null) => used.TokensOut,
                    _ => throw new InvalidOperationException("It had ended."),
                };
            }

            return mine;
        });

        long left = _bench.Left(root);
        Assert.Equal(Limit - 5_000 - (spent.Sum() - Spent(teams[1])), left);
        Assert.InRange(left, 0, 20);
        Assert.Equal(5_000 - Spent(teams[1]), _bench.Left(teams[1]));
        Assert.InRange(_bench.Left(teams[1]), 0, 20);
        Assert.True(_bench.Left(teams[2]) >= 0);
        Assert.Null(_bench.Restart().Mismatch);
        Assert.Equal(left, _bench.Left(_bench.Again(root)));

        static long Spent(GrantNode node) => node.States[0].Balances.Sum(balance => balance.Committed + balance.InDoubt);
    }

    [Fact]
    public void What_modest_holders_ask_for_below_their_floor_they_get_whatever_a_greedy_one_does()
    {
        GrantNode root = _bench.Root(Units(1_000, "day"));
        GrantNode greedy = _bench.Share(root);
        GrantNode[] modest = [.. Enumerable.Range(0, 9).Select(_ => _bench.Carve(root, Units(90, "day")))];
        int got = 0;
        int asked = 0;
        Random chance = new(14);
        for (int i = 0; i < 5_000; i++)
        {
            int who = chance.Next(100);
            GrantNode holder = who < 85 ? greedy : modest[who % 9];
            if (who >= 85 && holder.States[0].Balances.Sum(balance => balance.Committed) > 80)
            {
                continue;
            }

            asked += who < 85 ? 0 : 1;
            if (_bench.Reserve(holder, Usd(5), out _) is { } made)
            {
                _bench.Ledger.Settle(made, Usd(4), UsageSource.Provider, null);
                got += who < 85 ? 0 : 1;
            }
        }

        Assert.True(asked > 100 && got >= 0.95 * asked, $"{got} of {asked}");
        Assert.InRange(greedy.Path[1].States[0].Balances[0].Committed, 180, 1_000);
    }

    [Fact]
    public void A_pace_leaves_modest_holders_of_a_shared_pool_what_they_ask_for()
    {
        Limit day = Units(1_000, "day");
        GrantNode root = _bench.Root(day);
        Limit share = Units(500, "day");
        GrantNode greedy = _bench.Share(root, share, Pace(share, "10%/1h"));
        GrantNode[] modest = [.. Enumerable.Range(0, 9).Select(_ => _bench.Share(root, Units(50, "day")))];
        int denied = 0;
        for (int minute = 0; minute < 720; minute++)
        {
            for (int i = 0; i < 20; i++)
            {
                Spend(greedy);
            }

            denied += minute % 15 == 0 ? modest.Count(holder => !Spend(holder)) : 0;
            _bench.Clock.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(minute == 719 ? 1 : 0));
        }

        Assert.Equal(0, denied);
        Assert.InRange(greedy.States[0].Balances[0].Committed, 450, 500);

        bool Spend(GrantNode holder) => _bench.Reserve(holder, Usd(1), out _) is { } made && _bench.Ledger.Settle(made, Usd(1), UsageSource.Provider, null);
    }
}
