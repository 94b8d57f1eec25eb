using System.Text.Json;
using Causeway.Budgets.Agreements;
using Causeway.Commands;
using Causeway.Tests.Commands;

namespace Causeway.Tests.Admin;

/// <summary>What may go where, and what a change of agreements would stop, before it does.</summary>
public sealed class CoverageTests : IAsyncLifetime
{
    private AdminHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await AdminHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Coverage_says_for_each_class_by_what_right_it_goes_and_what_nobody_may_have()
    {
        string id = await MakeAsync("openai", "eu", "customer");
        await MakeAsync("claude", "eu", "public"); // Bound to no region: it covers nothing.
        await _host.PointAsync("support", "off", "openai/gpt-5.4-mini");

        (int status, JsonElement coverage) = await _host.GetAsync("api/v1/agreements/coverage");

        Assert.Equal(200, status);
        Assert.Equal(["restricted"], Texts(coverage, "nowhere"));
        JsonElement openai = Provider(coverage, "openai");
        Assert.Equal(["public agreement", "internal agreement", "customer agreement", "restricted none"], Classes(openai));
        Assert.Equal((id, "agreement"), (openai.GetProperty("classes")[2].GetProperty("agreement").GetString(), openai.GetProperty("basis").GetString()));
        Assert.Equal(["support"], Texts(openai, "channels"));
        Assert.Empty(openai.GetProperty("uncovered_models").EnumerateArray());
        JsonElement claude = Provider(coverage, "claude");
        Assert.Equal(["public none", "internal none", "customer none", "restricted none"], Classes(claude));
        Assert.NotEmpty(claude.GetProperty("uncovered_models").EnumerateArray());
        Assert.Equal(["public configuration", "internal configuration", "customer none", "restricted none"], Classes(Provider(coverage, "claude-eu")));
    }

    [Fact]
    public async Task The_end_of_an_agreement_says_what_stops_whom_it_meets_and_what_would_not_have_gone()
    {
        string id = await MakeAsync("openai", "eu", "customer");
        await _host.PointAsync("support", "off", "openai/gpt-5.4-mini");
        await _host.PointAsync("chat", "off", "openai/gpt-5.4-mini", "claude-eu/claude-sonnet-4-6");
        _host.Residency.Rows =
        [
            new ResidencyRow("customer", "openai", "eu-west-1", id, "search", ResidencyKind.Went, 3, 30, 3, _host.Time.Now, _host.Time.Now),
            new ResidencyRow("customer", "openai", "eu-west-1", id, "ads", ResidencyKind.Went, 9, 90, 9, _host.Time.Now, _host.Time.Now),
            new ResidencyRow("internal", "claude", null, null, "ads", ResidencyKind.Went, 100, 1, 1, _host.Time.Now, _host.Time.Now),
            new ResidencyRow("customer", "openai", "eu-west-1", null, "ads", ResidencyKind.PassedOver, 100, 1, 1, _host.Time.Now, _host.Time.Now),
        ];

        (int status, JsonElement impact) = await _host.GetAsync($"api/v1/agreements/{id}/impact");

        Assert.Equal(200, status);
        Assert.Equal(["public", "internal", "customer"], Texts(impact, "stops"));
        Assert.Empty(Texts(impact, "lets"));
        Assert.Equal(12, impact.GetProperty("calls").GetInt64());
        Assert.Equal(["ads 9", "search 3"], impact.GetProperty("used_by").EnumerateArray().Select(one => $"{one.GetProperty("team").GetString()} {one.GetProperty("calls").GetInt64()}"));
        Assert.Equal(
            ["chat: customer", "support: public, internal, customer"],
            impact.GetProperty("channels").EnumerateArray().Select(one => $"{one.GetProperty("channel").GetString()}: {string.Join(", ", Texts(one, "refused"))}"));
        Assert.Single(_host.Policies.Current.Agreements.All, one => one.StateAt(_host.Time.Now) == AgreementState.InForce); // Nothing was ended.
    }

    [Fact]
    public async Task A_first_agreement_may_stop_something_and_one_that_begins_later_lets_go_later()
    {
        (int status, JsonElement plan) = await _host.SendAsync(HttpMethod.Post, "api/v1/agreements/plan", """{"provider": "openai", "regions": ["eu"], "data": ["customer"], "from": "2027-01-01", "until": "2027-06-30"}""");
        (int wrong, JsonElement problem) = await _host.SendAsync(HttpMethod.Post, "api/v1/agreements/plan", """{"provider": "openai", "regions": [], "data": ["customer"], "until": "2027-06-30"}""");

        Assert.Equal(200, status);
        Assert.Equal(["public", "internal"], Texts(plan, "stops"));
        Assert.Equal(["customer"], Texts(plan, "lets"));
        Assert.Equal("2027-01-01", plan.GetProperty("lets_from").GetString()![..10]);
        Assert.Equal((422, "agreement_invalid"), (wrong, problem.GetProperty("code").GetString()));
        Assert.Empty(_host.Policies.Current.Agreements.All);
    }

    [Fact]
    public async Task The_command_line_shows_coverage_and_both_previews()
    {
        string id = await MakeAsync("openai", "eu", "customer");

        (int first, string coverage, _) = await RunAsync("agreement", "coverage");
        (int second, string impact, _) = await RunAsync("agreement", "impact", id);
        (int third, string plan, _) = await RunAsync("agreement", "plan", "--provider", "claude", "--region", "global", "--data", "restricted", "--until", "2027-06-30");

        Assert.Equal((0, 0, 0), (first, second, third));
        Assert.Contains("No provider may have data of class restricted.", coverage, StringComparison.Ordinal);
        Assert.StartsWith("Data of class public, internal, customer could no longer go to openai.", impact, StringComparison.Ordinal);
        Assert.StartsWith("It stops nothing that goes to claude now.\nIt lets customer, restricted go.", plan, StringComparison.Ordinal);
    }

    private static IEnumerable<string?> Texts(JsonElement of, string member) => of.GetProperty(member).EnumerateArray().Select(one => one.GetString());

    private static JsonElement Provider(JsonElement coverage, string name) => coverage.GetProperty("providers").EnumerateArray().Single(one => one.GetProperty("provider").GetString() == name);

    private static IEnumerable<string> Classes(JsonElement provider) => provider.GetProperty("classes").EnumerateArray().Select(one => $"{one.GetProperty("data_class").GetString()} {one.GetProperty("by").GetString()}");

    private async Task<string> MakeAsync(string provider, string region, string data)
    {
        (_, JsonElement made) = await _host.SendAsync(HttpMethod.Post, "api/v1/agreements", $$"""{"provider": "{{provider}}", "regions": ["{{region}}"], "data": ["{{data}}"], "until": "2027-06-30"}""");
        return made.GetProperty("id").GetString()!;
    }

    private Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments) =>
        CommandRun.InvokeAsync(new Surroundings { Variable = CommandRun.Towards(_host.Address.AbsoluteUri), IsTerminal = _ => false }, arguments);
}
