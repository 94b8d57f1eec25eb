using Causeway.Releases.Channels;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Releases.Tests.Channels;

public sealed class PolicyPlanTests
{
    private static readonly DateTimeOffset s_before = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset s_now = s_before.AddDays(1);
    private static readonly Release s_one = NewRelease("one");
    private static readonly Release s_two = NewRelease("two");

    [Fact]
    public void Only_what_is_missing_is_made_and_only_what_differs_is_moved()
    {
        var same = ReleaseChannel.New("same", s_one.Id, UnsupportedFields.Deny, s_before);
        var moved = ReleaseChannel.New("moved", s_one.Id, UnsupportedFields.Deny, s_before);
        var softer = ReleaseChannel.New("softer", s_one.Id, UnsupportedFields.Deny, s_before);
        var stricter = ReleaseChannel.New("stricter", s_one.Id, UnsupportedFields.Deny, s_before);
        ReleaseChannel[] channels = [same, moved, softer, stricter];
        var document = new PolicyDocument(
            [s_one, s_two, s_two],
            [
                new WantedChannel("same", s_one.Id, UnsupportedFields.Deny),
                new WantedChannel("moved", s_two.Id, UnsupportedFields.Deny),
                new WantedChannel("softer", s_one.Id, UnsupportedFields.Drop),
                new WantedChannel("stricter", s_one.Id, UnsupportedFields.Deny, ConformanceRule.Require),
                new WantedChannel("new", s_two.Id, UnsupportedFields.Drop, ConformanceRule.Off),
            ]);

        var plan = PolicyPlan.Of(document, id => id == s_one.Id, name => channels.FirstOrDefault(channel => channel.Name == name), s_now);

        Assert.Equal([s_two], plan.NewReleases);
        Assert.Equal(
            [
                new ChannelChange(moved, moved.Next(s_two.Id, UnsupportedFields.Deny, s_now)),
                new ChannelChange(softer, softer.Next(s_one.Id, UnsupportedFields.Drop, s_now)),
                new ChannelChange(stricter, stricter with { Conformance = ConformanceRule.Require, Version = 2, UpdatedAt = s_now }),
                new ChannelChange(null, ReleaseChannel.New("new", s_two.Id, UnsupportedFields.Drop, s_now, ConformanceRule.Off)),
            ],
            plan.Channels);
    }

    private static Release NewRelease(string model) => new(new ReleaseContent { Pins = [new Pin("p", model, PinClass.Unknown)] }, null, s_before);
}
