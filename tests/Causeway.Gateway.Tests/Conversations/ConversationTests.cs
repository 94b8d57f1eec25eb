using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Conversations;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Tests.Conversations;

/// <summary>A conversation outlives the release that answered it: the next one goes on with what it can read, and says what was lost.</summary>
public sealed class ConversationTests
{
    private static readonly int s_conversations = Environment.GetEnvironmentVariable("CAUSEWAY_SOAK") is null ? 20 : 200; // C2.
    private const string Thinks = """{"reasoning_text":"let me think","text":"An answer."}""";

    [Fact]
    public async Task A_prompt_that_is_taken_back_refuses_no_turn_of_a_conversation_with_bound_reasoning()
    {
        await using ConversationHouse house = await ConversationHouse.OpenAsync(ConversationPolicy.Migrate);
        await house.House.Simulator.ScriptAsync(Thinks);
        await house.StartAsync();
        Talker[] talkers = [.. Enumerable.Range(0, s_conversations).Select(i => new Talker(house, $"s-{i}"))];
        foreach (Talker talker in talkers)
        {
            Assert.Equal(house.Bad.Id, ConversationHouse.ReleaseOf(await talker.SayAsync("One")));
            Assert.Equal((200, null), await StatusAsync(talker, "Two"));
        }

        await house.RollBackAsync();

        foreach (Talker talker in talkers)
        {
            Assert.Equal((200, $"from={house.Bad.Id}; lost=reasoning"), await StatusAsync(talker, "Three"));
            Assert.Equal((200, null), await StatusAsync(talker, "Four"));
            Assert.Equal((200, null), await StatusAsync(talker, "Five"));
        }

        IReadOnlyList<UsageRecord> records = await house.House.RecordsAsync();
        Assert.Equal(3 * s_conversations, records.Count(record => record.Inherits == house.Bad.Id.ToString() && record.Release == house.Good.Id.ToString())); // What the good release read of the bad one.
        Assert.Equal(2 * s_conversations, records.Count(record => record.Inherits is null && record.Release == house.Bad.Id.ToString()));
        Assert.All(talkers.Select((_, i) => $"s-{i}"), session => Assert.Equal(5, records.Count(record => record.Conversation == session)));
        Conversation? kept = await house.KeptAsync("s-0");
        Assert.Equal([new ConversationRun(house.Bad.Id, 2), new ConversationRun(house.Good.Id, 3)], kept!.Runs);
        Assert.Equal((Portability.P1, "claude"), (kept.Portability, kept.Provider));
    }

    [Fact]
    public async Task Where_conversations_are_not_told_apart_the_next_turn_is_refused_by_the_provider()
    {
        await using ConversationHouse house = await ConversationHouse.OpenAsync(policy: null);
        await house.House.Simulator.ScriptAsync(Thinks);
        await house.StartAsync();
        Talker talker = new(house, "s");
        await talker.SayAsync("One");
        await house.RollBackAsync();

        Assert.Equal((400, null), await StatusAsync(talker, "Two"));
        Assert.Null(await house.KeptAsync("s"));
    }

    [Fact]
    public async Task What_the_answering_release_made_itself_before_stays()
    {
        await using ConversationHouse house = await ConversationHouse.OpenAsync(ConversationPolicy.Migrate);
        await house.House.Simulator.ScriptAsync(Thinks);
        Talker talker = new(house, "s");
        await talker.SayAsync("One");
        await house.StartAsync();
        Answer held = await talker.SayAsync("Two");
        await house.RollBackAsync();
        Answer after = await talker.SayAsync("Three");

        // Begun with base, it stays there while the rollout is under way, and nothing is lost.
        Assert.Equal((house.Good.Id, house.Good.Id), (ConversationHouse.ReleaseOf(held), ConversationHouse.ReleaseOf(after)));
        Assert.Equal((int)RoutingRule.Conversation, (await house.House.RecordOfAsync(held)).RoutingRule);
        Assert.Null(ConversationHouse.Migrated(after));
        Assert.Equal(3, Assert.Single((await house.KeptAsync("s"))!.Runs).Turns);
        string sent = (await house.House.Simulator.LastAsync()).Text;
        Assert.Equal(2, sent.Split("\"signature\"").Length - 1);
    }

