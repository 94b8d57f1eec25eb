using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Gateway.Tests.House;

namespace Causeway.Gateway.Tests.Inbound;

/// <summary>A key that is narrowed to deployments works at those and nowhere else.</summary>
public sealed class AudienceTests
{
    [Theory]
    [InlineData("eu-prod", "eu-prod", null)]
    [InlineData("eu-prod,us-prod", "us-prod", null)]
    [InlineData("eu-prod", "us-prod", "This key is for eu-prod, and this deployment is called us-prod.")]
    [InlineData("eu-prod,us-prod", "eu", "This key is for eu-prod, us-prod, and this deployment is called eu.")]
    [InlineData("eu-prod", null, "This key is for eu-prod, and this deployment has no name: the operator gives it one (deployment: in causeway.yaml).")]
    public async Task It_works_where_the_name_is_among_its_own_and_the_refusal_names_both(string audience, string? deployment, string? refusal)
    {
        HouseOptions options = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);
        string key = KeyFor(house, options, Caveat.Of(CaveatType.Audience, audience.Split(',')).Caveat!);
        house.Policies.Publish(policy => policy.Called(deployment));

        Answer answer = await house.SendAsync(Saying.Chat.ToMessage(key));

        Assert.Equal(refusal is null ? (200, null) : (401, "token_wrong_audience"), (answer.Status, answer.Error));
        Assert.Contains(refusal ?? "", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_name_is_kept_when_anything_else_of_the_policy_changes_and_another_holds_from_the_next_request()
    {
        HouseOptions options = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);
        string key = KeyFor(house, options, Caveat.Of(CaveatType.Audience, ["eu"]).Caveat!);

        house.Policies.Publish(policy => policy.Called("eu").With(policy.Providers).WithKeys(policy.Keys.All));
        int kept = (await house.SendAsync(Saying.Chat.ToMessage(key))).Status;
        house.Policies.Publish(policy => policy.Called("us"));

        Assert.Equal((200, 401), (kept, (await house.SendAsync(Saying.Chat.ToMessage(key))).Status));
    }

    [Fact]
    public async Task Two_audiences_that_have_nothing_in_common_are_for_no_deployment_at_all()
    {
        HouseOptions options = new();
        await using GatewayHouse house = await GatewayHouse.OpenAsync(options);
        string key = KeyFor(house, options, Caveat.Of(CaveatType.Audience, ["eu"]).Caveat!, Caveat.Of(CaveatType.Audience, ["us"]).Caveat!);
        house.Policies.Publish(policy => policy.Called("eu"));

        Answer answer = await house.SendAsync(Saying.Chat.ToMessage(key));

        Assert.Contains("This key is for no deployment at all, and this deployment is called eu.", answer.Text, StringComparison.Ordinal);
    }

    private static string KeyFor(GatewayHouse house, HouseOptions options, params Caveat[] caveats)
    {
        DateTimeOffset now = options.Time.GetUtcNow();
        (KeyId id, GrantId grant) = (KeyId.New(now), house.Grant().Id);
        string key = CapabilityKey.Mint(options.Masters.Current, grant, 1, id, now, caveats);
        house.Policies.Publish(policy => policy.With(GatewayHouse.NewKey(key, options.Time) with { Id = id, Grant = grant, IsCapability = true }));
        return key;
    }
}
