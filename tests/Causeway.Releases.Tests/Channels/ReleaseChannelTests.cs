using Causeway.Releases.Channels;
using Causeway.Releases.Releases;

namespace Causeway.Releases.Tests.Channels;

public sealed class ReleaseChannelTests
{
    [Theory]
    [InlineData("support")]
    [InlineData("a")]
    [InlineData("0.chat_v2-eu")]
    public void A_name_may_be_this(string name) => Assert.Null(ReleaseChannel.NameProblem(name));

    [Theory]
    [InlineData("", "must have 1 to 64 characters, has 0")]
    [InlineData("openai/gpt-5", "may not hold '/': provider/model names a pin, not a channel")]
    [InlineData("Support", "may hold lower-case letters, digits, '.', '_' and '-', and starts with a letter or digit")]
    [InlineData("-a", "may hold lower-case letters, digits, '.', '_' and '-', and starts with a letter or digit")]
    [InlineData("a b", "may hold lower-case letters, digits, '.', '_' and '-', and starts with a letter or digit")]
    [InlineData("ä", "may hold lower-case letters, digits, '.', '_' and '-', and starts with a letter or digit")]
    public void And_not_this(string name, string problem) => Assert.Equal(problem, ReleaseChannel.NameProblem(name));

    [Fact]
    public void A_name_has_an_end() => Assert.Equal("must have 1 to 64 characters, has 65", ReleaseChannel.NameProblem(new string('a', 65)));

    [Fact]
    public void Each_change_counts()
    {
        DateTimeOffset made = DateTimeOffset.UnixEpoch;
        var channel = ReleaseChannel.New("a", ReleaseId.Of("1"u8), UnsupportedFields.Deny, made);

        ReleaseChannel moved = channel.Next(ReleaseId.Of("2"u8), UnsupportedFields.Drop, made.AddHours(1));

        Assert.Equal(ConformanceRule.Warn, channel.Conformance);
        Assert.Equal(ConformanceRule.Off, (channel with { Conformance = ConformanceRule.Off }).Next(channel.Release, UnsupportedFields.Drop, made).Conformance);
        Assert.Equal(1, channel.Version);
        Assert.Equal(channel with { Release = ReleaseId.Of("2"u8), Unsupported = UnsupportedFields.Drop, Version = 2, UpdatedAt = made.AddHours(1) }, moved);
    }
}
