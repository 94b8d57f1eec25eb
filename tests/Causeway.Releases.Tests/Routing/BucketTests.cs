using Causeway.Releases.Routing;

namespace Causeway.Releases.Tests.Routing;

public sealed class BucketTests
{
    [Theory]
    [InlineData("chan-support", "tenant-1", 957489)]
    [InlineData("chan-support", "tenant-2", 635576)]
    [InlineData("chan-support", "user:42", 607268)]
    [InlineData("chan-billing", "user:42", 210721)]
    public void The_published_vectors_hold(string seed, string unit, int bucket) => Assert.Equal(bucket, Bucket.Of(seed, unit));

    [Fact]
    public void In_two_pieces_it_stands_where_it_stands_as_it_is_written()
    {
        RoutingUnit[] units = [new("user", "42"), new("tenant", ""), new("conversation", "Größe 🌉"), new("user", new string('x', 2_000))];

        Assert.All(units, unit => Assert.Equal(Bucket.Of("chan-support", unit.ToString()), Bucket.Of("chan-support", unit)));
        Assert.Equal(607268, Bucket.Of("chan-support", units[0]));
    }

    [Fact]
    public void Seed_and_unit_do_not_run_into_each_other() => Assert.NotEqual(Bucket.Of("ab", "c"), Bucket.Of("a", "bc"));

    [Fact]
    public void A_long_unit_and_one_that_is_no_ASCII_are_drawn_as_their_bytes()
    {
        string unit = new('ü', 5_000);

        int bucket = Bucket.Of("seed", unit);

        byte[] text = [.. "seed"u8, 0, .. System.Text.Encoding.UTF8.GetBytes(unit)];
        ulong first = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(System.Security.Cryptography.SHA256.HashData(text));
        Assert.Equal((int)((UInt128)first * 1_000_000 >> 64), bucket);
    }

    [Fact]
    public void Shares_are_what_they_say()
    {
        int[] buckets = [.. Enumerable.Range(0, 200_000).Select(i => Bucket.Of("chan-support", $"user:{i}"))];

        Assert.All(buckets, bucket => Assert.InRange(bucket, 0, Bucket.Count - 1));
        foreach (int ppm in (int[])[10_000, 50_000, 250_000, 500_000, 900_000])
        {
            Assert.InRange(buckets.Count(bucket => bucket < ppm) / 200_000.0, (ppm / 1e6) - 0.004, (ppm / 1e6) + 0.004);
        }
    }
}
