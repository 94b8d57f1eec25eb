using Causeway.Budgets.Leases;
using CsCheck;

namespace Causeway.Budgets.Tests.Leases;

public sealed class LeaseRulesTests
{
    private static readonly LeaseRules s_rules = new();

    [Theory]
    [InlineData(1_000_000, 1_000_000, 10, 4, 2_000)] // 2 % of the limit.
    [InlineData(100_000, 1_000_000, 10, 4, 625)] // A fourth of its part of what is left.
    [InlineData(2_600, 1_000_000, 10, 4, 16)]
    [InlineData(2_559, 1_000_000, 10, 4, 0)] // Less than 8·N·c_min: at the edge every decision is exact.
    [InlineData(3_000, 3_999, 10, 1, 0)] // 2 % are less than eight calls.
    public void A_lease_is_as_large_as_the_rule_says(long remaining, long amount, long unit, int instances, long calls) =>
        Assert.Equal(calls, s_rules.CallsOf(remaining, amount, unit, instances));

    [Fact]
    public void A_lease_is_never_more_than_its_part_and_all_together_never_more_than_there_is() =>
        Gen.Select(Gen.Long[0, 1L << 60], Gen.Long[0, 1L << 60], Gen.Long[1, 1L << 40], Gen.Int[1, 64]).Sample((remaining, amount, unit, instances) =>
        {
            long calls = s_rules.CallsOf(remaining, amount, unit, instances);
            Int128 held = (Int128)calls * unit;
            return calls == 0 || (held <= amount / 50 && held * instances * 4 <= remaining && calls >= s_rules.LeastCalls)
                || (held == (Int128)s_rules.LeastCalls * unit && held * instances * 8 <= remaining && held <= amount / 50);
        });
}
