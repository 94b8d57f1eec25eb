using System.Numerics;
using Causeway.Budgets.Pricing;
using CsCheck;

namespace Causeway.Budgets.Tests.Pricing;

public sealed class RatesTests
{
    private static readonly Gen<long> s_rate = Gen.OneOf(Gen.Long[0, 1000], Gen.Long[0, 1_000_000_000_000]);

    private static readonly Gen<long?> s_optionalRate = s_rate.Nullable();

    private static readonly Gen<Rates> s_rates =
        Gen.Select(s_rate, s_rate, Gen.Select(s_optionalRate, s_optionalRate, s_optionalRate, s_optionalRate), s_optionalRate, s_optionalRate)
            .Select((input, output, writes, read, reasoning) => new Rates
            {
                Input = input,
                Output = output,
                CacheRead = read,
                CacheWrite5m = writes.Item1,
                CacheWrite30m = writes.Item2,
                CacheWrite1h = writes.Item3,
                CacheWrite12h = writes.Item4,
                Reasoning = reasoning,
            });

    private static readonly Gen<long> s_count = Gen.OneOf(Gen.Long[0, 3], Gen.Long[0, 1_000_000_000]);

    private static readonly Gen<TokenCounts> s_tokens =
        Gen.Select(s_count, s_count, Gen.Select(s_count, s_count, s_count, s_count), s_count, s_count)
            .Select((input, read, writes, visible, reasoning) => new TokenCounts(
                input, read, writes.Item1, writes.Item2, writes.Item3, writes.Item4, visible + reasoning, reasoning));

    private static readonly Gen<long> s_ppm = Gen.OneOf(Gen.Const(1_000_000L), Gen.Long[0, 10_000_000]);

    [Fact]
    public void The_cost_is_the_sum_of_its_lines_each_rounded_up() => Gen.Select(s_rates, s_tokens, s_ppm).Sample((rates, tokens, ppm) =>
        rates.CostNanoUsd(tokens, ppm) == Exact(rates, tokens, ppm));

    [Fact]
    public void Another_token_never_lowers_the_cost() => Gen.Select(s_rates, s_tokens, s_ppm).Sample((rates, tokens, ppm) =>
    {
        long cost = rates.CostNanoUsd(tokens, ppm);

        Assert.True(rates.CostNanoUsd(tokens with { Input = tokens.Input + 1 }, ppm) >= cost);
        Assert.True(rates.CostNanoUsd(tokens with { CacheRead = tokens.CacheRead + 1 }, ppm) >= cost);
        Assert.True(rates.CostNanoUsd(tokens with { CacheWrite5m = tokens.CacheWrite5m + 1 }, ppm) >= cost);
        Assert.True(rates.CostNanoUsd(tokens with { CacheWrite30m = tokens.CacheWrite30m + 1 }, ppm) >= cost);
        Assert.True(rates.CostNanoUsd(tokens with { CacheWrite1h = tokens.CacheWrite1h + 1 }, ppm) >= cost);
        Assert.True(rates.CostNanoUsd(tokens with { CacheWrite12h = tokens.CacheWrite12h + 1 }, ppm) >= cost);
        Assert.True(rates.CostNanoUsd(tokens with { Output = tokens.Output + 1 }, ppm) >= cost);
    });

    [Theory]
    [InlineData(0, 499_999, 0)]
    [InlineData(1, 1, 1)]
    [InlineData(3, 500_000, 2)]
    [InlineData(1, 1_000_000, 1)]
    [InlineData(1, 1_000_001, 2)]
    public void A_part_of_a_nano_dollar_rounds_up(long tokens, long ratePerMillion, long expected) => Assert.Equal(
        expected,
        new Rates { Input = ratePerMillion, Output = 0 }.CostNanoUsd(new TokenCounts(tokens, 0, 0, 0, 0, 0, 0, 0)));

    [Fact]
    public void Rates_that_are_not_told_bill_as_plain_input_and_output()
    {
        Rates rates = new() { Input = 3_000_000, Output = 15_000_000 };

        Assert.Equal((6 * 3) + (2 * 15), rates.CostNanoUsd(new TokenCounts(1, 1, 1, 1, 1, 1, 2, 1)));
    }

    [Fact]
    public void A_cost_beyond_63_bits_is_refused_not_wrapped() => Assert.Throws<OverflowException>(
        () => new Rates { Input = long.MaxValue, Output = 0 }.CostNanoUsd(new TokenCounts(long.MaxValue, 0, 0, 0, 0, 0, 0, 0)));

    private static BigInteger Exact(Rates rates, in TokenCounts tokens, long ppm)
    {
        (long Tokens, long Rate)[] lines =
        [
            (tokens.Input, rates.Input),
            (tokens.CacheRead, rates.CacheRead ?? rates.Input),
            (tokens.CacheWrite5m, rates.CacheWrite5m ?? rates.Input),
            (tokens.CacheWrite30m, rates.CacheWrite30m ?? rates.Input),
            (tokens.CacheWrite1h, rates.CacheWrite1h ?? rates.Input),
            (tokens.CacheWrite12h, rates.CacheWrite12h ?? rates.Input),
            (tokens.Output - tokens.Reasoning, rates.Output),
            (tokens.Reasoning, rates.Reasoning ?? rates.Output),
        ];
        BigInteger divisor = 1_000_000_000_000;
        return lines.Aggregate(BigInteger.Zero, (sum, line) => sum + ((((BigInteger)line.Tokens * line.Rate * ppm) + divisor - 1) / divisor));
    }

    // What a request may use is held before it is known: rounding must not take it beyond what is held.
    [Fact]
    public void No_bill_is_above_the_ceiling_that_was_held_for_it() => Gen.Select(s_rates, s_tokens, s_ppm).Sample((rates, tokens, ppm) =>
    {
        ModelPrice price = new() { List = rates, RegionalPpm = ppm };
        long ceiling = price.CeilingNanoUsd(tokens.AllInput, tokens.Output, DateTimeOffset.UnixEpoch, regional: true)!.Value;

        Assert.True(price.CostNanoUsd(tokens, DateTimeOffset.UnixEpoch, serviceTier: null, regional: true) <= ceiling);
    });
}
