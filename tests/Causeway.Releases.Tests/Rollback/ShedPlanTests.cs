using Causeway.Releases.Rollback;
using CsCheck;

namespace Causeway.Releases.Tests.Rollback;

public sealed class ShedPlanTests
{
    private static readonly (string, long)[] s_requests = [("dev", 20), ("eval", 30), ("staging", 0), ("prod", 50)];

    [Theory]
    [InlineData(1.0, "", 1.0, true)]
    [InlineData(0.9, "dev", 0.8, true)]
    [InlineData(0.8, "dev", 0.8, true)]
    [InlineData(0.6, "dev eval", 0.5, true)]
    [InlineData(0.3, "dev eval", 0.5, false)] // prod never waits.
    public void The_lowest_waits_first_and_the_highest_never(double headroom, string waiting, double carried, bool suffices)
    {
        ShedPlan plan = ShedPlan.Of(headroom, s_requests);

        Assert.Equal((waiting, carried, suffices), (string.Join(' ', plan.Waiting), plan.Carried, plan.Suffices));
    }

    [Fact]
    public void Nobody_waits_where_nobody_asks() => Assert.Equal((0, true), (ShedPlan.Of(0.1, [("dev", 0), ("prod", 0)]).Waiting.Count, ShedPlan.Of(0.1, [("dev", 0), ("prod", 0)]).Suffices));

    [Fact]
    public void No_more_wait_than_have_to() => Gen.Select(Gen.Double[0, 2], Gen.Int[0, 100].Array[4]).Sample((headroom, counts) =>
    {
        (string, long)[] requests = [("dev", counts[0]), ("eval", counts[1]), ("staging", counts[2]), ("prod", counts[3])];
        ShedPlan plan = ShedPlan.Of(headroom, requests);
        if (plan.Waiting.Count == 0)
        {
            return true;
        }

        long all = counts.Sum();
        long last = requests.Single(one => one.Item1 == plan.Waiting[^1]).Item2;
        return (plan.Carried * all) + last > headroom * all && !plan.Waiting.Contains("prod");
    });
}
