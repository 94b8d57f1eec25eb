using System.Globalization;
using Causeway.Budgets.Keys.Proofs;

namespace Causeway.Budgets.Tests.Keys.Proofs;

/// <summary>Whoever sends many proofs stops nobody else.</summary>
public sealed class SeenProofsTests
{
    private static readonly DateTimeOffset s_now = new(2026, 3, 10, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void One_pair_at_its_bound_is_refused_alone_until_its_proofs_are_over()
    {
        SeenProofs seen = new();
        Fill(seen, 1, SeenProofs.MostOfOne);

        Assert.Contains($"more than {SeenProofs.MostOfOne} proofs of this key", seen.Take(Pair(1), "more", s_now), StringComparison.Ordinal);
        Assert.Contains("used before", seen.Take(Pair(1), "0", s_now), StringComparison.Ordinal);
        Assert.Null(seen.Take(Pair(2), "more", s_now));
        Assert.Null(seen.Take(Pair(1), "more", s_now.AddSeconds(122)));
    }

    [Fact]
    public void At_the_bound_of_all_those_with_few_are_taken_still()
    {
        SeenProofs seen = new();
        Fill(seen, 0, SeenProofs.Share);
        for (int pair = 1; pair <= SeenProofs.Most / SeenProofs.MostOfOne; pair++)
        {
            Fill(seen, pair, SeenProofs.MostOfOne - (pair == 1 ? SeenProofs.Share : 0));
        }

        Assert.NotNull(seen.Take(Pair(0), "more", s_now));
        Assert.NotNull(seen.Take(Pair(1), "more", s_now));
        Fill(seen, 1_000, SeenProofs.Share);
        Assert.NotNull(seen.Take(Pair(1_000), "more", s_now));
        Assert.Null(seen.Take(Pair(0), "more", s_now.AddSeconds(122)));
    }

    [Fact]
    public void Beyond_the_pairs_that_are_counted_those_that_are_known_go_on()
    {
        SeenProofs seen = new();
        for (int pair = 0; pair < SeenProofs.MostPairs; pair++)
        {
            Fill(seen, pair, 1);
        }

        Assert.NotNull(seen.Take(Pair(SeenProofs.MostPairs), "more", s_now));
        Assert.Null(seen.Take(Pair(0), "more", s_now));
        Assert.Null(seen.Take(Pair(SeenProofs.MostPairs), "more", s_now.AddSeconds(122)));
    }

    private static void Fill(SeenProofs seen, int pair, int proofs)
    {
        byte[] thumbprint = Pair(pair);
        for (int proof = 0; proof < proofs; proof++)
        {
            Assert.Null(seen.Take(thumbprint, proof.ToString(CultureInfo.InvariantCulture), s_now));
        }
    }

    private static byte[] Pair(int number)
    {
        byte[] thumbprint = new byte[32];
        BitConverter.TryWriteBytes(thumbprint, number);
        return thumbprint;
    }
}
