using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

public sealed class RestrictionsTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 9, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_key_without_a_caveat_may_do_anything()
    {
        Restrictions free = Tokens.Of();

        Assert.Equal(
            Enumerable.Repeat(Breach.None, 9),
            [
                free.OfTime(DateTimeOffset.MaxValue), free.OfAudience(null), free.OfRoute("/x"), free.OfEnvironment("prod"), free.OfFeature("f"), free.OfModel("m"),
                free.OfModelClass(null), free.OfDataClass("secret"), free.OfAddress(null),
            ]);
    }

    [Theory]
    [InlineData(59, Breach.None)]
    [InlineData(60, Breach.Expired)]
    public void A_key_ends_with_a_minute_of_skew(int seconds, Breach expected) =>
        Assert.Equal(expected, Tokens.Of(Caveat.Expires(s_noon.AddDays(1)), Caveat.Expires(s_noon)).OfTime(s_noon.AddSeconds(seconds)));

    [Theory]
    [InlineData(-60, Breach.None)]
    [InlineData(-61, Breach.NotYet)]
    public void A_key_begins_with_a_minute_of_skew(int seconds, Breach expected) =>
        Assert.Equal(expected, Tokens.Of(Caveat.NotBefore(s_noon), Caveat.NotBefore(s_noon.AddDays(-1))).OfTime(s_noon.AddSeconds(seconds)));

    [Fact]
    public void Parts_of_a_second_are_cut_against_the_bearer()
    {
        Restrictions restrictions = Tokens.Of(Caveat.NotBefore(s_noon.AddMilliseconds(1)), Caveat.Expires(s_noon.AddSeconds(5.9)));

        Assert.Equal((s_noon.AddSeconds(1), s_noon.AddSeconds(5)), (restrictions.NotBefore, restrictions.NotAfter));
    }

    [Fact]
    public void A_quantity_works_in_the_last_24_hours_before_the_end_that_stands_before_it()
    {
        Restrictions restrictions = Tokens.Of(Caveat.Expires(s_noon.AddHours(24)), Caveat.Of(CaveatType.MaxTotal, 5), Caveat.Expires(s_noon.AddHours(1)));

        Assert.Equal(s_noon, restrictions.NotBefore);
        Assert.Equal(s_noon.AddHours(1), restrictions.NotAfter);
        Assert.Equal(Breach.NotYet, restrictions.OfTime(s_noon.AddSeconds(-61)));
        Assert.Equal(Breach.None, restrictions.OfTime(s_noon));
        Assert.Equal(s_noon.AddHours(24), restrictions.MaxTotals[0].EndsAt);
    }

    [Fact]
    public void What_is_counted_ends_the_same_for_every_key_that_counts_under_it()
    {
        Caveat[] parent = [Caveat.Expires(s_noon), Caveat.Of(CaveatType.MaxCalls, 5), Tokens.Name(CaveatType.Run, "r")];

        Restrictions wide = Tokens.Of(parent);
        Restrictions narrow = Tokens.Of([.. parent, Caveat.Expires(s_noon.AddHours(-1)), Caveat.Of(CaveatType.MaxCalls, 2), Tokens.Name(CaveatType.Run, "inner")]);

        Assert.Equal(wide.MaxCalls[0], narrow.MaxCalls[0]);
        Assert.Equal(wide.Runs[0], narrow.Runs[0]);
        Assert.Equal(["r", "inner"], narrow.Runs.Select(run => run.Name));
        Assert.Equal(s_noon.AddHours(-1), narrow.MaxCalls[1].EndsAt);
        Assert.NotEqual(narrow.MaxCalls[0].Prefix, narrow.MaxCalls[1].Prefix);
    }

    [Fact]
    public void A_quantity_is_counted_under_the_prefix_that_ends_with_it()
    {
        VerifiedToken token = Tokens.Verified(Tokens.Mint(Caveat.Expires(s_noon), Caveat.Of(CaveatType.MaxCalls, 5), Caveat.Of(CaveatType.MaxTotal, 7), Caveat.NoFurther));

        Assert.Equal(new Quantity(token.Prefixes[2], 5, s_noon), Assert.Single(token.Restrictions.MaxCalls));
        Assert.Equal(new Quantity(token.Prefixes[3], 7, s_noon), Assert.Single(token.Restrictions.MaxTotals));
        Assert.True(token.Restrictions.NoFurther);
    }

    [Fact]
    public void Of_several_bounds_the_least_holds()
    {
        Restrictions restrictions = Tokens.Of(
            Caveat.Of(CaveatType.MaxOutput, 500), Caveat.Of(CaveatType.MaxOutput, 200), Caveat.Of(CaveatType.MaxOutput, 300),
            Caveat.Of(CaveatType.MaxCostPerCall, 7), Caveat.Of(CaveatType.MaxCostPerCall, 9));

        Assert.Equal((200L, 7L), (restrictions.MaxOutput, restrictions.MaxCostPerCall));
    }

    [Fact]
    public void Two_lists_without_a_name_in_common_allow_nothing()
    {
        Restrictions restrictions = Tokens.Of(Tokens.Names(CaveatType.Environment, "dev"), Tokens.Names(CaveatType.Environment, "prod"));

        Assert.Empty(restrictions.Environments!.Names);
        Assert.Equal((Breach.Environment, Breach.Environment), (restrictions.OfEnvironment("dev"), restrictions.OfEnvironment("prod")));
    }

    [Fact]
    public void Each_list_bounds_its_own_dimension()
    {
        Restrictions restrictions = Tokens.Of(
            Tokens.Names(CaveatType.Audience, "eu"), Tokens.Names(CaveatType.Route, "chat.*"), Tokens.Names(CaveatType.Feature, "triage"),
            Tokens.Names(CaveatType.Model, "gpt-*"), Tokens.Names(CaveatType.ModelClass, "small"), Tokens.Names(CaveatType.Environment, "dev"));

        Assert.Equal((Breach.None, Breach.Audience, Breach.Audience), (restrictions.OfAudience("eu"), restrictions.OfAudience("us"), restrictions.OfAudience(null)));
        Assert.Equal((Breach.None, Breach.Route), (restrictions.OfRoute("chat.completions"), restrictions.OfRoute("messages")));
        Assert.Equal((Breach.None, Breach.Feature), (restrictions.OfFeature("triage"), restrictions.OfFeature("triage2")));
        Assert.Equal((Breach.None, Breach.None, Breach.Model), (restrictions.OfModel("gpt-5"), restrictions.OfModel("support", "gpt-5"), restrictions.OfModel("openai/o5", "o5")));
        Assert.Equal((Breach.None, Breach.Model, Breach.Model), (restrictions.OfModelClass("small"), restrictions.OfModelClass("standard"), restrictions.OfModelClass(null)));
        Assert.Equal((Breach.None, Breach.Environment), (restrictions.OfEnvironment("dev"), restrictions.OfEnvironment("eval")));
    }

    [Theory]
    [InlineData("public", Breach.None)]
    [InlineData("internal", Breach.None)]
    [InlineData("customer", Breach.DataClass)]
    [InlineData("secret", Breach.DataClass)]
    public void Data_may_be_as_sensitive_as_the_least_of_the_bounds(string dataClass, Breach expected) => Assert.Equal(
        expected, Tokens.Of(Tokens.Name(CaveatType.DataClassMax, "customer"), Tokens.Name(CaveatType.DataClassMax, "internal")).OfDataClass(dataClass));

    [Fact]
    public void A_bound_that_is_not_known_lets_nothing_pass() =>
        Assert.Equal(Breach.DataClass, Tokens.Of(Tokens.Name(CaveatType.DataClassMax, "secret")).OfDataClass("public"));

    [Fact]
    public void A_key_that_asks_for_proof_says_of_which_key()
    {
        byte[] thumbprint = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

        Restrictions restrictions = Tokens.Of(Caveat.Confirmation(thumbprint));

        Assert.Equal(thumbprint, restrictions.Confirmation.ToArray());
    }
}