    [Fact]
    public async Task A_conversation_that_began_with_the_candidate_stays_with_it_until_it_is_rolled_back()
    {
        await using ConversationHouse house = await ConversationHouse.OpenAsync(ConversationPolicy.Migrate);
        await house.House.Simulator.ScriptAsync(Thinks);
        await house.StartAsync();
        Talker talker = new(house, "s");
        Answer first = await talker.SayAsync("One");
        Answer second = await talker.SayAsync("Two");

        Assert.Equal(((int)RoutingRule.Named, (int)RoutingRule.Conversation), ((await house.House.RecordOfAsync(first)).RoutingRule, (await house.House.RecordOfAsync(second)).RoutingRule));
        Assert.Equal(house.Bad.Id, ConversationHouse.ReleaseOf(second));
    }

    [Fact]
    public async Task Where_the_channel_says_so_they_are_refused_and_new_ones_are_not()
    {
        await using ConversationHouse house = await ConversationHouse.OpenAsync(ConversationPolicy.Reject);
        await house.House.Simulator.ScriptAsync(Thinks);
        await house.StartAsync();
        Talker talker = new(house, "s");
        await talker.SayAsync("One");
        await house.RollBackAsync();

        Answer refused = await talker.SayAsync("Two");

        Assert.Equal((409, "release_revoked", "false"), (refused.Status, refused.Error, refused.Header("x-should-retry")));
        Assert.Equal((200, null), await StatusAsync(new Talker(house, "another"), "One"));
        Assert.Equal(Outcome.Denied, (await house.House.RecordOfAsync(refused)).Outcome);
    }

    [Fact]
    public async Task State_that_another_provider_keeps_does_not_travel()
    {
        await using ConversationHouse house = await ConversationHouse.OpenAsync(ConversationPolicy.Migrate, "openai/gpt-5.4-mini", "other/gpt-5.4-mini");
        await house.StartAsync();
        Answer first = await house.SendAsync(new Saying(Saying.ResponsesPath, """{"model":"support","input":"One"}"""), "s");
        string id = first.Json.GetProperty("id").GetString()!;
        Answer second = await house.SendAsync(new Saying(Saying.ResponsesPath, $$"""{"model":"support","input":"Two","previous_response_id":"{{id}}"}"""), "s");
        Assert.Equal((200, Portability.P3), (second.Status, (await house.KeptAsync("s"))!.Portability));
        await house.RollBackAsync();

        Answer stuck = await house.SendAsync(new Saying(Saying.ResponsesPath, $$"""{"model":"support","input":"Three","previous_response_id":"{{id}}"}"""), "s");
        Answer whole = await house.SendAsync(new Saying(Saying.ResponsesPath, """{"model":"support","input":[{"role":"user","content":"One"},{"role":"assistant","content":"1"},{"role":"user","content":"Three"}]}"""), "s");

        Assert.Equal((409, "release_revoked"), (stuck.Status, stuck.Error));
        Assert.Equal((200, $"from={house.Bad.Id}; lost=none"), (whole.Status, ConversationHouse.Migrated(whole)));
    }

    [Fact]
    public async Task A_store_that_is_away_keeps_nobody_waiting_and_a_failed_turn_is_none()
    {
        await using ConversationHouse house = await ConversationHouse.OpenAsync(ConversationPolicy.Migrate);
        house.Conversations.Away = true;
        await house.House.Simulator.ScriptAsync(Thinks);
        Assert.Equal((200, null), await StatusAsync(new Talker(house, "away"), "One"));
        await house.House.UntilOpenAsync(0);
        await house.House.Conversations!.FlushAsync(GatewayHouse.Token).Soon();
        house.Conversations.Away = false;
        await house.House.Simulator.ScriptAsync("""{"status":400}""");

        Answer failed = await new Talker(house, "failed").SayAsync("One");

        Assert.Equal(400, failed.Status);
        Assert.Null(await house.KeptAsync("away"));
        Assert.Null(await house.KeptAsync("failed"));
    }

    private static async Task<(int Status, string? Migrated)> StatusAsync(Talker talker, string text)
    {
        Answer answer = await talker.SayAsync(text);
        return (answer.Status, ConversationHouse.Migrated(answer));
    }
}
