using Causeway.Releases.Releases;

namespace Causeway.Releases.Tests.Releases;

public sealed class ReleaseIdTests
{
    // SHA-256 of the empty text, as NIST publishes it.
    private const string Empty = "rel_e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    [Fact]
    public void An_id_is_the_digest_in_lower_case() => Assert.Equal(Empty, ReleaseId.Of([]).ToString());

    [Fact]
    public void An_id_comes_back_from_its_bytes()
    {
        ReleaseId id = ReleaseId.Of("x"u8);

        Assert.Equal(id, ReleaseId.FromDigest(id.ToDigest()));
        Assert.Throws<ArgumentException>(() => ReleaseId.FromDigest(new byte[31]));
    }

    [Theory]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(68)]
    public void A_beginning_means_the_ids_that_begin_so(int length)
    {
        Assert.True(ReleaseIdRange.TryParse(Empty[..length], out ReleaseIdRange range));

        Assert.StartsWith(Empty[..length], range.Least.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(Empty[..length], range.Most.ToString(), StringComparison.Ordinal);
        Assert.True(range.Least.ToDigest().AsSpan().SequenceCompareTo(ReleaseId.Of([]).ToDigest()) <= 0);
        Assert.True(range.Most.ToDigest().AsSpan().SequenceCompareTo(ReleaseId.Of([]).ToDigest()) >= 0);
        Assert.Equal(length == 68, range.Least == range.Most);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("rel_")]
    [InlineData("rel_e3b0c44")]
    [InlineData("e3b0c44298fc1c14")]
    [InlineData("rel_E3B0C44298FC1C14")]
    [InlineData("rel_e3b0c44g")]
    [InlineData("rel_+3b0c442")]
    [InlineData("rel_e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8550")]
    [InlineData("key_e3b0c44298fc1c14")]
    public void What_is_no_id_is_refused(string? text) => Assert.False(ReleaseIdRange.TryParse(text, out _));
}
