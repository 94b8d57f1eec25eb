using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Tests.Routing;

/// <summary>C4: a million units, through the stages of a plan.</summary>
public sealed class StageShareTests
{
    private const int Units = 1_000_000;
    private const double Tolerance = 0.0015;
    private static readonly int[] s_shares = [10_000, 50_000, 250_000, 500_000, 900_000];

    [Fact]
    public void Nobody_of_a_million_leaves_and_every_share_is_what_it_says()
    {
        (int left, int[] met) = Walk([.. Enumerable.Range(0, s_shares.Length).Select(stage => Image(stage, "support"))], Units);

        Assert.Equal(0, left);
        Assert.All(s_shares.Zip(met), pair => Assert.InRange(pair.Second / (double)Units, (pair.First / 1e6) - Tolerance, (pair.First / 1e6) + Tolerance));
    }

    // The control.
    [Fact]
    public void Drawn_anew_at_every_stage_many_would_leave() =>
        Assert.True(Walk([.. Enumerable.Range(0, s_shares.Length).Select(stage => Image(stage, $"support {stage}"))], Units / 100).Left > 0);

    [Fact]
    public void Instances_that_read_the_same_revision_agree()
    {
        RoutingImage[] instances = [.. Enumerable.Range(0, 3).Select(_ => new RoutingImage(Some.Channel(Some.One).Channel, RoutingJson.Read(RoutingJson.Write(Routing(2, "support")), 1), static _ => false))];

        Assert.All(Enumerable.Range(0, 10_000), unit => Assert.Single(instances.Select(one => one.Resolve(Subject(unit), hasLease: true)).Distinct()));
    }

    private static (int Left, int[] Met) Walk(RoutingImage[] stages, int units)
    {
        int left = 0;
        int[] met = new int[stages.Length];
        for (int unit = 0; unit < units; unit++)
        {
            RoutingSubject subject = Subject(unit);
            bool before = false;
            for (int stage = 0; stage < stages.Length; stage++)
            {
                bool now = stages[stage].Resolve(subject, hasLease: true).Release == Some.Two;
                met[stage] += now ? 1 : 0;
                left += before && !now ? 1 : 0;
                before = now;
            }
        }

        return (left, met);
    }

    private static RoutingSubject Subject(int unit) => new("search", "answers", "prod", null, new RoutingUnit("user", $"{unit}"), null);

    private static RoutingImage Image(int stage, string seed) => new(Some.Channel(Some.One).Channel, Routing(stage, seed), static _ => false);

    private static ChannelRouting Routing(int stage, string seed) =>
        Some.Routing(Some.Rollout(Some.Plan([.. s_shares.Select(ppm => new RolloutStage { Kind = ppm == s_shares[^1] ? StageKind.Bake : StageKind.Percent, Ppm = ppm })]), stage)) with { Seed = seed };
}
