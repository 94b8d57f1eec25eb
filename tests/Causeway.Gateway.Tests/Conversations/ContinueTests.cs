using Causeway.Gateway.Rollouts;
using Causeway.Gateway.Tests.House;
using Causeway.Releases.Conversations;
using Causeway.Releases.Rollback;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Tests.Conversations;

/// <summary>Conversations that a rollback lets go on with what began them: they do, and nobody else.</summary>
public sealed class ContinueTests
{
    private const string Thinks = """{"reasoning_text":"let me think","text":"An answer."}""";
    private static readonly RollbackOrder s_order = new("mira", "it is bad") { ContinueFor = TimeSpan.FromHours(1) };

    [Fact]
    public async Task Those_that_it_answered_go_on_and_new_ones_are_answered_by_what_answers_now()
    {
        await using ConversationHouse house = await OpenAsync();
        Talker begun = new(house, "begun");
        await begun.SayAsync("One");

        RollbackResult? result = await house.Desk.RollBackAsync("support", s_order, dryRun: false, GatewayHouse.Token);
        Answer goesOn = await begun.SayAsync("Two");
        Answer again = await begun.SayAsync("Three");
        Answer another = await new Talker(house, "new").SayAsync("One");

        Assert.NotNull(result!.Channels.Single().ContinuesUntil);
        Assert.All([goesOn, again], answer => Assert.Equal((200, house.Bad.Id, null), (answer.Status, ConversationHouse.ReleaseOf(answer), ConversationHouse.Migrated(answer))));
        Assert.Equal(((int)RoutingRule.Continued, (int)RoutingRule.Override), ((await house.House.RecordOfAsync(again)).RoutingRule, (await house.House.RecordOfAsync(another)).RoutingRule));
        Assert.Equal(house.Good.Id, ConversationHouse.ReleaseOf(another));
        Assert.True(house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id)); // For everything else.
    }

    [Fact]
    public async Task A_word_of_the_operator_ends_it_before_its_time()
    {
        await using ConversationHouse house = await OpenAsync();
        Talker begun = new(house, "begun");
        await begun.SayAsync("One");
        await house.Desk.RollBackAsync("support", s_order, dryRun: false, GatewayHouse.Token);
        Assert.Equal(house.Bad.Id, ConversationHouse.ReleaseOf(await begun.SayAsync("Two")));

        await house.Desk.SetConversationsAsync("support", ConversationPolicy.Migrate, null, "noor", GatewayHouse.Token);
        Answer after = await begun.SayAsync("Three");

        Assert.Equal((200, house.Good.Id, $"from={house.Bad.Id}; lost=reasoning"), (after.Status, ConversationHouse.ReleaseOf(after), ConversationHouse.Migrated(after)));
    }

    [Fact]
    public async Task Taken_back_everywhere_it_goes_on_with_nobody()
    {
        await using ConversationHouse house = await OpenAsync();
        Talker begun = new(house, "begun");
        await begun.SayAsync("One");
        await house.Desk.RollBackAsync("support", s_order, dryRun: false, GatewayHouse.Token);
        await house.Desk.RollBackEverywhereAsync(house.Bad.Id, new RollbackOrder("mira", "it leaks") { Force = true }, dryRun: false, GatewayHouse.Token);
        await house.Desk.LoadAsync(GatewayHouse.Token);

        Assert.Equal(house.Good.Id, ConversationHouse.ReleaseOf(await begun.SayAsync("Two")));
    }

    [Fact]
    public async Task Where_conversations_are_not_told_apart_it_is_refused()
    {
        await using ConversationHouse house = await ConversationHouse.OpenAsync(policy: null);
        await house.StartAsync();

        RollbackResult? result = await house.Desk.RollBackAsync("support", s_order, dryRun: false, GatewayHouse.Token);

        Assert.Equal(RollbackFault.NotToldApart, result!.Refusals.Single().Fault);
        Assert.False(house.House.Policies.Current.Routing.IsRevoked("support", house.Bad.Id));
    }

    private static async Task<ConversationHouse> OpenAsync()
    {
        ConversationHouse house = await ConversationHouse.OpenAsync(ConversationPolicy.Migrate);
        await house.House.Simulator.ScriptAsync(Thinks);
        await house.StartAsync();
        return house;
    }
}
