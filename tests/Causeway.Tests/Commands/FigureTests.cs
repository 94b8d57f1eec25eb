using Causeway.Commands;

namespace Causeway.Tests.Commands;

public class FigureTests
{
    [Theory]
    [InlineData(null, "unpriced")]
    [InlineData(0L, "$0")]
    [InlineData(1L, "$0.000000001")]
    [InlineData(6_900L, "$0.0000069")]
    [InlineData(184_500L, "$0.00018")]
    [InlineData(1_234_000L, "$0.0012")]
    [InlineData(9_999_999L, "$0.01")]
    [InlineData(123_456_789L, "$0.1235")]
    [InlineData(1_000_000_000L, "$1.00")]
    [InlineData(1_234_567_890_000L, "$1,234.57")]
    public void Costs_are_short_and_never_round_to_nothing(long? nanoUsd, string text) => Assert.Equal(text, Figures.Cost(nanoUsd));

    [Theory]
    [InlineData(0, "0")]
    [InlineData(999, "999")]
    [InlineData(12_345, "12.3k")]
    [InlineData(999_949, "999.9k")]
    [InlineData(999_950, "1.0M")]
    [InlineData(4_500_000, "4.5M")]
    [InlineData(6_700_000_000, "6.7B")]
    public void Tokens_are_scaled(long count, string text) => Assert.Equal(text, Figures.Tokens(count));

    [Theory]
    [InlineData(0, "")]
    [InlineData(0.5, "██████████")]
    [InlineData(0.51, "██████████▎")]
    [InlineData(1, "████████████████████")]
    [InlineData(7, "████████████████████")]
    public void A_bar_is_as_long_as_its_share(double share, string bar) => Assert.Equal(bar, Screen.Bar(share));
}
