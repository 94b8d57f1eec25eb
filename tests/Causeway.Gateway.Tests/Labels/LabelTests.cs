using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Labels;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Labels;

public sealed class LabelTests
{
    [Theory]
    [InlineData("chat")]
    [InlineData("messages")]
    [InlineData("gemini")]
    public async Task What_a_request_says_of_itself_is_booked(string way)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await SendAsync(house, Saying.Plain[way], ("x-causeway-tags", "tier=gold, product=checkout"), ("x-causeway-end-user", "mira@example.com"));

        UsageRecord record = await house.RecordOfAsync(answer);
        Assert.Equal((200, "product=checkout,tier=gold", "mira@example.com"), (answer.Status, record.Tags, record.EndUser));
    }

    [Fact]
    public async Task Without_a_word_nothing_is_booked_and_a_native_call_may_say_the_same()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        UsageRecord silent = await house.RecordOfAsync(await SendAsync(house, Saying.Chat));
        UsageRecord native = await house.RecordOfAsync(await SendAsync(house, Saying.Chat with { Path = "/passthrough/openai" + Saying.ChatPath }, ("x-causeway-tags", "a=1")));

        Assert.Equal((null, null, "a=1"), (silent.Tags, silent.EndUser, native.Tags));
    }

    [Theory]
    [InlineData("chat", "x-causeway-tags", "product")]
    [InlineData("messages", "x-causeway-tags", "Product=1")]
    [InlineData("gemini", "x-causeway-end-user", "two words")]
    [InlineData("responses", "x-causeway-end-user", "")]
    public async Task What_cannot_be_read_is_refused_in_the_callers_words(string way, string header, string value)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await SendAsync(house, Saying.Plain[way], (header, value));

        Assert.Equal((400, "label_invalid", "false"), (answer.Status, answer.Error, answer.Header("x-should-retry")));
        JsonElement error = JsonDocument.Parse(answer.Text).RootElement.GetProperty("error");
        Assert.StartsWith(header + " ", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(way == "gemini" ? "INVALID_ARGUMENT" : "invalid_request_error", error.GetProperty(way == "gemini" ? "status" : "type").GetString());
        Assert.Empty(await house.Simulator.RequestsAsync());
        Assert.Equal((Outcome.Denied, "label_invalid"), (await house.RecordOfAsync(answer)) is var record ? (record.Outcome, record.ErrorCode) : default);
    }

    [Fact]
    public async Task A_denied_request_keeps_what_it_said()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        Answer answer = await SendAsync(house, Saying.Chat with { Body = """{"model":"nothing-of-that-name","messages":[]}""" }, ("x-causeway-tags", "a=1"), ("x-causeway-end-user", "u-1"));

        UsageRecord record = await house.RecordOfAsync(answer);
        Assert.Equal((404, "a=1", "u-1"), (answer.Status, record.Tags, record.EndUser));
    }

    [Fact]
    public async Task An_end_user_may_be_a_digest_or_nobody()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Gateway.Book(EndUsers.Hashed([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        UsageRecord one = await house.RecordOfAsync(await SendAsync(house, Saying.Chat, ("x-causeway-end-user", "mira@example.com")));
        UsageRecord again = await house.RecordOfAsync(await SendAsync(house, Saying.Chat, ("x-causeway-end-user", "mira@example.com")));
        UsageRecord other = await house.RecordOfAsync(await SendAsync(house, Saying.Chat, ("x-causeway-end-user", "jon@example.com")));
        house.Gateway.Book(EndUsers.Dropped);
        UsageRecord nobody = await house.RecordOfAsync(await SendAsync(house, Saying.Chat, ("x-causeway-end-user", "mira@example.com"), ("x-causeway-tags", "a=1")));

        Assert.Matches("^eu_[A-Za-z0-9_-]{22}$", one.EndUser);
        Assert.Equal(one.EndUser, again.EndUser);
        Assert.NotEqual(one.EndUser, other.EndUser);
        Assert.Equal((null, "a=1"), (nobody.EndUser, nobody.Tags));
    }

    [Fact]
    public async Task Tags_of_several_lines_are_one_list_and_an_end_user_is_one()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();

        UsageRecord record = await house.RecordOfAsync(await SendAsync(house, Saying.Chat, ("x-causeway-tags", "b=1"), ("x-causeway-tags", "a=2")));
        Answer twice = await SendAsync(house, Saying.Chat, ("x-causeway-end-user", "a"), ("x-causeway-end-user", "b"));

        Assert.Equal("a=2,b=1", record.Tags);
        Assert.Equal((400, "label_invalid"), (twice.Status, twice.Error));
    }

    private static async Task<Answer> SendAsync(GatewayHouse house, Saying saying, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage message = saying.ToMessage(house.Secret);
        foreach (var one in headers.GroupBy(header => header.Name))
        {
            message.Headers.TryAddWithoutValidation(one.Key, one.Select(header => header.Value));
        }

        return await house.SendAsync(message);
    }
}
