using System.Text.Json;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;
using Causeway.Testing;

namespace Causeway.Acceptance.Books;

/// <summary>The real binary on PostgreSQL: what holds on SQLite holds there.</summary>
public sealed class PostgresTests(PostgresHouse house) : IClassFixture<PostgresHouse>
{
    [Fact]
    public async Task What_was_acknowledged_outlives_a_kill_and_a_server_that_goes_away()
    {
        string key = await house.Gateway.NewKeyAsync();
        string hard = await house.Gateway.NewKeyOfAsync(await house.Gateway.NewGrantAsync("--usd", "5/day"));
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: i % 2 == 0))));
        IReadOnlyList<JsonElement> booked = await house.Gateway.UsageAsync();
        Assert.Equal(10, booked.Count);

        house.Gateway.Process.Send(PosixSignal.Kill);
        await house.Gateway.Process.EndAsync();
        await house.RestartAsync();

        Assert.Empty(booked.Select(Id).Except((await house.Gateway.UsageAsync()).Select(Id)));
        CommandRun audit = await house.Gateway.RunAsync("audit", "verify");
        Assert.Equal(0, audit.ExitCode);

        // Gone: it says so, and what nobody has to wait for is answered and kept until the server is back.
        await house.Server.StopAsync();
        Assert.Contains("not ready", await ReadyAsync(503), StringComparison.Ordinal);
        Assert.Equal(200, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: false))).Status);
        int refused = await UntilJournalFailedAsync(hard);
        await house.Server.StartAsync();
        Assert.Equal("ready\n", await ReadyAsync(200));

        JsonElement total = (await house.Gateway.RunAsync("spend", "--json")).Json.GetProperty("total");
        IReadOnlyList<JsonElement> kept = await house.Gateway.UsageAsync();
        Assert.Equal(11 + refused, kept.Count); // The refusals are in the books too.
        Assert.Equal(kept.Count, total.GetProperty("requests").GetInt64());
        Assert.Equal(kept.Sum(record => record.GetProperty("cost_nano_usd") is { ValueKind: JsonValueKind.Number } cost ? cost.GetInt64() : 0), total.GetProperty("cost_nano_usd").GetInt64());
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
        Assert.DoesNotContain("p%40ss", house.Gateway.Process.Output.Text + house.Gateway.Process.Error.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(PostgresCluster.Password, house.Gateway.Process.Output.Text + house.Gateway.Process.Error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_one_with_other_master_keys_is_refused_and_doctor_says_what_is_there()
    {
        string folder = Directory.CreateTempSubdirectory("causeway-other-").FullName;
        try
        {
            string file = Path.Combine(folder, "causeway.yaml");
            File.Copy(house.ConfigurationFile, file);
            await using CausewayProcess second = CausewayProcess.Start(folder, house.Environment, "up", "--config", file);
            CommandRun doctor = await CommandRun.OfAsync(Path.GetDirectoryName(house.ConfigurationFile)!, house.Environment, ["doctor", "--config", house.ConfigurationFile]);

            Assert.NotEqual(0, await second.EndAsync());
            Assert.Contains("are not those of ", second.Error.Text, StringComparison.Ordinal);
            Assert.Contains("Copy the file keys.master", second.Error.Text, StringComparison.Ordinal);
            Assert.Contains("is sound: PostgreSQL ", doctor.Output, StringComparison.Ordinal);
            Assert.DoesNotContain("ss%2Fword", doctor.Output + doctor.Error + second.Error.Text, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Before a write has failed a hard grant that waits for its turn is told store_unavailable (docs/operations/scale-out.md); it is refused either way.
    private async Task<int> UntilJournalFailedAsync(string hard)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        for (int refused = 1; ; refused++)
        {
            (int status, string text, _) = await Ask.SendAsync(house.Gateway, hard, Ask.Chat, Ask.ChatBody(stream: false));
            Assert.Equal(503, status);
            if (text.Contains("journal_failed", StringComparison.Ordinal))
            {
                return refused;
            }

            Assert.Contains("store_unavailable", text, StringComparison.Ordinal);
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    // Until it says so: each look waits for the store itself.
    private async Task<string> ReadyAsync(int status)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            using HttpResponseMessage response = await house.Gateway.Admin.GetAsync("/readyz", patience.Token);
            if ((int)response.StatusCode == status)
            {
                return await response.Content.ReadAsStringAsync(patience.Token);
            }
        }
    }

    private static string Id(JsonElement record) => record.GetProperty("request").GetString()!;
}
