using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Keys;
using CsCheck;

namespace Causeway.Budgets.Tests.Keys;

public sealed class KeyHashTests
{
    [Fact]
    public void It_is_the_whole_SHA_256_of_the_key()
    {
        byte[] key = Encoding.ASCII.GetBytes(KeySecret.New());

        Assert.Equal(SHA256.HashData(key), KeyHash.Of(key).ToDigest());
    }

    [Fact]
    public void Hashes_are_equal_exactly_when_all_their_bytes_are() => Gen.Select(Gen.Byte.Array[32], Gen.Int[0, 31], Gen.Byte).Sample(
        (digest, at, with) =>
        {
            byte[] other = [.. digest];
            other[at] = with;
            var left = KeyHash.FromDigest(digest);
            var right = KeyHash.FromDigest(other);
            bool same = digest.AsSpan().SequenceEqual(other);

            Assert.Equal(same, left == right);
            Assert.Equal(same, left.Equals((object)right));
            Assert.Equal(!same, left != right);
            Assert.True(!same || left.GetHashCode() == right.GetHashCode());
        });

    [Fact]
    public void A_digest_survives_the_way_through_a_store() => Gen.Byte.Array[32].Sample(
        digest => KeyHash.FromDigest(digest).ToDigest().AsSpan().SequenceEqual(digest));

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Other_lengths_are_no_digest(int length) =>
        Assert.Throws<ArgumentException>(() => KeyHash.FromDigest(new byte[length]));

    [Fact]
    public void Its_text_gives_nothing_away() => Assert.Equal("sha256:…", KeyHash.Of("a key"u8).ToString());
}
