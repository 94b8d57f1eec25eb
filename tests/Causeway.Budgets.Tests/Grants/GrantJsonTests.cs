using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Tests.Grants;

public sealed class GrantJsonTests
{
    private static readonly Grant s_grant = new()
    {
        Id = GrantId.New(DateTimeOffset.UnixEpoch),
        Holder = new Holder(IsFeature: false, "search"),
        CreatedAt = DateTimeOffset.UnixEpoch,
        CreatedBy = "mira",
    };

    [Theory]
    [InlineData(ReserveMode.Strict)]
    [InlineData(ReserveMode.Clamp)]
    public void What_is_done_where_a_bound_does_not_fit_comes_back_as_it_went_in(ReserveMode mode) =>
        Assert.Equal(mode, GrantJson.Read(GrantJson.Write(s_grant with { Reserve = mode })).Reserve);

    [Fact]
    public void A_grant_that_was_kept_before_there_was_a_choice_is_strict_and_reads_the_same()
    {
        string text = GrantJson.Text(s_grant);

        Assert.DoesNotContain("reserve", text, StringComparison.Ordinal);
        Assert.Equal(ReserveMode.Strict, GrantJson.Read(System.Text.Encoding.UTF8.GetBytes(text)).Reserve);
    }

    [Fact]
    public void A_mode_that_this_version_does_not_know_is_not_taken_for_another()
    {
        string text = GrantJson.Text(s_grant with { Reserve = ReserveMode.Clamp }).Replace("clamp", "lenient", StringComparison.Ordinal);

        Assert.Throws<InvalidDataException>(() => GrantJson.Read(System.Text.Encoding.UTF8.GetBytes(text)));
    }
}
