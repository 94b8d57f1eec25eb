using Causeway.Admin.Explain;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;

namespace Causeway.Tests.Admin;

/// <summary>A difference of cost in its parts: which part is whose, and that nothing is lost between them.</summary>
public sealed class ChangeSplitTests
{
    private static readonly Func<string, string, (Rates?, Rates?)> s_noList = (_, _) => (null, null);

    [Fact]
    public void More_requests_of_the_same_are_volume_alone()
    {
        ChangeSplit split = ChangeSplit.Of([Row("a", 10, 1_000)], [Row("a", 15, 1_500)], s_noList);

        Assert.Equal((500, 0, 0, 0), (split.Volume, split.Mix, split.Price, split.Tokens));
    }

    [Fact]
    public void Another_share_of_models_is_mix_alone_and_a_new_one_is_in_it()
    {
        ChangeSplit moved = ChangeSplit.Of([Row("cheap", 5, 50), Row("dear", 5, 500)], [Row("cheap", 2, 20), Row("dear", 8, 800)], s_noList);
        ChangeSplit replaced = ChangeSplit.Of([Row("cheap", 10, 100)], [Row("dear", 10, 1_000)], s_noList);

        Assert.Equal((0, 270, 0, 0), (moved.Volume, moved.Mix, moved.Price, moved.Tokens));
        Assert.Equal((0, 900, 0, 0), (replaced.Volume, replaced.Mix, replaced.Price, replaced.Tokens));
        Assert.Equal(["dear", "cheap"], replaced.Models.Select(one => one.Model));
    }

    [Fact]
    public void A_list_price_that_was_raised_is_price_and_what_is_left_is_tokens()
    {
        Rates then = new() { Input = 1_000_000, Output = 1_000_000 }; // One nano-USD a token.
        Rates now = new() { Input = 2_000_000, Output = 1_000_000 };

        ChangeSplit split = ChangeSplit.Of([Row("a", 10, 1_000, input: 1_000)], [Row("a", 10, 2_400, input: 1_200)], (_, _) => (then, now));

        Assert.Equal((0, 0, 1_200, 200), (split.Volume, split.Mix, split.Price, split.Tokens));
    }

    [Fact]
    public void Where_there_was_nothing_all_of_it_is_volume_and_where_nothing_is_left_too()
    {
        ChangeSplit first = ChangeSplit.Of([], [Row("a", 3, 300)], s_noList);
        ChangeSplit last = ChangeSplit.Of([Row("a", 3, 300)], [], s_noList);
        ChangeSplit none = ChangeSplit.Of([], [], s_noList);

        Assert.Equal((300, 0, 0, 0), (first.Volume, first.Mix, first.Price, first.Tokens));
        Assert.Equal((-300, 0, 0, 0), (last.Volume, last.Mix, last.Price, last.Tokens));
        Assert.Equal((0, 0), (none.Volume, none.Models.Count));
    }

    [Fact]
    public void The_parts_are_the_difference_to_the_last_nano_dollar_whatever_the_numbers()
    {
        const int seed = 20261126;
        Random random = new(seed);
        for (int i = 0; i < 2_000; i++)
        {
            SpendRow[] before = Rows(random);
            SpendRow[] now = Rows(random);
            Rates[] rates = [.. Enumerable.Range(0, 2).Select(_ => new Rates { Input = random.NextInt64(1, 50_000_000_000), Output = random.NextInt64(1, 99_000_000_000), CacheRead = random.Next(2) == 0 ? null : random.NextInt64(1_000_000) })];

            ChangeSplit split = ChangeSplit.Of(before, now, (_, _) => (rates[0], rates[1]));

            Assert.True(now.Sum(row => row.CostNanoUsd) - before.Sum(row => row.CostNanoUsd) == split.Volume + split.Mix + split.Price + split.Tokens, $"seed {seed}, turn {i}");
        }
    }

    private static SpendRow[] Rows(Random random) =>
        [.. Enumerable.Range(0, random.Next(6)).Select(i => Row($"m{i}", random.NextInt64(1, 1_000_000), random.NextInt64(1_000_000_000_000), random.NextInt64(1_000_000_000))).Where(_ => random.Next(4) > 0)];

    private static SpendRow Row(string model, long requests, long cost, long input = 0) => new(["p", model], requests, 0, 0, 0, input, 0, 0, 0, 0, cost);
}
