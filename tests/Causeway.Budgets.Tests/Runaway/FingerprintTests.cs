using System.Security.Cryptography;
using Causeway.Budgets.Runaway;

namespace Causeway.Budgets.Tests.Runaway;

public sealed class FingerprintTests
{
    [Fact]
    public void A_fingerprint_is_the_first_16_bytes_of_a_keyed_digest()
    {
        byte[] written = new byte[RunFingerprint.Length];

        new FingerprintKey("key"u8).Of("content"u8).WriteTo(written);

        Assert.Equal(HMACSHA256.HashData("key"u8, "content"u8)[..16], written);
    }

    [Fact]
    public void Content_in_pieces_has_the_fingerprint_of_the_whole_and_leaves_the_hash_empty()
    {
        FingerprintKey key = new("key"u8);
        using IncrementalHash hash = key.Begin();
        hash.AppendData("con"u8);
        hash.AppendData("tent"u8);

        Assert.Equal(key.Of("content"u8), FingerprintKey.Finish(hash));
        Assert.Equal(key.Of(default), FingerprintKey.Finish(hash));
    }

    [Fact]
    public void Two_processes_have_different_fingerprints_of_the_same()
    {
        Assert.NotEqual(FingerprintKey.Random().Of("content"u8), FingerprintKey.Random().Of("content"u8));
    }

    [Fact]
    public void The_order_in_which_fingerprints_are_mixed_matters()
    {
        (RunFingerprint a, RunFingerprint b) = (GuardedRun.Print("a"), GuardedRun.Print("b"));

        Assert.NotEqual(a.Then(b), b.Then(a));
        Assert.NotEqual(a, a.Then(a));
    }

    [Fact]
    public void A_fingerprint_does_not_print()
    {
        Assert.Equal("fingerprint", GuardedRun.Print("a").ToString());
    }
}
