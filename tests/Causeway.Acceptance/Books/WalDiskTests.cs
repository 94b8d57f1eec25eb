using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>The disk of PostgreSQL's write-ahead log is full under load: the server ends for it, and nothing that was answered is lost (catalogue F-33, F-35).</summary>
public sealed class WalDiskTests(WalDiskHouse house) : IClassFixture<WalDiskHouse>
{
    private const int PerSecond = 15;

    [Fact]
    public async Task A_server_that_ends_for_a_full_disk_is_an_outage_like_any_other()
    {
        string grant = await house.Gateway.NewGrantAsync("--usd", "500/day");
        string soft = await house.Gateway.NewGrantAsync("--usd", "500/day", "--enforcement", "soft");
        string hardKey = await house.Gateway.NewKeyOfAsync(grant, "full");
        string softKey = await house.Gateway.NewKeyOfAsync(soft, "allowed");
        using RolloutLoad hard = new([house.Gateway], hardKey, RolloutLoad.Plain, PerSecond, TimeSpan.FromMinutes(2));
        using RolloutLoad allowed = new([house.Gateway], softKey, RolloutLoad.Plain, PerSecond, TimeSpan.FromMinutes(2));
        await Task.WhenAll(hard.UntilEachAnsweredAsync(), allowed.UntilEachAnsweredAsync());

        await house.Server.FillWalDiskAsync();
        DateTimeOffset gone = DateTimeOffset.UtcNow;
        (int status, string text, _) = await Ask.SendAsync(house.Gateway, hardKey, Ask.Chat, Ask.ChatBody());
        Assert.True(status == 503 && Sent.AwayCodes.Any(code => text.Contains(code, StringComparison.Ordinal)), $"{status} {text}"); // The control: there is no server.
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

        Assert.All(withLimit, one => Assert.True(one.IsAnsweredOrAway, one.ToString()));
        Assert.All(sent, one => Assert.True(one.Status == 200 || (one.At < gone && one.IsAnsweredOrAway), one.ToString())); // What waits as the connection breaks is told so (docs/operations/scale-out.md).
        int booked = await BookedAsync(grant, "full", withLimit) + await BookedAsync(soft, "allowed", sent);
        Assert.Equal((await house.Providers.BillAsync()).GetProperty("total").GetProperty("requests").GetInt64(), booked);
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);

        // The load's answers, and one beside it.
        async Task<int> BookedAsync(string id, string feature, Sent[] load)
        {
            await house.Gateway.UntilUsedAsync(id, use => use.GetProperty("held").GetInt64() == 0 && use.GetProperty("in_doubt").GetInt64() == 0);
            return await house.Gateway.AssertBookedAsync(id, feature, load.Count(one => one.Status == 200) + 1);
        }
    }
}
