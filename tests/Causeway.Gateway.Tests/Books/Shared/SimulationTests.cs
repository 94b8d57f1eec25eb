namespace Causeway.Gateway.Tests.Books.Shared;

/// <summary>B-03: whatever fails, several instances never give out more than there is, and agree in the end.</summary>
public sealed class SimulationTests
{
    [Theory]
    [InlineData(0, 1_000)]
    [InlineData(1_000, 1_000)]
    public void Several_instances_never_give_out_more_than_there_is(int first, int count)
    {
        (int late, int denied, int refused) = (0, 0, 0);
        for (int seed = first; seed < first + count; seed++)
        {
            try
            {
                Simulation ran = new Simulation(seed).Run(instances: 2 + (seed % 7), requests: 60);
                (late, denied, refused) = (late + ran.Oracle.Late, denied + ran.Denied, refused + ran.Refused);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"Seed {seed}: {failure.Message}", failure);
            }
        }

        Assert.True(late > 0 && denied > 0 && refused > 0, $"Too little happened: {late} settled late, {denied} denied, {refused} refused.");
    }

    [Fact]
    public void The_same_seed_gives_the_same_chain()
    {
        string first = new Simulation(4711).Run(4, 200).Chain.Digest();

        Assert.Equal(first, new Simulation(4711).Run(4, 200).Chain.Digest());
        Assert.NotEqual(first, new Simulation(4712).Run(4, 200).Chain.Digest());
    }
}
