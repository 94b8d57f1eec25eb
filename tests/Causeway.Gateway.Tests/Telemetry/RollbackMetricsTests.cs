using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Causeway.Gateway.Telemetry;
using Causeway.Gateway.Tests.Conversations;
using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Rollouts;
using Causeway.Releases.Conversations;

namespace Causeway.Gateway.Tests.Telemetry;

/// <summary>What an operator sees of a rollback at /metrics.</summary>
public sealed class RollbackMetricsTests
{
    [Fact]
    public async Task A_rollback_shows_when_it_was_in_force_and_when_the_last_of_its_calls_ended()
    {
        await using HeldUpstream upstream = new(HeldUpstream.Begun("Hel"), HeldUpstream.Ended);
        await using RollbackHouse house = await RollbackHouse.OpenAsync(upstream.Address);
        ConcurrentQueue<string> seen = [];
        using MeterListener listener = Listen(house.House.Meters, seen);
        Task<Answer> asking = house.House.AskAsync(RollbackHouse.ChatStream);
        await upstream.Arrived;
        await house.RollBackAsync();
        Assert.Equal([$"{GenAiNames.RollbackApplied} {GenAiNames.Channel}=support"], seen);

        upstream.GoOn();
        await asking;
        await house.House.AskAsync(RollbackHouse.Chat); // Of base: no part of the tail.
        await house.House.UntilOpenAsync(0);

        Assert.Equal([$"{GenAiNames.RollbackApplied} {GenAiNames.Channel}=support", $"{GenAiNames.RollbackTail} {GenAiNames.Channel}=support"], seen);
    }

    [Theory]
    [InlineData(ConversationPolicy.Migrate, "reasoning")]
    [InlineData(ConversationPolicy.Reject, "refused")]
    public async Task What_conversations_lose_is_counted_once_for_each(ConversationPolicy policy, string lost)
    {
        await using ConversationHouse house = await ConversationHouse.OpenAsync(policy);
        await house.House.Simulator.ScriptAsync("""{"reasoning_text":"let me think","text":"An answer."}""");
        await house.StartAsync();
        Talker talker = new(house, "s");
        await talker.SayAsync("One");
        ConcurrentQueue<string> seen = [];
        using MeterListener listener = Listen(house.House.Meters, seen);
        await house.RollBackAsync();

        await talker.SayAsync("Two");
        await house.House.UntilOpenAsync(0);

        Assert.Equal([$"{GenAiNames.ConversationsMoved} {GenAiNames.Lost}={lost}"], seen.Where(line => line.StartsWith(GenAiNames.ConversationsMoved, StringComparison.Ordinal)));
    }

    private static MeterListener Listen(IMeterFactory meters, ConcurrentQueue<string> seen)
    {
        MeterListener listener = new()
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Scope == meters && instrument.Name is GenAiNames.RollbackApplied or GenAiNames.RollbackTail or GenAiNames.ConversationsMoved)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => seen.Enqueue($"{instrument.Name} {tags[0].Key}={tags[0].Value}"));
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) => seen.Enqueue($"{instrument.Name} {tags[0].Key}={tags[0].Value}"));
        listener.Start();
        return listener;
    }
}
