using System.Globalization;
using Causeway.Gateway.Policy;
using Causeway.Releases.Guards;
using Causeway.Testing;

namespace Causeway.Benchmarks.Releases;

/// <summary>
/// What a request's decision and its account cost among many channels, each of them being rolled out, and what a revision with one change costs:
/// <c>-- routing [CHANNELS]</c>, ten thousand when left out. Percentiles, which a mean does not tell: one in a hundred may take 5 µs.
/// </summary>
internal static class RoutingLoad
{
    private const int DefaultChannels = 10_000;
    private const int Rounds = 20;

    public static void Run(string[] args)
    {
        int channels = args is [{ } count, ..] ? int.Parse(count, CultureInfo.InvariantCulture) : DefaultChannels;
        foreach (int each in (int[])[64, channels])
        {
            RoutingPolicy policy = RoutedChannels.Of(each);
            double[] decisions = [.. Enumerable.Range(0, Rounds + 1).Select(_ => Decide(policy)).Skip(1).SelectMany(all => all).Order()]; // The first is compiled in.
            double[] changes = [.. Enumerable.Range(0, Rounds).Select(i => RoutedChannels.Change(ref policy, $"another-{i}").TotalMicroseconds).Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"routing: {each:#,0} channels; a decision and its account p50 {Of(decisions, 0.5):0.00} µs, p99 {Of(decisions, 0.99):0.00} µs, p99.9 {Of(decisions, 0.999):0.0} µs; a revision with one change p50 {Of(changes, 0.5) / 1000:0.0} ms, at most {changes[^1] / 1000:0.0} ms"));
        }
    }

    private static double Of(double[] sorted, double share) => sorted[(int)((sorted.Length - 1) * share)];

    private static double[] Decide(RoutingPolicy policy)
    {
        double[] microseconds = new double[DefaultChannels];
        RoutedChannels.Decide(policy, new RolloutTally([]), [.. policy.Channels.Keys], microseconds);
        return microseconds;
    }
}
