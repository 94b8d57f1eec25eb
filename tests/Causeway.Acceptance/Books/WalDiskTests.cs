using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>The disk of PostgreSQL's write-ahead log is full under load: the server ends for it, and nothing that was answered is lost (catalogue F-33, F-35).</summary>
public sealed class WalDiskTests(WalDiskHouse house) : IClassFixture<WalDiskHouse>
{
    private const int PerSecond = 15;
    private static readonly string[] s_away = ["journal_failed", "store_unavailable", "books_unavailable"];

    [Fact]
    public async Task A_server_that_ends_for_a_full_disk_is_an_outage_like_any_other()
    {
        string grant = await house.Gateway.NewGrantAsync("--usd", "500/day");
        string soft = await house.Gateway.NewGrantAsync("--usd", "500/day", "--enforcement", "soft");
        string hardKey = await house.Gateway.NewKeyOfAsync(grant, "full");
        string softKey = await house.Gateway.NewKeyOfAsync(soft, "full");
        using RolloutLoad hard = new([house.Gateway], hardKey, RolloutLoad.Plain, PerSecond, TimeSpan.FromMinutes(2));
        using RolloutLoad allowed = new([house.Gateway], softKey, RolloutLoad.Plain, PerSecond, TimeSpan.FromMinutes(2));
        await Task.WhenAll(hard.UntilEachAnsweredAsync(), allowed.UntilEachAnsweredAsync());

        await house.Server.FillWalDiskAsync();
        (int status, string text, _) = await Ask.SendAsync(house.Gateway, hardKey, Ask.Chat, Ask.ChatBody());
        Assert.True(status == 503 && s_away.Any(code => text.Contains(code, StringComparison.Ordinal)), $"{status} {text}"); // The control: there is no server.
        Assert.Equal(200, (await Ask.SendAsync(house.Gateway, softKey, Ask.Chat, Ask.ChatBody())).Status);
        using (HttpResponseMessage ready = await house.Gateway.Admin.GetAsync("/readyz", TestContext.Current.CancellationToken))
        {
            Assert.Equal(503, (int)ready.StatusCode);
        }

        await house.Server.EmptyWalDiskAsync();
        await house.Gateway.UntilStatusAsync(hardKey, 200);
        DateTimeOffset back = DateTimeOffset.UtcNow;
        await Task.WhenAll(hard.UntilEachAnsweredAsync(back), allowed.UntilEachAnsweredAsync(back));
        Sent[] withLimit = await hard.StopAsync(), sent = await allowed.StopAsync();

        Assert.All(withLimit, one => Assert.True(one.Status == 200 || (one.Status == 503 && s_away.Contains(one.Error)), one.ToString()));
        Assert.All(sent, one => Assert.True(one.Status == 200, one.ToString()));
        long cost = await AssertBookedAsync();
        await AssertSettledAsync(grant);
        await AssertSettledAsync(soft);
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
        Assert.True(cost > 0);

        // Whatever was answered is booked, and what the provider did is what the books say.
        async Task<long> AssertBookedAsync()
        {
            int answered = withLimit.Count(one => one.Status == 200) + sent.Length;
            var booked = (await house.Gateway.UsageOfAsync("full")).Where(record => record.GetProperty("status").GetInt32() == 200).ToArray();
            Assert.True(booked.Length > answered, $"{booked.Length} of {answered} are booked, and there were those between the loads.");
            Assert.Equal((await house.Providers.BillAsync()).GetProperty("total").GetProperty("requests").GetInt64(), booked.Length);
            return Assert.Single(booked.Select(record => record.GetProperty("cost_nano_usd").GetInt64()).Distinct());
        }

        async Task AssertSettledAsync(string id) => await house.Gateway.UntilUsedAsync(
            id, use => use.GetProperty("held").GetInt64() == 0 && use.GetProperty("in_doubt").GetInt64() == 0 && use.GetProperty("committed").GetInt64() % cost == 0);
    }
}
