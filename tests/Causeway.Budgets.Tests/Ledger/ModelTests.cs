using System.Globalization;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>
/// Random commands on random trees against a naive model (invariants I1, I2, I4, I6, I8, I9, I10, I12, I13). Bounded here;
/// <c>CAUSEWAY_SOAK</c> is a number of runs with seeds of their own.
/// </summary>
public sealed class ModelTests
{
    private const int Steps = 120;

    [Fact]
    public void The_engine_does_what_the_sum_of_its_events_says()
    {
        bool isSoak = int.TryParse(Environment.GetEnvironmentVariable("CAUSEWAY_SOAK"), NumberStyles.None, CultureInfo.InvariantCulture, out int runs);
        int first = isSoak ? Random.Shared.Next(1_000_000, 1_000_000_000) : 1;
        for (int seed = first; seed < first + (isSoak ? runs : 50); seed++)
        {
            RandomTree tree = new(seed);
            try
            {
                tree.Run(Steps);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"Seed {seed}, at {tree.Doing}: {failure.Message}"), failure);
            }
        }
    }
}
