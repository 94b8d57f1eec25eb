using Causeway.Budgets.Grants;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;
using Causeway.Shadow.Detect;

namespace Causeway.Gateway.Tests.Flow;

public sealed class OutgoingGuardTests
{
    private const string Card = "4111111111111111";

    private static readonly OutgoingRule s_noCards = new(null, null, [DetectedKind.Card, DetectedKind.Iban], [], [], OutgoingRule.DefaultRaiseTo);

    [Theory]
    [InlineData(Saying.ChatPath, """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"pay with 4111 1111 1111 1111"}]}""")]
    [InlineData(Saying.ChatPath, """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"pay:\n4111111111111111"}]}""")]
    [InlineData(Saying.ChatPath, """{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"\u0034111111111111111"}]}""")]
    [InlineData(Saying.ChatPath, """{"model":"gpt-5.4-mini","messages":[{"role":"assistant","tool_calls":[{"id":"c","type":"function","function":{"name":"pay","arguments":"{\"card\":\"4111111111111111\"}"}}]}]}""")]
    [InlineData("/v1/messages", """{"model":"claude-sonnet-4-6","max_tokens":9,"messages":[{"role":"user","content":[{"type":"text","text":"4111-1111-1111-1111"}]}]}""")]
    [InlineData("/v1/responses", """{"model":"gpt-5.4-mini","input":"my iban is DE89 3704 0044 0532 0130 00"}""")]
    [InlineData("/passthrough/openai/v1/moderations", """{"input":"4111111111111111"}""")]
    public async Task A_request_that_holds_what_may_not_go_out_is_denied_and_nothing_of_it_leaves(string path, string body)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Gateway.GuardOutgoing([s_noCards]);

        Answer answer = await house.AskAsync(path, body);

        Assert.Equal((403, "content_denied"), (answer.Status, answer.Header("x-causeway-error")));
        Assert.DoesNotContain("4111", answer.Text, StringComparison.Ordinal);
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Theory]
    [InlineData("""{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"pay with 4111 1111 1111 1112"}]}""")]
    [InlineData("""{"model":"gpt-5.4-mini","seed":4111111111111111,"messages":[{"role":"user","content":"Hello"}]}""")]
    [InlineData("""{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"mail a@b.io"}]}""")]
    public async Task Other_requests_pass_byte_for_byte(string body)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Gateway.GuardOutgoing([s_noCards]);

        Assert.Equal(200, (await house.AskAsync(Saying.ChatPath, body)).Status);
        Assert.Equal(body, Assert.Single(await house.Simulator.RequestsAsync()).Text);
    }

    [Theory]
    [InlineData("search", "answers", 403)]
    [InlineData("search", null, 403)]
    [InlineData(null, "answers", 403)]
    [InlineData("ads", "answers", 200)]
    [InlineData(null, "chat", 200)]
    public async Task A_rule_is_for_its_team_and_feature(string? team, string? feature, int status)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Gateway.GuardOutgoing([s_noCards with { Team = team, Feature = feature }]);

        Assert.Equal(status, (await AskAsync(house, Card)).Status);
    }

    [Fact]
    public async Task Without_rules_nothing_is_looked_at_and_rules_can_be_taken_back()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        Assert.Equal(200, (await AskAsync(house, Card)).Status);

        house.Gateway.GuardOutgoing([s_noCards]);
        Assert.Equal(403, (await AskAsync(house, Card)).Status);

        house.Gateway.GuardOutgoing([]);
        Assert.Equal(200, (await AskAsync(house, Card)).Status);
    }

    [Theory]
    [InlineData("a@b.io", null, 403)]
    [InlineData("a@b.io", "internal", 403)]
    [InlineData("Hello", null, 200)]
    [InlineData("Hello", "internal", 200)]
    [InlineData("Hello", "customer", 403)]
    public async Task What_a_request_holds_raises_its_class_of_data_whatever_it_says(string text, string? header, int status)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Gateway.GuardOutgoing([new OutgoingRule(null, null, [], [], [DetectedKind.Email], "customer")]);
        Granted granted = house.Grant(grant => grant with { Scope = new Scope { DataClassMax = DataClasses.Rank("internal") } });
        using HttpRequestMessage message = Say(text).ToMessage(granted.Secret);
        if (header is not null)
        {
            message.Headers.Add("x-causeway-data-class", header);
        }

        Answer answer = await house.SendAsync(message);

        Assert.Equal(status, answer.Status);
        Assert.Equal(status == 200 ? null : "scope_data_class", answer.Header("x-causeway-error"));
    }

    private static Task<Answer> AskAsync(GatewayHouse house, string text) =>
        house.AskAsync(Saying.ChatPath, Say(text).Body);

    private static Saying Say(string text) => new(Saying.ChatPath, $$"""{"model":"gpt-5.4-mini","messages":[{"role":"user","content":"{{text}}"}]}""");
}
