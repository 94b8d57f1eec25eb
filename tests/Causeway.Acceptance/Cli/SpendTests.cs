using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Cli;

/// <summary>Where the money went: at once, by everything that attribution knows.</summary>
public sealed class SpendTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task A_request_is_in_the_very_next_report()
    {
        string key = await house.Gateway.NewKeyAsync("at-once");

        for (int requests = 1; requests <= 3; requests++)
        {
            await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());
            JsonElement row = Assert.Single(await house.Gateway.SpendAsync("team"), row => row.GetProperty("team").GetString() == "at-once");
            Assert.Equal(requests, row.GetProperty("requests").GetInt32());
        }
    }

    [Fact]
    public async Task Spend_is_grouped_by_all_five_at_once()
    {
        string key = await house.Gateway.NewKeyAsync("five", "groups", "staging");
        await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody("openai/gpt-5.4-mini"));

        JsonElement row = Assert.Single(await house.Gateway.SpendAsync("team,feature,env,model,provider"), row => row.GetProperty("team").GetString() == "five");

        Assert.Equal(
            ["five", "groups", "staging", "gpt-5.4-mini", "openai"],
            ((string[])["team", "feature", "env", "model", "provider"]).Select(name => row.GetProperty(name).GetString()));
    }

    [Fact]
    public async Task A_table_has_totals_and_a_spreadsheet_has_a_header()
    {
        string key = await house.Gateway.NewKeyAsync("tables");
        await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());

        CommandRun table = await house.Gateway.RunAsync("spend", "--by", "team,model");
        CommandRun csv = await house.Gateway.RunAsync("spend", "--by", "team,model", "--csv");

        Assert.Contains("TOTAL", table.Output, StringComparison.Ordinal);
        Assert.Contains("tables", table.Output, StringComparison.Ordinal);
        Assert.StartsWith("team,model,requests,", csv.Output);
        Assert.Contains("\ntables,gpt-5.4-mini,1,", csv.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Models_show_kind_price_and_retirement()
    {
        JsonElement[] models = [.. (await house.Gateway.RunAsync("models", "--json")).Json.GetProperty("models").EnumerateArray()];

        JsonElement priced = Assert.Single(models, model => model.GetProperty("id").GetString() == "gpt-4o-mini");
        Assert.Equal("0.15", priced.GetProperty("price").GetProperty("input").GetString());
        Assert.Contains(models, model => model.GetProperty("kind").GetString() == "snapshot");
        Assert.Contains(models, model => model.GetProperty("kind").GetString() == "alias");
        Assert.Contains(models, model => model.GetProperty("retires").ValueKind == JsonValueKind.String);
        Assert.Contains(models, model => model.GetProperty("price").ValueKind == JsonValueKind.Null);
    }

    [Fact]
    public async Task What_was_refused_is_booked_too_and_costs_nothing()
    {
        string key = await house.Gateway.NewKeyAsync("refused");

        await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody("no-such-model"));

        JsonElement record = Assert.Single(await house.Gateway.UsageAsync(), record => record.GetProperty("team").GetString() == "refused");
        Assert.Equal(("model_unknown", 404, "denied"), (record.GetProperty("error_code").GetString(), record.GetProperty("status").GetInt32(), record.GetProperty("outcome").GetString()));
        Assert.Equal(0, record.GetProperty("attempts").GetInt32());
    }
}
