using Causeway.Releases.Rollouts;

namespace Causeway.Releases.Tests.Rollouts;

public sealed class CandidateLeaseTests
{
    private readonly Clock _clock = new();

    [Fact]
    public void Nothing_is_leased_before_the_store_was_heard_from()
    {
        CandidateLease lease = new(_clock);

        Assert.False(lease.IsLive);
        Assert.Equal(0, lease.Lapses);
    }

    [Fact]
    public void A_lease_ends_by_itself_a_second_after_the_store_was_asked()
    {
        CandidateLease lease = new(_clock);
        lease.Renew(_clock.GetTimestamp());
        _clock.Pass(TimeSpan.FromMilliseconds(999));
        Assert.True(lease.IsLive);

        _clock.Pass(TimeSpan.FromMilliseconds(1));

        Assert.False(lease.IsLive);
        Assert.False(lease.IsLive);
        Assert.Equal(1, lease.Lapses);
    }

    [Fact]
    public void An_answer_that_took_long_renews_for_less_and_an_old_one_for_nothing()
    {
        CandidateLease lease = new(_clock);
        long asked = _clock.GetTimestamp();
        _clock.Pass(TimeSpan.FromMilliseconds(700));
        lease.Renew(_clock.GetTimestamp());
        lease.Renew(asked);

        Assert.Equal(TimeSpan.FromSeconds(1), lease.Left);
        _clock.Pass(TimeSpan.FromMilliseconds(999));
        Assert.True(lease.IsLive);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_lease_that_is_withheld_runs_out_though_it_is_renewed_and_comes_back(bool isForever)
    {
        CandidateLease lease = new(_clock);
        lease.Renew(_clock.GetTimestamp());
        if (isForever)
        {
            lease.HoldForever();
        }

        Assert.True(lease.TryWithhold());
        Assert.False(lease.TryWithhold());
        _clock.Pass(TimeSpan.FromMilliseconds(500));
        lease.Renew(_clock.GetTimestamp());
        Assert.True(lease.IsLive);
        _clock.Pass(TimeSpan.FromMilliseconds(500));
        Assert.False(lease.IsLive);
        lease.Restore();
        Assert.Equal(isForever, lease.IsLive); // It is asked before it is renewed.
        Assert.Equal(0, lease.Lapses);
        lease.Renew(_clock.GetTimestamp());

        Assert.True(lease.IsLive);
        Assert.Equal(isForever ? null : TimeSpan.FromSeconds(1), lease.Left);
    }

    [Fact]
    public void A_process_that_owns_its_store_holds_it_for_good()
    {
        CandidateLease lease = new(_clock);
        lease.HoldForever();
        lease.Renew(_clock.GetTimestamp());
        _clock.Pass(TimeSpan.FromDays(1));

        Assert.True(lease.IsLive);
        Assert.Null(lease.Left);
    }

    private sealed class Clock : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Pass(TimeSpan span) => _ticks += span.Ticks;

        public override long GetTimestamp() => _ticks;
    }
}
