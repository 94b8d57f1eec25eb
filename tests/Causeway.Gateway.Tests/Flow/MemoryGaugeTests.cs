using Causeway.Gateway.Flow;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Flow;

public sealed class MemoryGaugeTests
{
    private readonly FakeTimeProvider _time = new();
    private long _used;
    private long _garbage;
    private int _letGo;
    private int _collections;

    [Theory]
    [InlineData(849, false)]
    [InlineData(850, true)]
    public void From_85_percent_on_nothing_new_is_started(long used, bool isShort)
    {
        using MemoryGauge gauge = Open();
        Show(used, garbage: 0);
        Assert.Equal((isShort, 0), (gauge.IsShort, _letGo));
    }

    [Fact]
    public void Garbage_is_no_shortage()
    {
        using MemoryGauge gauge = Open();
        Show(500, garbage: 450);
        Assert.Equal((false, 1), (gauge.IsShort, _collections));
    }

    [Fact]
    public void From_95_percent_on_what_is_kept_for_speed_is_let_go()
    {
        using MemoryGauge gauge = Open();
        Show(949, garbage: 0);
        Assert.Equal(0, _letGo);
        _used = 950;
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((false, 1), (gauge.IsShort, _letGo)); // The cache had 300 of it.
    }

    [Fact]
    public void There_is_room_again_when_there_is()
    {
        using MemoryGauge gauge = Open();
        Show(900, garbage: 0);
        Assert.True(gauge.IsShort);
        Show(600, garbage: 0);
        Assert.False(gauge.IsShort);
    }

    [Fact]
    public void Whole_collections_are_two_seconds_apart()
    {
        using MemoryGauge gauge = Open();
        for (int i = 0; i < 8; i++)
        {
            Show(900, garbage: 0);
        }

        Assert.Equal((true, 1), (gauge.IsShort, _collections));
        Show(900, garbage: 0);
        Assert.Equal(2, _collections);
    }

    private MemoryGauge Open() => new(
        _time,
        () =>
        {
            _letGo++;
            _used -= 300;
        },
        1000,
        collected =>
        {
            if (collected)
            {
                _collections++;
                _garbage = 0;
            }

            return _used + _garbage;
        });

    private void Show(long used, long garbage)
    {
        (_used, _garbage) = (used, garbage);
        _time.Advance(TimeSpan.FromMilliseconds(250));
    }
}
