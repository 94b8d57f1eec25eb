using Causeway.Gateway.Policy;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Flow;

public sealed class ReleaseTests
{
    [Theory]
    [InlineData("openai/gpt-4.1", "/v1/chat/completions")]
    [InlineData("anthropic/claude-sonnet-4-6", "/v1/messages")]
    [InlineData("gemini/gemini-2.5-flash", "/v1beta/models/")]
    public async Task A_release_sets_its_prompt_and_parameters_on_every_request(string pin, string path)
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", [pin], prompt: "Answer as a bridge builder.", parameters: [("temperature", "0.25"), ("max_output_tokens", "321")])));

        Answer answer = await house.AskAsync(Saying.ChatPath, """{"model":"support","temperature":1,"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hello"}]}""");
        Arrived arrived = Assert.Single(await house.Simulator.RequestsAsync());

        Assert.Equal(200, answer.Status);
        Assert.Contains(path, arrived.Target, StringComparison.Ordinal);
        Assert.True(arrived.Text.IndexOf("Answer as a bridge builder.", StringComparison.Ordinal) < arrived.Text.IndexOf("Be brief.", StringComparison.Ordinal), arrived.Text);
        Assert.Contains("0.25", arrived.Text, StringComparison.Ordinal);
        Assert.Contains("321", arrived.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\"temperature\":1,", arrived.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_release_sets_is_judged_for_its_own_pins_too()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", ["openai/gpt-5.5", "openai/gpt-4.1"], parameters: [("temperature", "0.25")])));

        Answer answer = await house.AskAsync(Saying.ChatPath, """{"model":"support","messages":[{"role":"user","content":"Hello"}]}""");

        // The first pin's model takes no temperature, so it is passed over instead of being asked in vain.
        Assert.Equal((200, "openai/gpt-4.1", "1"), (answer.Status, answer.Header("x-causeway-served-by"), answer.Header("x-causeway-attempts")));
    }

    [Fact]
    public async Task A_release_that_sets_nothing_lets_the_bytes_pass()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", ["openai/gpt-5.4-mini"])));
        const string Body = """{ "model" : "support", "zzz":1e2, "messages":[{"role":"user","content":"H\u0065llo"}] }""";

        await house.AskAsync(Saying.ChatPath, Body);

        Assert.Equal(Body.Replace("support", "gpt-5.4-mini", StringComparison.Ordinal), Assert.Single(await house.Simulator.RequestsAsync()).Text);
    }

    [Fact]
    public async Task A_channel_is_listed_among_the_models()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", ["openai/gpt-5.4-mini"])));
        using HttpRequestMessage one = new(HttpMethod.Get, "/v1/models/support");
        one.Headers.Add("Authorization", "Bearer " + house.Secret);

        Answer answer = await house.SendAsync(one);

        Assert.Equal(("support", "causeway"), (answer.Json.GetProperty("id").GetString(), answer.Json.GetProperty("owned_by").GetString()));
    }

    [Fact]
    public async Task A_channel_whose_providers_are_gone_says_so()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", ["gone/gpt-5.4-mini"])));

        Answer answer = await house.AskAsync(Saying.ChatPath, """{"model":"support","messages":[]}""");

        Assert.Equal((503, "channel_unserved"), (answer.Status, answer.Header("x-causeway-error")));
    }

    [Fact]
    public async Task A_channel_follows_its_providers_as_they_leave_and_come_back()
    {
        await using GatewayHouse house = await GatewayHouse.OpenAsync();
        house.Policies.Publish(now => now.WithChannels(Channels.New("support", ["openai/gpt-5.4-mini"])));
        PolicyRevision configured = house.Policies.Current;

        List<int> statuses = [];
        foreach (ProviderRoute[] providers in (ProviderRoute[][])[[.. configured.Providers], [], [.. configured.Providers]])
        {
            house.Policies.Publish(now => now.With(providers));
            statuses.Add((await house.AskAsync(Saying.ChatPath, """{"model":"support","messages":[{"role":"user","content":"Hello"}]}""")).Status);
        }

        Assert.Equal([200, 503, 200], statuses);
    }
}
