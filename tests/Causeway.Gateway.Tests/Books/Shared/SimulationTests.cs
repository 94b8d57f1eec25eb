using System.Globalization;
using Causeway.Budgets.Leases;

namespace Causeway.Gateway.Tests.Books.Shared;

/// <summary>
/// B-03: whatever fails, several instances never give out more than there is, and agree in the end. <c>CAUSEWAY_SOAK</c> is a number of runs with leases, with seeds of their own.
/// </summary>
public sealed class SimulationTests
{
    // Short lives and small budgets, so that much happens in little time.
    private static readonly LeaseRules s_short = new()
    {
        Life = TimeSpan.FromMilliseconds(1_500),
        Margin = TimeSpan.FromMilliseconds(400),
        Grace = TimeSpan.FromMilliseconds(600),
        Renewal = TimeSpan.FromMilliseconds(300),
        Rest = TimeSpan.FromMilliseconds(100),
        CallsPerSecond = 1,
        LeastCalls = 1,
        SmallestPart = 4,
        EdgeChunks = 1,
    };

    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(1_000, 1_000)]
    public void Several_instances_never_give_out_more_than_there_is(int first, int count)
    {
        (int late, int denied, int refused, int told, int recovered) = (0, 0, 0, 0, 0);
        for (int seed = first; seed < first + count; seed++)
        {
            try
            {
                Simulation ran = new Simulation(seed).Run(instances: 2 + (seed % 7), requests: 60);
                (late, denied, refused, told, recovered) = (late + ran.Oracle.Late, denied + ran.Denied, refused + ran.Refused, told + ran.Told, recovered + ran.Recovered);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {seed}: {failure.Message}", failure);
            }
        }

        Assert.True(late > 0 && denied > 0 && refused > 0 && told > 0 && recovered > 0, $"Too little happened: {late} settled late, {denied} denied, {refused} refused, {told} told, {recovered} booked out of local books.");
    }

    [Fact]
    public void Leases_change_nothing_of_that()
    {
        bool isSoak = int.TryParse(Environment.GetEnvironmentVariable("CAUSEWAY_SOAK"), NumberStyles.None, CultureInfo.InvariantCulture, out int runs);
        (int first, int count) = isSoak ? (Random.Shared.Next(1_000_000, 1_000_000_000), runs) : (0, 300);
        (int drawn, int late, int recalls, int denied, int died) = (0, 0, 0, 0, 0);
        for (int seed = first; seed < first + count; seed++)
        {
            try
            {
                Simulation ran = new Simulation(seed, s_short).Run(instances: 2 + (seed % 7), requests: 120);
                (drawn, late, recalls, denied) = (drawn + ran.Drawn, late + ran.Oracle.LeasesLate, recalls + ran.Oracle.Recalls, denied + ran.Denied);
                died += ran.Oracle.LeasesInDoubt.Values.Any(left => left > 0) ? 1 : 0;
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {seed}: {failure.Message}", failure);
            }
        }

        Assert.True(drawn > 10 * count && late > 0 && recalls > 0 && denied > 0 && died > 0, $"Too little happened: {drawn} drawn, {late} told late, {recalls} recalls, {denied} denied, {died} with leases in doubt.");
    }

    [Fact]
    public void The_same_seed_gives_the_same_chain_with_leases()
    {
        string first = new Simulation(4711, s_short).Run(4, 200).Chain.Digest();

        Assert.Equal(first, new Simulation(4711, s_short).Run(4, 200).Chain.Digest());
        Assert.NotEqual(first, new Simulation(4712, s_short).Run(4, 200).Chain.Digest());
    }

    [Fact]
    public void The_same_seed_gives_the_same_chain()
    {
        string first = new Simulation(4711).Run(4, 200).Chain.Digest();

        Assert.Equal(first, new Simulation(4711).Run(4, 200).Chain.Digest());
        Assert.NotEqual(first, new Simulation(4712).Run(4, 200).Chain.Digest());
    }
}
