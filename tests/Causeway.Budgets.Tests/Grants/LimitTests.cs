using System.Globalization;
using Causeway.Budgets.Grants;
using CsCheck;

namespace Causeway.Budgets.Tests.Grants;

public sealed class LimitTests
{
    [Theory]
    [InlineData(Meter.Usd, "500/month", 500_000_000_000, "usd 500/month")]
    [InlineData(Meter.Usd, "0.50/24h", 500_000_000, "usd 0.5/1d")]
    [InlineData(Meter.Usd, "0.000000001", 1, "usd 0.000000001")]
    [InlineData(Meter.Usd, ".5", 500_000_000, "usd 0.5")]
    [InlineData(Meter.Usd, "1000000000/day", 1_000_000_000_000_000_000, "usd 1000000000/day")]
    [InlineData(Meter.Tokens, "2M/day", 2_000_000, "tokens 2000000/day")]
    [InlineData(Meter.TokensIn, "200k/90m", 200_000, "tokens_in 200000/90m")]
    [InlineData(Meter.TokensOut, "1G/week", 1_000_000_000, "tokens_out 1000000000/week")]
    [InlineData(Meter.Tokens, "1000000000000000", 1_000_000_000_000_000, "tokens 1000000000000000")]
    [InlineData(Meter.Requests, "100/hour", 100, "requests 100/hour")]
    [InlineData(Meter.Concurrent, "8", 8, "concurrent 8")]
    public void A_limit_is_read_and_written(Meter meter, string text, long amount, string written)
    {
        Assert.True(Limit.TryParse(meter, text, "UTC", out Limit limit, out string problem), problem);
        Assert.Equal((meter, amount, written, ""), (limit.Meter, limit.Amount, limit.ToString(), problem));

        Assert.True(Limit.TryParse(meter, written[(written.IndexOf(' ', StringComparison.Ordinal) + 1)..], "UTC", out Limit again, out _));
        Assert.Equal(limit, again);
    }

    [Fact]
    public void An_amount_of_money_is_written_as_a_decimal_would_be() => Gen.OneOf(Gen.Long, Gen.Long[-5_000_000_000, 5_000_000_000], Gen.Long[-10, 10].Select(i => i * 100_000_000)).Sample(
        nanoUsd => Assert.Equal((nanoUsd / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture), Limit.Write(Meter.Usd, nanoUsd)));

    [Theory]
    [InlineData(Meter.Usd, "")]
    [InlineData(Meter.Usd, "/day")]
    [InlineData(Meter.Usd, "0/day")]
    [InlineData(Meter.Usd, "-1/day")]
    [InlineData(Meter.Usd, "$5/day")]
    [InlineData(Meter.Usd, "1e3/day")]
    [InlineData(Meter.Usd, "1,000/day")]
    [InlineData(Meter.Usd, " 1/day")]
    [InlineData(Meter.Usd, "0.0000000001/day")]
    [InlineData(Meter.Usd, "1000000000.01/day")]
    [InlineData(Meter.Usd, "79228162514264337593543950335/day")]
    [InlineData(Meter.Usd, "99999999999999999999999999999999999/day")]
    [InlineData(Meter.Usd, "5/")]
    [InlineData(Meter.Usd, "5/day/day")]
    [InlineData(Meter.Usd, "5k/day")]
    [InlineData(Meter.Tokens, "")]
    [InlineData(Meter.Tokens, "k")]
    [InlineData(Meter.Tokens, "0")]
    [InlineData(Meter.Tokens, "1.5M")]
    [InlineData(Meter.Tokens, "1K")]
    [InlineData(Meter.Tokens, "1000000000000001")]
    [InlineData(Meter.Tokens, "1000001G")]
    [InlineData(Meter.Tokens, "9223372036854775807G")]
    [InlineData(Meter.Requests, "-5/hour")]
    [InlineData(Meter.Concurrent, "5/day")]
    [InlineData(Meter.Concurrent, "5/")]
    public void What_is_no_limit_is_said_why(Meter meter, string text)
    {
        Assert.False(Limit.TryParse(meter, text, "UTC", out _, out string problem));
        Assert.NotEqual("", problem);
    }

    [Theory]
    [InlineData("20%/10m", 200, 10)]
    [InlineData("1%/1d", 10, 1440)]
    [InlineData("99%/1h", 990, 60)]
    public void A_pace_is_a_share_in_a_span(string text, long amount, int minutes)
    {
        Limit limit = new(Meter.Tokens, 1_000, Window.None);

        Assert.True(limit.TryPace(text, out Limit pace, out string problem), problem);
        Assert.Equal(new Limit(Meter.Tokens, amount, Window.Rolling(TimeSpan.FromMinutes(minutes))) { IsPace = true }, pace);
    }

    [Fact]
    public void A_pace_of_the_largest_limit_is_exact_and_of_the_least_is_one()
    {
        Assert.True(new Limit(Meter.Usd, long.MaxValue, Window.None).TryPace("50%/1h", out Limit large, out _));
        Assert.True(new Limit(Meter.Usd, 1, Window.None).TryPace("1%/1h", out Limit least, out _));

        Assert.Equal((long.MaxValue / 2, 1), (large.Amount, least.Amount));
    }

    [Theory]
    [InlineData("")]
    [InlineData("20%")]
    [InlineData("20/10m")]
    [InlineData("%/10m")]
    [InlineData("0%/10m")]
    [InlineData("100%/10m")]
    [InlineData("-5%/10m")]
    [InlineData("2.5%/10m")]
    [InlineData("20%/day")]
    [InlineData("20%/none")]
    [InlineData("20%/30s")]
    public void What_is_no_pace_is_said_to_be_none(string text)
    {
        Limit limit = new(Meter.Usd, 1_000, Window.None);

        Assert.False(limit.TryPace(text, out Limit pace, out string problem));
        Assert.Same(limit, pace);
        Assert.Contains("is not a pace", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_open_at_once_has_no_pace()
    {
        Assert.False(new Limit(Meter.Concurrent, 10, Window.None).TryPace("20%/10m", out _, out string problem));
        Assert.NotEqual("", problem);
    }
}
