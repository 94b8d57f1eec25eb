using Causeway.Gateway.Conversations;
using Causeway.Gateway.Tests.House;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Conversations;

/// <summary>A caller may go on from an answer before it is written down, on the same machine within microseconds.</summary>
public sealed class OpenTurnsTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task What_is_answered_is_waited_for_until_it_is_written_down()
    {
        OpenTurns<string> turns = new(TimeSpan.FromMilliseconds(250), _time);
        OpenTurns<string>.Turn turn = turns.Begin("search", () => true);

        ValueTask<bool> settling = turns.SettleAsync("search", GatewayHouse.Token);

        Assert.False(settling.IsCompleted);
        turn.Dispose();
        Assert.True(await settling);
        Assert.False(await turns.SettleAsync("search", GatewayHouse.Token));
    }

    [Fact]
    public async Task Nobody_waits_for_another_nor_for_an_answer_that_is_still_being_given()
    {
        OpenTurns<string> turns = new(TimeSpan.FromMilliseconds(250), _time);
        using OpenTurns<string>.Turn giving = turns.Begin("search", () => false);
        using OpenTurns<string>.Turn another = turns.Begin("ads", () => true);

        Assert.False(await turns.SettleAsync("search", GatewayHouse.Token));
        Assert.False(await turns.SettleAsync("support", GatewayHouse.Token));
    }

    [Fact]
    public async Task Nobody_waits_for_long()
    {
        OpenTurns<string> turns = new(TimeSpan.FromMilliseconds(250), _time);
        using OpenTurns<string>.Turn one = turns.Begin("search", () => true);
        turns.Begin("search", () => true).Dispose();

        ValueTask<bool> settling = turns.SettleAsync("search", GatewayHouse.Token);
        _time.Advance(TimeSpan.FromMilliseconds(249));
        Assert.False(settling.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.True(await settling.AsTask().Soon());
    }
}
