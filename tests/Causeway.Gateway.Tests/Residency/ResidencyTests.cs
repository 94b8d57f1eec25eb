using System.Text.Json;
using Causeway.Budgets.Agreements;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Gateway.Tests.House;
using Causeway.Wire;
using Microsoft.Extensions.Time.Testing;

namespace Causeway.Gateway.Tests.Residency;

/// <summary>Which class a request belongs to, where it may go, and what is said where it may not.</summary>
public sealed class ResidencyTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(null, null, null, null, "internal")] // Nothing says anything.
    [InlineData("public", null, null, null, "public")]
    [InlineData("customer", null, null, null, "customer")]
    [InlineData("public", "customer", null, null, "customer")] // The rules for team and feature.
    [InlineData("restricted", "customer", null, null, "restricted")]
    [InlineData("public", null, "customer", null, "customer")] // What the grant demands.
    [InlineData(null, "public", "internal", null, "internal")]
    [InlineData(null, null, null, "public", "public")] // What the grant allows at most, where nothing else is said.
    [InlineData(null, null, null, "restricted", "internal")]
    public async Task A_request_belongs_to_the_strictest_of_what_is_said_of_it(string? header, string? rule, string? grantMin, string? grantMax, string expected)
    {
        await using GatewayHouse house = await OpenAsync();
        Granted granted = house.Grant(grant => grant with { Scope = new Scope { DataClassMin = Rank(grantMin), DataClassMax = Rank(grantMax) } });
        house.Policies.Publish(policy => policy.WithClasses(rule is null ? ClassRules.None : ClassRules.Of([new ClassRule(null, GatewayHouse.Attribution.Feature, rule), new ClassRule("others", null, "restricted")])));

        await house.SendAsync(With(Saying.Chat.ToMessage(granted.Secret), header));

        Assert.Equal(expected, (await house.OnlyRecordAsync()).DataClass);
    }

    [Fact]
    public async Task What_is_found_in_it_raises_it()
    {
        await using GatewayHouse house = await OpenAsync();
        house.Gateway.GuardOutgoing([new OutgoingRule(null, null, [], [], [Causeway.Shadow.Detect.DetectedKind.Email], "customer")]);

        Answer answer = await house.SendAsync(With((Saying.Chat with { Body = Saying.Chat.Body.Replace("bridges", "mira@example.com", StringComparison.Ordinal) }).ToMessage(house.Secret), "public"));

        Assert.Equal((403, "data_class_not_covered"), (answer.Status, answer.Error));
        Assert.Contains("class customer (detectors)", answer.Text, StringComparison.Ordinal);
        Assert.Equal("customer", (await house.OnlyRecordAsync()).DataClass);
    }

    [Theory]
    [InlineData("chat")]
    [InlineData("responses")]
    [InlineData("messages")]
    [InlineData("gemini")]
    public async Task A_refusal_has_the_callers_shape_and_says_class_region_what_is_allowed_and_how_to_get_it(string way)
    {
        await using GatewayHouse house = await OpenAsync();

        Answer answer = await house.SendAsync(With(Saying.Plain[way].ToMessage(house.Secret), "customer"));

        string provider = way switch { "messages" => "anthropic", "gemini" => "gemini", _ => "openai" };
        JsonElement error = answer.Json.GetProperty("error");
        string message = error.GetProperty("message").GetString()!;
        Assert.Equal((403, "data_class_not_covered", "false"), (answer.Status, answer.Error, answer.Header("x-should-retry")));
        Assert.StartsWith($"This request belongs to data of class customer (x-causeway-data-class), and nothing lets that go to {provider}/", message, StringComparison.Ordinal);
        Assert.Contains(provider == "openai" ? "(region eu-central-1)" : "(bound to no region)", message, StringComparison.Ordinal);
        Assert.Contains($"The configuration lets {provider} have data up to class internal. No provider may have data of class customer.", message, StringComparison.Ordinal);
        Assert.Contains($"causeway agreement new --provider {provider} --region {(provider == "openai" ? "eu-central-1" : "global")} --data customer --until DAY", message, StringComparison.Ordinal);
        Assert.Equal(way switch { "messages" => "permission_error", "gemini" => "PERMISSION_DENIED", _ => "invalid_request_error" }, error.GetProperty(way == "gemini" ? "status" : "type").GetString());
        UsageRecord record = await house.OnlyRecordAsync();
        Assert.Equal((Outcome.Denied, "data_class_not_covered", "customer", null), (record.Outcome, record.ErrorCode, record.DataClass, record.Agreement));
        Assert.Empty(await house.Simulator.RequestsAsync());
    }

    [Fact]
    public async Task A_pin_that_may_not_have_it_is_passed_over_and_the_next_one_answers_by_its_agreement()
    {
        await using GatewayHouse house = await OpenAsync();
        Agreement made = New("anthropic", "global", "customer");
        house.Policies.Publish(policy => policy.WithAgreements(made).WithChannels(Channels.New("support", ["openai/gpt-5.4-mini", "anthropic/claude-sonnet-4-6"])));

        Answer answer = await house.SendAsync(With((Saying.Chat with { Body = Saying.Chat.Body.Replace("gpt-5.4-mini", "support", StringComparison.Ordinal) }).ToMessage(house.Secret), "customer"));
        UsageRecord record = await house.OnlyRecordAsync();

        Assert.Equal((200, "anthropic/claude-sonnet-4-6"), (answer.Status, answer.Header("x-causeway-served-by")));
        Assert.Equal(["data_class_not_covered", "answered"], record.Trail.Select(step => step.Reason));
        Assert.Equal(("customer", made.Id.ToString()), (record.DataClass, record.Agreement));
    }

    [Fact]
    public async Task An_agreement_stops_new_calls_at_the_millisecond_of_its_end()
    {
        FakeTimeProvider time = new(s_now);
        await using GatewayHouse house = await OpenAsync(time);
        house.Policies.Publish(policy => policy.WithAgreements(New("openai", "eu", "internal") with { Until = s_now.AddMinutes(1) }));

        Answer before = await house.AskAsync(Saying.Chat);
        time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromMilliseconds(1));
        Answer last = await house.AskAsync(Saying.Chat);
        time.Advance(TimeSpan.FromMilliseconds(1));
        Answer after = await house.AskAsync(Saying.Chat);

        Assert.Equal((200, 200, 403), (before.Status, last.Status, after.Status));
        Assert.Contains("Its last agreement ended at 2026-11-23 10:01Z.", after.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agreement_for_another_region_than_the_providers_covers_nothing()
    {
        await using GatewayHouse house = await OpenAsync();
        house.Policies.Publish(policy => policy.WithAgreements(New("openai", "us", "restricted"), New("anthropic", "eu", "restricted"), New("gemini", "global", "restricted")));

        Assert.Equal(403, (await house.AskAsync(Saying.Chat)).Status);
        Assert.Equal(403, (await house.AskAsync(Saying.Messages)).Status); // Bound to no region.
        Assert.Equal(200, (await house.AskAsync(Saying.Generate)).Status);
        Assert.Contains("Its agreements cover: restricted in us until 2027-11-23.", (await house.AskAsync(Saying.Chat)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_agreements_are_required_a_provider_without_one_gets_nothing()
    {
        await using GatewayHouse house = await OpenAsync();
        house.Policies.Publish(policy => policy.RequiringAgreements(true));

        Answer answer = await house.SendAsync(With(Saying.Chat.ToMessage(house.Secret), "public"));

        Assert.Equal(403, answer.Status);
        Assert.Contains("There is no agreement with openai, and one is required.", answer.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("anthropic.claude-opus-5", "eu-central-1")]
    [InlineData("eu.anthropic.claude-opus-5", "eu")]
    [InlineData("us.anthropic.claude-opus-5", "us")]
    [InlineData("global.anthropic.claude-opus-5", "global")]
    [InlineData("apac.anthropic.claude-opus-5", "apac")]
    public void Where_a_model_of_Bedrock_runs_is_said_by_its_id_before_its_endpoint(string model, string region) => Assert.Equal(
        region,
        LegRegion.Of(new Provider { Name = "b", Protocol = Protocol.Bedrock, Address = new PlatformAddress(Platform.Bedrock), Endpoint = new Uri("https://bedrock-runtime.eu-central-1.amazonaws.com"), Region = "eu-central-1" }, model));

    [Fact]
    public void Of_rules_that_fit_the_strictest_counts()
    {
        var rules = ClassRules.Of([new ClassRule(null, null, "public"), new ClassRule("search", null, "internal"), new ClassRule("search", "answers", "customer"), new ClassRule(null, "hr", "restricted")]);

        Assert.Equal([0, 1, 2, 3, 3], new (string, string)[] { ("a", "b"), ("search", "x"), ("search", "answers"), ("search", "hr"), ("a", "hr") }.Select(who => rules.RankOf(who.Item1, who.Item2)));
        Assert.Null(ClassRules.None.RankOf("a", "b"));
        Assert.Throws<ArgumentException>(() => ClassRules.Of([new ClassRule(null, null, "secret")]));
    }

    private static Task<GatewayHouse> OpenAsync(TimeProvider? time = null) => GatewayHouse.OpenAsync(new HouseOptions
    {
        Time = time ?? new FakeTimeProvider(s_now),
        Providers = near => [near.At("openai", Protocol.OpenAI, new Uri(near.Simulator, "/openai/v1"), "eu-central-1"), near.Anthropic("anthropic"), near.Gemini("gemini")],
    });

    private static HttpRequestMessage With(HttpRequestMessage message, string? dataClass)
    {
        if (dataClass is not null)
        {
            message.Headers.Add("x-causeway-data-class", dataClass);
        }

        return message;
    }

    private static int? Rank(string? word) => word is null ? null : DataClasses.Rank(word);

    private static Agreement New(string provider, string region, string data) => new()
    {
        Id = AgreementId.New(s_now),
        Provider = provider,
        Regions = [region],
        Data = [data],
        From = s_now.AddDays(-1),
        Until = s_now.AddYears(1),
        CreatedAt = s_now,
        CreatedBy = "mira",
    };
}
