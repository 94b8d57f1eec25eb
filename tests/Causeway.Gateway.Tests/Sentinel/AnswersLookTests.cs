using Causeway.Gateway.Tests.House;
using Causeway.Gateway.Tests.Rollouts;
using Causeway.Releases.Pins;
using Causeway.Releases.Sentinel;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Tests.Sentinel;

public sealed class AnswersLookTests
{
    private static readonly Pin s_pin = new("good", RollbackHouse.Model, PinClass.Float);

    [Fact]
    public async Task Answers_of_a_channel_are_counted_for_its_release_and_the_pin_that_gave_them()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        await house.AskAsync(4);
        await house.House.Simulator.ScriptAsync("""{"finish_reason":"length"}""");
        await house.AskAsync();

        await house.Watch.CountAsync(GatewayHouse.Token);

        PinShape shape = Assert.Single(house.Watched!.Shapes);
        Assert.Equal(house.Back.Good.Id.ToString(), shape.Release);
        Assert.Equal([4, 0, 1, 0, 0], shape.Filling.Endings);
        Assert.Equal((5, 2, 3), (shape.Filling.Lengths.Total, shape.Filling.FirstBytes.Total, shape.Filling.Durations.Total));
        await house.Watch.CountAsync(GatewayHouse.Token);
        Assert.Equal(5, house.Watched.Shapes.Single().Filling.Answers); // Once.
    }

    // What failed has no look, and what was not asked through a channel is no release's.
    [Fact]
    public async Task What_failed_or_came_without_a_release_is_not_counted()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        await house.House.Simulator.ScriptAsync("""{"status":500}""");
        Assert.NotEqual(200, (await house.House.AskAsync(RollbackHouse.Chat)).Status);
        await house.House.Simulator.ScriptAsync("{}");
        Assert.Equal(200, (await house.House.AskAsync(new Saying(Saying.ChatPath, $$"""{"model":"{{SentinelHouse.Pin}}","messages":[{"role":"user","content":"hi"}]}"""))).Status);
        await house.House.RecordsAsync();

        Assert.Empty(house.House.Gateway.Eye.TakeAnswers());
    }

    [Fact]
    public async Task The_second_window_that_differs_is_told_holds_nothing_and_is_accepted_by_a_person()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        await house.AskAsync();
        await FillAsync(house, lengths: 9);

        await house.AskAsync();
        await house.Watch.CountAsync(GatewayHouse.Token);

        Assert.Contains("tokens long", house.Watched!.Change!.Evidence, StringComparison.Ordinal);
        Assert.Null(house.Watched.Drift);
        Assert.Null(house.Book.DriftOf(s_pin));
        TimelineEntry told = Assert.Single(house.Back.Store.Timeline, entry => entry.Kind == TimelineKind.PinChanged);
        Assert.StartsWith($"answers of {SentinelHouse.Pin} to {house.Back.Good.Id} look otherwise than they did: in the middle", told.Detail, StringComparison.Ordinal);

        WatchedPin? accepted = await house.Desk.AcceptAsync(s_pin, "noor", "we ask for longer answers", GatewayHouse.Token);

        Assert.Null(accepted!.Change);
        Assert.Empty(accepted.Shapes);
        Assert.Null(await house.Desk.AcceptAsync(s_pin, "noor", "again", GatewayHouse.Token)); // Nothing is left to accept.
    }

    // Its control: the same, and answers are as long as they were.
    [Fact]
    public async Task A_window_that_does_not_differ_is_not_told()
    {
        await using SentinelHouse house = await SentinelHouse.OpenAsync();
        await house.AskAsync();
        await FillAsync(house, lengths: 1);

        await house.AskAsync();
        await house.Watch.CountAsync(GatewayHouse.Token);

        Assert.NotNull(house.Watched!.Shapes.Single().LastAt);
        Assert.Null(house.Watched.Change);
        Assert.DoesNotContain(house.Back.Store.Timeline, entry => entry.Kind == TimelineKind.PinChanged);
    }

    // A frozen baseline of what the simulator answers, a window that differed by so many times in length, and another of which one answer is missing.
    private static async Task FillAsync(SentinelHouse house, int lengths)
    {
        await house.Watch.CountAsync(GatewayHouse.Token);
        AnswerShape one = house.Watched!.Shapes.Single().Filling;
        AnswerShape baseline = Enumerable.Range(0, 10).Aggregate(one, (sum, _) => sum.Plus(sum));
        int first = Histogram.StepOf((long)Histogram.SizeOf(one.Lengths.First) * lengths);
        AnswerShape now = baseline with { Lengths = baseline.Lengths with { First = first } };
        DateTimeOffset then = DateTimeOffset.UtcNow.AddHours(-2);
        await house.Book.ChangeAsync(
            "good",
            RollbackHouse.Model,
            pin => pin with
            {
                Shapes =
                [
                    pin.Shapes.Single() with
                    {
                        Baseline = baseline, FrozenAt = then, Since = then, Filling = now, Last = now, LastAt = then, Differences = ShapeRules.Compare(baseline, now), InARow = 1,
                    },
                ],
            },
            GatewayHouse.Token);
    }
}
