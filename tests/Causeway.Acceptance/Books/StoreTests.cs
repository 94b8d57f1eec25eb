using System.Text.Json;
using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;
using Causeway.Testing;

namespace Causeway.Acceptance.Books;

/// <summary>The real binary moves its store, is killed while it does, and goes on; backs it up under load, restores it and looks it over.</summary>
public sealed class StoreTests(StoreHouse house) : IClassFixture<StoreHouse>
{
    [Fact]
    public async Task A_move_that_is_killed_goes_on_and_the_server_is_on_PostgreSQL_and_back()
    {
        await house.NewDatabaseAsync();
        string key = await house.Gateway.NewKeyOfAsync(await house.Gateway.NewGrantAsync("--usd", "5/day"));
        await AskAsync(key, 30);
        JsonElement spent = await SpendAsync();
        CommandRun running = await house.StoreAsync("migrate", "--from", StoreHouse.OnSqlite, "--to", house.StoreUrl);
        await house.StopAsync();
        byte[] before = await File.ReadAllBytesAsync(Path.Combine(house.DataFolder, "causeway.db"));

        Assert.Equal(1, running.ExitCode);
        Assert.Contains(" is in use by a Causeway, ", running.Error, StringComparison.Ordinal);
        Assert.Contains("systemctl stop causeway", running.Error, StringComparison.Ordinal);

        // It gets as far as the totals, which this database takes a minute for, and is killed there.
        Assert.Equal(0, (await house.StoreAsync("migrate", "--from", StoreHouse.OnSqlite, "--to", house.StoreUrl)).ExitCode);
        await EmptyAsync();
        await house.Server.SqlAsync(house.Database, "ALTER TABLE causeway.usage_hourly ADD CONSTRAINT waits CHECK (pg_sleep(60)::text IS NOT NULL)");
        await using (CausewayProcess killed = CausewayProcess.Start(
            Path.GetDirectoryName(house.ConfigurationFile)!, house.Environment, "store", "migrate", "--from", StoreHouse.OnSqlite, "--to", house.StoreUrl))
        {
            await UntilAsync("SELECT count(*) FROM causeway.store_move WHERE what = 'done usage_adjustments'", "1");
            killed.Send(PosixSignal.Kill);
            Assert.Equal(128 + (int)PosixSignal.Kill, await killed.EndAsync());
        }

        await house.Server.SqlAsync(house.Database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'causeway store'");
        await UntilAsync("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'causeway store'", "0");
        await house.Server.SqlAsync(house.Database, "ALTER TABLE causeway.usage_hourly DROP CONSTRAINT waits");

        // Half of it is no store to start with; the same command ends it.
        CommandRun half = await house.StoreAsync("verify", house.StoreUrl);
        CommandRun moved = await house.StoreAsync("migrate", "--from", StoreHouse.OnSqlite, "--to", house.StoreUrl, "--json");
        CommandRun whole = await house.StoreAsync("verify", house.StoreUrl, "--json");

        Assert.Equal(1, half.ExitCode);
        Assert.Contains(" that did not end. Run the same \"causeway store migrate\"", half.Error, StringComparison.Ordinal);
        Assert.True(moved.Json.GetProperty("went_on").GetBoolean());
        Assert.Empty(whole.Json.GetProperty("problems").EnumerateArray());
        Assert.Equal(moved.Json.GetProperty("balances").GetString(), whole.Json.GetProperty("balances").GetString());
        Assert.Equal(before, await File.ReadAllBytesAsync(Path.Combine(house.DataFolder, "causeway.db")));
        Assert.DoesNotContain(PostgresCluster.Password, moved.Output + moved.Error + whole.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(Uri.EscapeDataString(PostgresCluster.Password), moved.Output + moved.Error + half.Error, StringComparison.Ordinal);

        // The server goes on there, where it was: keys, budgets, books and chain.
        await house.StartOnAsync(house.StoreUrl);
        Assert.Equal(spent.GetRawText(), (await SpendAsync()).GetRawText());
        await AskAsync(key, 5);
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
        long requests = (await SpendAsync()).GetProperty("requests").GetInt64();
        Assert.Equal(spent.GetProperty("requests").GetInt64() + 5, requests);

        // And back, by what the configuration says.
        await house.StopAsync();
        CommandRun back = await house.StoreAsync("migrate", "--to", "sqlite:data/back.db", "--config", house.ConfigurationFile);
        Assert.Equal(0, back.ExitCode);
        await house.StartOnAsync("sqlite:data/back.db");
        Assert.Equal(requests, (await SpendAsync()).GetProperty("requests").GetInt64());
        Assert.Equal(0, (await house.Gateway.RunAsync("audit", "verify")).ExitCode);
    }

    [Fact]
    public async Task A_backup_that_is_made_under_load_is_one_moment_and_restores_on_either_engine()
    {
        await house.NewDatabaseAsync();
        string key = await house.Gateway.NewKeyAsync();
        await AskAsync(key, 10);
        string file = Path.Combine(house.DataFolder, "..", "under-load.backup");

        Task load = AskAsync(key, 60);
        CommandRun backup = await house.StoreAsync("backup", "--out", file, "--config", house.ConfigurationFile, "--json");
        await load;
        CommandRun verified = await house.StoreAsync("verify", file, "--json");
        CommandRun live = await house.StoreAsync("verify", "--config", house.ConfigurationFile, "--json");

        Assert.True(Rows(backup.Json, "usage") >= 10);
        Assert.Equal(backup.Json.GetProperty("tables").GetRawText(), verified.Json.GetProperty("tables").GetRawText());
        Assert.Empty(verified.Json.GetProperty("problems").EnumerateArray());
        Assert.Empty(live.Json.GetProperty("problems").EnumerateArray());
        foreach (string target in (string[])["sqlite:data/restored.db", house.StoreUrl])
        {
            CommandRun restored = await house.StoreAsync("restore", file, "--to", target, "--json");
            Assert.Equal(verified.Json.GetProperty("balances").GetString(), restored.Json.GetProperty("balances").GetString());
            Assert.Equal(verified.Json.GetProperty("head").GetString(), restored.Json.GetProperty("head").GetString());
            CommandRun again = await house.StoreAsync("restore", file, "--to", target);
            Assert.Equal(1, again.ExitCode);
            Assert.Contains(" is not empty: it holds ", again.Error, StringComparison.Ordinal);
        }

        byte[] damaged = await File.ReadAllBytesAsync(file);
        damaged[damaged.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file + ".damaged", damaged);
        CommandRun refused = await house.StoreAsync("verify", file + ".damaged");
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains(" is damaged: its bytes do not have the SHA-256 that stands at its end. ", refused.Error, StringComparison.Ordinal);
    }

    private static long Rows(JsonElement report, string table) =>
        report.GetProperty("tables").EnumerateArray().Single(one => one.GetProperty("table").GetString() == table).GetProperty("rows").GetInt64();

    private async Task AskAsync(string key, int requests) =>
        await Task.WhenAll(Enumerable.Range(0, requests).Select(i => Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody(stream: i % 2 == 0))));

    private async Task<JsonElement> SpendAsync()
    {
        _ = await house.Gateway.UsageAsync(); // Waits for what is on its way into the books.
        return (await house.Gateway.RunAsync("spend", "--since", "7d", "--json")).Json.GetProperty("total");
    }

    private async Task EmptyAsync() => await house.Server.SqlAsync(
        house.Database,
        "DO $$ BEGIN EXECUTE (SELECT 'TRUNCATE ' || string_agg('causeway.' || tablename, ', ') FROM pg_tables WHERE schemaname = 'causeway' AND tablename <> 'schema_migrations'); END $$");

    private async Task UntilAsync(string sql, string said)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(50));
        while (true)
        {
            patience.Token.ThrowIfCancellationRequested();
            try
            {
                if (await house.Server.SqlAsync(house.Database, sql) == said)
                {
                    return;
                }
            }
            catch (Xunit.Sdk.XunitException)
            {
                // The table is not there yet.
            }
        }
    }
}
