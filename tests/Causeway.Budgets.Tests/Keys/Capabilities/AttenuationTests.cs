using Causeway.Budgets.Keys.Capabilities;

namespace Causeway.Budgets.Tests.Keys.Capabilities;

public sealed class AttenuationTests
{
    private static readonly DateTimeOffset s_now = new(2026, 9, 21, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_key_is_narrowed_without_the_master_key()
    {
        string parent = Tokens.Mint(Tokens.Names(CaveatType.Model, "gpt-*"));

        (string? key, string? problem) = Attenuation.Of(parent, [Tokens.Names(CaveatType.Model, "gpt-5.4-mini"), Caveat.Of(CaveatType.MaxOutput, 100)], s_now);

        Assert.Null(problem);
        VerifiedToken token = Tokens.Verified(key!);
        Assert.Equal(Tokens.Mint(Tokens.Names(CaveatType.Model, "gpt-*"), Tokens.Names(CaveatType.Model, "gpt-5.4-mini"), Caveat.Of(CaveatType.MaxOutput, 100)), key);
        Assert.Equal((Vectors.Key, Vectors.Grant), (token.Key, token.Grant));
        Assert.Equal(["gpt-5.4-mini"], token.Restrictions.Models!.Names);
    }

    [Fact]
    public void Nothing_stands_after_no_further()
    {
        Assert.Equal("The key may not be narrowed: it ends with no_further.", Problem([Caveat.NoFurther], Caveat.Of(CaveatType.MaxOutput, 5)));
        Assert.Equal("no_further is the last of all.", Problem([], Caveat.NoFurther, Caveat.Of(CaveatType.MaxOutput, 5)));
        Assert.Null(Problem([], Caveat.Of(CaveatType.MaxOutput, 5), Caveat.NoFurther));
    }

    [Fact]
    public void An_end_is_neither_past_nor_later_than_the_key_has()
    {
        Assert.Equal("exp: 2026-09-21T12:00:00Z has passed.", Problem([], Caveat.Expires(s_now)));
        Assert.Equal("exp: 2026-09-21T14:00:00Z is after the key's own end, 2026-09-21T13:00:00Z.", Problem([Caveat.Expires(s_now.AddHours(1))], Caveat.Expires(s_now.AddHours(2))));
        Assert.Equal("exp: 2026-09-21T13:00:00Z is before the key begins, 2026-09-21T14:00:00Z.", Problem([Caveat.NotBefore(s_now.AddHours(2))], Caveat.Expires(s_now.AddHours(1))));
        Assert.Null(Problem([Caveat.Expires(s_now.AddHours(1))], Caveat.Expires(s_now.AddMinutes(1))));
    }

    [Fact]
    public void A_key_whose_time_is_over_is_not_narrowed() =>
        Assert.Equal("The key's time is over since 2026-09-21T11:00:00Z.", Problem([Caveat.Expires(s_now.AddHours(-1))], Caveat.Of(CaveatType.MaxOutput, 5)));

    [Fact]
    public void A_start_is_within_the_time_of_the_key()
    {
        Assert.Equal("nbf: 2026-09-21T12:00:00Z is before the key's own start, 2026-09-21T13:00:00Z.", Problem([Caveat.NotBefore(s_now.AddHours(1))], Caveat.NotBefore(s_now)));
        Assert.Equal("nbf: 2026-09-21T13:00:00Z is not before the key's end, 2026-09-21T12:30:00Z.", Problem([], Caveat.Expires(s_now.AddMinutes(30)), Caveat.NotBefore(s_now.AddHours(1))));
    }

    [Theory]
    [InlineData(CaveatType.MaxCalls)]
    [InlineData(CaveatType.MaxTotal)]
    [InlineData(CaveatType.Run)]
    public void A_quantity_needs_a_near_end_before_it(CaveatType type)
    {
        Caveat quantity = type == CaveatType.Run ? Tokens.Name(type, "r") : Caveat.Of(type, 5);
        Caveat tomorrow = Caveat.Expires(s_now.AddHours(24));

        Assert.Equal($"{type.Word()} needs an exp before it, at most 24 hours from now.", Problem([], quantity, tomorrow));
        Assert.Equal(
            $"{type.Word()} needs an exp before it, at most 24 hours from now; the key ends at 2026-09-22T12:00:01Z.", Problem([Caveat.Expires(s_now.AddHours(24).AddSeconds(1))], quantity));
        Assert.Null(Problem([], tomorrow, quantity));
        Assert.Null(Problem([tomorrow], quantity));
    }

    [Fact]
    public void More_than_the_key_has_is_refused()
    {
        Caveat[] key =
        [
            Caveat.Expires(s_now.AddHours(1)), Tokens.Names(CaveatType.Model, "gpt-5*", "o5"), Tokens.Names(CaveatType.Environment, "dev"), Tokens.Name(CaveatType.DataClassMax, "internal"),
            Caveat.Of(CaveatType.MaxCostPerCall, 50), Caveat.Of(CaveatType.MaxCalls, 10), Caveat.Of(CaveatType.MaxTotal, 100), Tokens.Networks("10.0.0.0/8"),
            Tokens.Name(CaveatType.Run, "nightly"), Caveat.Confirmation(new byte[32]),
        ];

        Assert.Equal("model: gpt-* is more than the key may use: gpt-5*, o5.", Problem(key, Tokens.Names(CaveatType.Model, "gpt-*")));
        Assert.Equal("model: gpt-5.4, o6 is more than the key may use: gpt-5*, o5.", Problem(key, Tokens.Names(CaveatType.Model, "o6", "gpt-5.4")));
        Assert.Equal("env: prod is more than the key may use: dev.", Problem(key, Tokens.Names(CaveatType.Environment, "prod")));
        Assert.Equal("data_class_max: customer is more than the key may carry: internal.", Problem(key, Tokens.Name(CaveatType.DataClassMax, "customer")));
        Assert.Equal("max_cost_per_call: 51 is more than the key has: 50.", Problem(key, Caveat.Of(CaveatType.MaxCostPerCall, 51)));
        Assert.Equal("max_calls: 11 is more than the key has: 10.", Problem(key, Caveat.Of(CaveatType.MaxCalls, 11)));
        Assert.Equal("max_total: 101 is more than the key has: 100.", Problem(key, Caveat.Of(CaveatType.MaxTotal, 101)));
        Assert.Equal("cidr: 0.0.0.0/0 is more than the key may come from: 10.0.0.0/8.", Problem(key, Tokens.Networks("0.0.0.0/0")));
        Assert.Equal("run: the key is bound to that run already.", Problem(key, Tokens.Name(CaveatType.Run, "nightly")));
        Assert.Equal("cnf: the key asks for proof of another key already.", Problem(key, Caveat.Confirmation(new byte[32])));
        Assert.Null(Problem(
            key, Tokens.Names(CaveatType.Model, "o5", "gpt-5.4*"), Tokens.Name(CaveatType.DataClassMax, "public"), Caveat.Of(CaveatType.MaxTotal, 100), Tokens.Networks("10.1.0.0/16")));
    }

    [Fact]
    public void A_class_of_data_that_is_not_known_is_refused()
    {
        Assert.Equal("data_class_max: secret is not a class of data; known are public, internal, customer, restricted.", Problem([], Tokens.Name(CaveatType.DataClassMax, "secret")));
        Assert.Equal("data_class_max: public is more than the key may carry: nothing.", Problem([Tokens.Name(CaveatType.DataClassMax, "secret")], Tokens.Name(CaveatType.DataClassMax, "public")));
    }

    [Fact]
    public void A_key_has_an_end_to_its_size()
    {
        Assert.StartsWith("The narrowed key would be larger", Problem([], [.. Enumerable.Range(1, 17).Select(_ => Caveat.Of(CaveatType.MaxOutput, 5))]), StringComparison.Ordinal);
        Assert.StartsWith("The narrowed key would be larger", Problem([], Tokens.Names(CaveatType.Feature, [.. Enumerable.Range(0, 8).Select(i => new string('a', 120) + i)])), StringComparison.Ordinal);
        Assert.Null(Problem([], [.. Enumerable.Range(1, 16).Select(_ => Caveat.Of(CaveatType.MaxOutput, 5))]));
    }

    [Theory]
    [InlineData("cw1_AAAA_00000000", "That is not a whole capability key")]
    [InlineData("cw1_é", "That is not a whole capability key")]
    public void What_is_no_key_is_told(string key, string expected) =>
        Assert.StartsWith(expected, Attenuation.Of(key, [Caveat.NoFurther], s_now).Problem, StringComparison.Ordinal);

    [Fact]
    public void To_narrow_by_nothing_is_a_mistake() => Assert.Equal("There is nothing to narrow the key to.", Problem([]));

    private static string? Problem(Caveat[] key, params Caveat[] caveats)
    {
        string parent = Tokens.Mint(key);
        (string? narrowed, string? problem) = Attenuation.Of(parent, caveats, s_now);
        Assert.True(narrowed is null != problem is null);
        Assert.DoesNotContain(parent[4..40], problem ?? "", StringComparison.Ordinal);
        return problem;
    }
}
