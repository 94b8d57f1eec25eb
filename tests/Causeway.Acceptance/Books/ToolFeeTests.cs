using System.Text.Json;
using Anthropic;
using Anthropic.Models.Messages;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Fees of tools that providers run themselves, from a vendor's SDK to the books: what the provider bills is what was held, booked, shown and exported.</summary>
public sealed class ToolFeeTests(House house) : IClassFixture<House>
{
    private const long SearchNanoUsd = 10_000_000; // 10 USD for 1,000.
    private const long TokensNanoUsd = (1000 * 3_000) + (20 * 15_000); // Of claude-sonnet-4-6: 3 and 15 USD for a million.

    [Fact]
    public async Task A_search_that_an_sdk_asks_for_is_billed_booked_shown_and_exported()
    {
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { usage = new { input_uncached = 1000, output = 20, reasoning = 0, web_searches = 3 } } } } });
        using AnthropicClient client = new() { ApiKey = await house.Gateway.NewKeyAsync(), BaseUrl = house.Gateway.Address.AbsoluteUri.TrimEnd('/'), MaxRetries = 0 };
        MessageCreateParams ask = new()
        {
            Model = "claude-sonnet-4-6",
            MaxTokens = 100,
            Messages = [new UserMessageParam("Hello")],
            Tools = [new WebSearchTool20250305 { MaxUses = 5 }],
        };

        Message message = await client.Messages.Create(ask, TestContext.Current.CancellationToken);
        List<RawMessageStreamEvent> events = await client.Messages.CreateStreaming(ask, TestContext.Current.CancellationToken).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(3, message.Usage.ServerToolUse!.WebSearchRequests);
        Assert.True(events[^1].TryPickStop(out _));
        JsonElement bill = (await house.Providers.BillAsync()).GetProperty("total");
        IReadOnlyList<JsonElement> records = await house.Gateway.UsageAsync();
        Assert.Equal(bill.GetProperty("web_searches").GetInt64(), records.Sum(record => record.GetProperty("tool_uses").GetInt64()));
        Assert.All(records, record => Assert.Equal((3, 3 * SearchNanoUsd, TokensNanoUsd + (3 * SearchNanoUsd)), (record.GetProperty("tool_uses").GetInt32(), record.GetProperty("tool_fee_nano_usd").GetInt64(), record.GetProperty("cost_nano_usd").GetInt64())));
        JsonElement spent = Assert.Single(await house.Gateway.SpendAsync("provider"));
        Assert.Equal((2 * (TokensNanoUsd + (3 * SearchNanoUsd)), "all"), (spent.GetProperty("cost_nano_usd").GetInt64(), spent.GetProperty("priced").GetString()));

        string request = records[0].GetProperty("request").GetString()!;
        Assert.Contains("3 uses, $0.0300 of the cost", (await house.Gateway.RunAsync("request", "show", request)).Output, StringComparison.Ordinal);
        CommandRun exported = await house.Gateway.RunAsync("export", "focus", "--month", DateTimeOffset.UtcNow.ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("Tool Uses", exported.Output, StringComparison.Ordinal);
        Assert.Contains("0.060000000", exported.Output, StringComparison.Ordinal);
    }
}
