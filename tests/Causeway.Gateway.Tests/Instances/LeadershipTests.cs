using Causeway.Gateway.Instances;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Instances;

/// <summary>Who leads goes by what the store said a moment ago: a process that was stopped has not heard.</summary>
public sealed class LeadershipTests
{
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(1);
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void One_that_was_stopped_does_not_lead_when_it_goes_on_until_the_store_says_so_again()
    {
        var leadership = Leadership.OfSeveral(_time);
        leadership.Lead(_time.GetTimestamp());
        _time.Advance(Leadership.Term - s_moment);
        Assert.True(leadership.IsLeader);

        _time.Advance(s_moment);
        Assert.False(leadership.IsLeader);

        leadership.Lead(_time.GetTimestamp());
        Assert.True(leadership.IsLeader);
    }

    [Fact]
    public void A_word_holds_from_when_it_was_asked_for()
    {
        var leadership = Leadership.OfSeveral(_time);
        long asked = _time.GetTimestamp();
        _time.Advance(Leadership.Term);

        leadership.Lead(asked);

        Assert.False(leadership.IsLeader);
    }

    [Fact]
    public void Who_is_told_that_another_leads_stops_at_once()
    {
        var leadership = Leadership.OfSeveral(_time);
        leadership.Lead(_time.GetTimestamp());

        leadership.Follow();

        Assert.False(leadership.IsLeader);
    }

    [Fact]
    public void A_process_with_a_store_of_its_own_always_leads() => Assert.True(Leadership.Alone().IsLeader);
}
