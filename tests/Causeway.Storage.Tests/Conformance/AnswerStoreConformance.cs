using Causeway.Releases.Cache;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IAnswerStore"/> promises, whatever the engine.</summary>
public abstract class AnswerStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);
    private static readonly ReleaseId s_one = new(1, 2);
    private static readonly ReleaseId s_two = new(5, 6);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_is_found_under_its_own_channel_release_and_request_alone()
    {
        await using TestStore store = await NewAsync();

        Assert.True(await store.Answers.PutAsync(Key("support", s_one, 7), [1, 2, 3], s_now, 0, Cancel));
        await store.RestartAsync();

        Assert.Equal([1, 2, 3], await store.Answers.FindAsync(Key("support", s_one, 7), Cancel));
        Assert.Null(await store.Answers.FindAsync(Key("support", s_two, 7), Cancel));
        Assert.Null(await store.Answers.FindAsync(Key("other", s_one, 7), Cancel));
        Assert.Null(await store.Answers.FindAsync(Key("support", s_one, 8), Cancel));
    }

    [Fact]
    public async Task A_later_answer_takes_the_place_of_the_one_before()
    {
        await using TestStore store = await NewAsync();
        await store.Answers.PutAsync(Key("support", s_one, 7), [1, 2, 3], s_now, 0, Cancel);

        Assert.True(await store.Answers.PutAsync(Key("support", s_one, 7), [4], s_now.AddSeconds(1), 0, Cancel));

        Assert.Equal([4], await store.Answers.FindAsync(Key("support", s_one, 7), Cancel));
        Assert.Equal([new AnswerSpace("support", s_one, 1, 1, s_now.AddSeconds(1), s_now.AddSeconds(1))], await store.Answers.ListAsync(Cancel));
    }

    [Theory]
    [InlineData("support")]
    [InlineData(ChannelRouting.Everywhere)]
    public async Task What_comes_late_after_a_change_of_routing_is_dropped(string changed)
    {
        await using TestStore store = await NewAsync();
        RoutingOutcome outcome = await store.Routing.CommitAsync(new RoutingCommit(0, s_now, [ChannelRouting.Of(changed)], [], []), Cancel);

        bool late = await store.Answers.PutAsync(Key("support", s_one, 7), [1], s_now, outcome.Revision - 1, Cancel);
        bool other = await store.Answers.PutAsync(Key("other", s_one, 7), [1], s_now, outcome.Revision - 1, Cancel);
        bool known = await store.Answers.PutAsync(Key("support", s_one, 8), [1], s_now, outcome.Revision, Cancel);

        Assert.Equal((false, changed == "support", true), (late, other, known));
        Assert.Null(await store.Answers.FindAsync(Key("support", s_one, 7), Cancel));
    }

    [Fact]
    public async Task What_is_old_is_dropped_and_nothing_else()
    {
        await using TestStore store = await NewAsync();
        for (int i = 0; i < 450; i++)
        {
            await store.Answers.PutAsync(Key("support", s_one, i), [1, 2], s_now.AddMilliseconds(i), 0, Cancel);
        }

        await store.Answers.PutAsync(Key("support", s_two, 1), [1], s_now, 0, Cancel);
        await store.Answers.PutAsync(Key("other", s_one, 1), [1], s_now, 0, Cancel);

        Assert.Equal(441, await store.Answers.DropAsync("support", s_one, s_now.AddMilliseconds(440), Cancel));
        Assert.Equal(
            [
                new AnswerSpace("other", s_one, 1, 1, s_now, s_now),
                new AnswerSpace("support", s_one, 9, 18, s_now.AddMilliseconds(441), s_now.AddMilliseconds(449)),
                new AnswerSpace("support", s_two, 1, 1, s_now, s_now),
            ],
            await store.Answers.ListAsync(Cancel));
    }

    [Fact]
    public async Task An_answer_beyond_its_bound_and_an_empty_one_are_refused()
    {
        await using TestStore store = await NewAsync();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.Answers.PutAsync(Key("support", s_one, 1), [], s_now, 0, Cancel));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => store.Answers.PutAsync(Key("support", s_one, 1), new byte[IAnswerStore.MaxContent + 1], s_now, 0, Cancel));
        Assert.Empty(await store.Answers.ListAsync(Cancel));
    }

    protected abstract Task<TestStore> NewAsync();

    private static AnswerKey Key(string channel, ReleaseId release, int number) => new(channel, release, number.ToString("x64"));
}
