using Causeway.Budgets.Ledger;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Budgets;

public sealed class OnceTests
{
    private const string Header = "idempotency-key";

    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("gemini-events")]
    [InlineData("passthrough")]
    public async Task A_repeat_of_a_request_that_is_being_worked_on_is_not_made(string way)
    {
        Saying saying = way == "passthrough" ? Saying.ChatStream with { Path = "/passthrough/openai/v1/chat/completions" } : Saying.Streams[way];
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("requests 10");
        await house.Simulator.ScriptEachAsync(["""{"cut":{"how":"stall","at_event":1}}"""]);
        await using RawCaller first = await RawCaller.ConnectAsync(house.Address);
        await first.SendAsync(RawCaller.Request(saying, granted.Secret, $"{Header}: one\r\n"));
        await first.ReadUntilAsync("HTTP/1.1 200");

        Answer repeat = await house.SendAsync(Named(saying, granted.Secret, "one"));
        Answer other = await house.SendAsync(Named(saying, granted.Secret, "two"));
        Answer neighbour = await house.SendAsync(Named(saying, house.Secret, "one"));

        Assert.Equal((409, "duplicate_in_flight", "false"), (repeat.Status, repeat.Error, repeat.Header("x-should-retry")));
        Assert.Equal((200, 200), (other.Status, neighbour.Status));
        first.Reset();
        Answer after = await AfterwardsAsync(house, saying, granted);
        Assert.Equal(200, after.Status);
        Assert.Equal(3, granted.Use().Committed);
    }

    [Theory]
    [InlineData("""{"status":400}""")]
    [InlineData("""{"cut":{"before_head":true}}""")]
    [InlineData("""{}""")]
    public async Task A_name_is_free_again_however_its_request_ended(string then)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("requests 10");
        await house.Simulator.ScriptAsync(then);
        await house.SendAsync(Named(Saying.Chat, granted.Secret, "one"));
        await house.Simulator.ScriptAsync("{}");

        Answer again = await AfterwardsAsync(house, Saying.Chat, granted);

        Assert.Equal(200, again.Status);
        Assert.Equal(2, house.Store.Events.Count(one => one.Grant == granted.Id && one.Kind == LedgerEventKind.Reserved));
    }

    [Fact]
    public async Task A_name_is_free_again_after_a_denial()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Granted granted = house.Grant("requests 1");
        Assert.Equal(200, (await house.SendAsync(Named(Saying.Chat, granted.Secret, "one"))).Status);

        for (int i = 0; i < 3; i++)
        {
            Answer denied = await AfterwardsAsync(house, Saying.Chat, granted);

            Assert.Equal((402, "limit_spent"), (denied.Status, denied.Error));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public async Task A_name_has_a_bound(int length)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await house.SendAsync(Named(Saying.Chat, house.Secret, new string('x', length)));

        Assert.Equal((400, "request_malformed"), (answer.Status, answer.Error));
        Assert.Equal(200, (await house.SendAsync(Named(Saying.Chat, house.Secret, new string('x', 255)))).Status);
    }

    private static async Task<Answer> AfterwardsAsync(GatewayHouse house, Saying saying, Granted granted)
    {
        await house.UntilOpenAsync(0);
        return await house.SendAsync(Named(saying, granted.Secret, "one"));
    }

    private static HttpRequestMessage Named(Saying saying, string key, string name)
    {
        HttpRequestMessage message = saying.ToMessage(key);
        Assert.True(message.Headers.TryAddWithoutValidation(Header, name));
        return message;
    }
}
