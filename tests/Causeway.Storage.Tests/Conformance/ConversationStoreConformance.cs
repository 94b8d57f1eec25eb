using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IConversationStore"/> promises, whatever the engine.</summary>
public abstract class ConversationStoreConformance
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, 123, TimeSpan.Zero);
    private static readonly ReleaseId s_one = new(1, 2);
    private static readonly ReleaseId s_two = new(3, 4);
    private static readonly ConversationTarget s_there = new("elsewhere", 1_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_conversation_comes_back_as_it_was_left()
    {
        await using TestStore store = await NewAsync();
        Conversation begun = Begun("a", s_one, Portability.P1, s_now).Answered(s_one, "openai", Portability.P0, s_now).Answered(s_two, "claude", Portability.P3, s_now.AddSeconds(1));

        await store.Conversations.PutAsync([begun], Cancel);
        await store.RestartAsync();

        Conversation? found = await store.Conversations.FindAsync(begun.Key, Cancel);
        Assert.NotNull(found);
        Assert.Equal([new ConversationRun(s_one, 2), new ConversationRun(s_two, 1)], found.Runs);
        Assert.Equal((begun.Key, "claude", Portability.P3, s_now.AddSeconds(1)), (found.Key, found.Provider, found.Portability, found.LastTurnAt));
        Assert.Null(await store.Conversations.FindAsync(begun.Key with { Team = "other" }, Cancel));
        Assert.Null(await store.Conversations.FindAsync(begun.Key with { Channel = "other" }, Cancel));
    }

    [Fact]
    public async Task A_later_answer_stands_over_an_earlier_one_in_whatever_order_they_come()
    {
        await using TestStore store = await NewAsync();
        Conversation first = Begun("a", s_one, Portability.P0, s_now);
        Conversation second = first.Answered(s_one, "openai", Portability.P0, s_now.AddSeconds(1));

        await store.Conversations.PutAsync([second], Cancel);
        await store.Conversations.PutAsync([first], Cancel);

        Assert.Equal(2, (await store.Conversations.FindAsync(first.Key, Cancel))!.Turns);
    }

    [Fact]
    public async Task They_are_counted_by_what_they_would_lose_and_forgotten_by_their_age()
    {
        await using TestStore store = await NewAsync();
        await store.Conversations.PutAsync(
            [
                Begun("a", s_one, Portability.P0, s_now), Begun("b", s_one, Portability.P1, s_now), Begun("c", s_one, Portability.P1, s_now), Begun("d", s_one, Portability.P3, s_now),
                Begun("e", s_two, Portability.P0, s_now), Begun("f", s_one, Portability.P0, s_now.AddDays(-1)),
            ],
            Cancel);

        Assert.Equal(new ConversationCounts(1, 2, 1), await store.Conversations.CountAsync("support", s_one, s_there, s_now, Cancel));
        Assert.Equal(new ConversationCounts(0, 0, 0), await store.Conversations.CountAsync("other", s_one, s_there, s_now, Cancel));
        Assert.Equal(1, await store.Conversations.DropBeforeAsync(s_now, Cancel));
        Assert.Equal(new ConversationCounts(1, 2, 1), await store.Conversations.CountAsync("support", s_one, s_there, s_now.AddDays(-2), Cancel));
    }

    [Fact]
    public async Task State_is_stuck_where_another_provider_goes_on_and_so_is_what_is_longer_than_it_reads()
    {
        await using TestStore store = await NewAsync();
        await store.Conversations.PutAsync(
            [
                Begun("a", s_one, Portability.P3, s_now), Begun("b", s_one, Portability.P1, s_now).Measured(900, 100, 4_000), Begun("c", s_one, Portability.P1, s_now).Measured(900, 101, 4_000),
                Begun("d", s_one, Portability.P0, s_now) with { Tokens = 1_001 },
            ],
            Cancel);

        Assert.Equal(new ConversationCounts(0, 1, 3), await store.Conversations.CountAsync("support", s_one, s_there, s_now, Cancel));
        Assert.Equal(new ConversationCounts(1, 1, 2), await store.Conversations.CountAsync("support", s_one, s_there with { Provider = "openai" }, s_now, Cancel));
        Assert.Equal(new ConversationCounts(1, 2, 1), await store.Conversations.CountAsync("support", s_one, ConversationTarget.Unknown, s_now, Cancel));
        Assert.Equal((1_001L, 4_448L), (await store.Conversations.FindAsync(new ConversationKey("support", "search", "c"), Cancel)) is { } found ? (found.Tokens, found.Bytes) : default);
    }

    protected abstract Task<TestStore> NewAsync();

    private static Conversation Begun(string session, ReleaseId release, Portability portability, DateTimeOffset at) =>
        Conversation.Begun(new ConversationKey("support", "search", session), release, "openai", portability, at);
}
