using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Releases.Tests.Conversations;

public sealed class ConversationTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 9, 0, 0, TimeSpan.Zero);
    private static readonly ReleaseId s_one = new(1, 1);
    private static readonly ReleaseId s_two = new(2, 2);

    [Fact]
    public void Turns_of_one_release_are_taken_together_and_what_it_answered_first_is_its_own()
    {
        Conversation conversation = Begun(s_one).Answered(s_one, "a", Portability.P0, s_now).Answered(s_two, "b", Portability.P0, s_now).Answered(s_one, "a", Portability.P0, s_now);

        Assert.Equal([new ConversationRun(s_one, 2), new ConversationRun(s_two, 1), new ConversationRun(s_one, 1)], conversation.Runs);
        Assert.Equal((4, s_one, 2, 0), (conversation.Turns, conversation.Last, conversation.OwnTurns(s_one), conversation.OwnTurns(s_two)));
    }

    [Fact]
    public void What_an_answer_left_stays_to_be_lost_for_as_long_as_its_release_goes_on()
    {
        Conversation hidden = Begun(s_one).Answered(s_one, "a", Portability.P1, s_now).Answered(s_one, "a", Portability.P0, s_now);

        Assert.Equal(Portability.P1, hidden.Portability);
        Assert.Equal(Portability.P0, hidden.Answered(s_two, "b", Portability.P0, s_now).Portability);
    }

    [Fact]
    public void Of_one_that_goes_to_and_fro_the_oldest_turns_are_nobodys()
    {
        Conversation conversation = Begun(s_one);
        for (int i = 1; i < 500; i++)
        {
            conversation = conversation.Answered(i % 2 == 0 ? s_one : s_two, "a", Portability.P0, s_now);
        }

        Assert.Equal((Conversation.MaxRuns, 500, 0), (conversation.Runs.Count, conversation.Turns, conversation.OwnTurns(s_one)));
        Assert.Equal(Conversation.Unknown, conversation.Runs[0].Release);
        Conversation read = ConversationJson.Read(conversation.Key, ConversationJson.Write(conversation), conversation.Portability, conversation.LastTurnAt);
        Assert.Equal(conversation.Runs, read.Runs);
    }

    [Fact]
    public void What_is_damaged_is_said_to_be()
    {
        Assert.Throws<InvalidDataException>(() => ConversationJson.Read(new ConversationKey("c", "t", "s"), "{}"u8, Portability.P0, s_now));
        Assert.Throws<InvalidDataException>(() => ConversationJson.Read(new ConversationKey("c", "t", "s"), """{"provider":"a","runs":[]}"""u8, Portability.P0, s_now));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_conversation_stays_with_the_release_that_answered_it_while_that_is_served(bool isCandidate)
    {
        RolloutPlan plan = Some.Plan(Some.Percent(isCandidate ? 0 : 900_000));
        RoutingImage image = new(Some.Channel(Some.One).Channel, Some.Routing(Some.Rollout(plan)), static _ => false);
        RoutingSubject subject = new("search", "answers", "dev", null, new RoutingUnit("user", "1"), null, isCandidate ? Some.Two : Some.One);

        Assert.Equal((isCandidate ? Some.Two : Some.One, RoutingRule.Conversation), (image.Resolve(subject, true).Release, image.Resolve(subject, true).Rule));
        Assert.Equal(Some.One, image.Resolve(subject, false).Release); // Without a lease base answers.
        Assert.NotEqual(RoutingRule.Conversation, image.Resolve(subject with { Held = new ReleaseId(9, 9) }, true).Rule); // It is not served.
    }

    private static Conversation Begun(ReleaseId release) => Conversation.Begun(new ConversationKey("support", "search", "s"), release, "a", Portability.P0, s_now);
}
