using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Budgets;

/// <summary>A provider that reports what cannot be, from the answer to the audit.</summary>
public sealed class MismatchTests(House house) : IClassFixture<House>
{
    [Fact]
    public async Task Usage_that_cannot_be_is_booked_as_reported_and_the_audit_names_it()
    {
        string grant = await house.Gateway.NewGrantAsync("--usd", "1000/day");
        string key = await house.Gateway.NewKeyOfAsync(grant);
        await house.Providers.ScriptAsync(new { rules = new[] { new { then = new { usage = new { input_uncached = 50_000, cache_read = 50, output = 5 } } } } });

        for (int call = 0; call < 2; call++)
        {
            (int status, string text, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());
            Assert.True(status == 200, text);
            while ((await AuditAsync(grant, "settled")).Count <= call)
            {
                await Task.Yield(); // The entry is booked a moment after the answer.
            }
        }

        IReadOnlyList<JsonElement> settled = await AuditAsync(grant, "settled");
        Assert.Equal(["overrun", "usage_mismatch"], settled.Select(entry => entry.GetProperty("code").GetString()));
        Assert.StartsWith("reported 50050 input tokens where at most ", settled[1].GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Equal(50_050, settled[1].GetProperty("booked").GetProperty("tokens_in").GetInt64());

        IReadOnlyList<JsonElement> raised;
        while ((raised = await AuditAsync(grant, "alert_raised")).Count == 0)
        {
            await Task.Yield(); // What was booked is looked at every two seconds.
        }

        Assert.Equal(("usage_mismatch", "openai", "gpt-5.4-mini"), (raised[0].GetProperty("code").GetString(), raised[0].GetProperty("provider").GetString(), raised[0].GetProperty("model").GetString()));
    }

    private async Task<IReadOnlyList<JsonElement>> AuditAsync(string grant, string kind) =>
        [.. (await house.Gateway.RunAsync("audit", "--grant", grant, "--kind", kind, "--json")).Json.GetProperty("entries").EnumerateArray()];
}
