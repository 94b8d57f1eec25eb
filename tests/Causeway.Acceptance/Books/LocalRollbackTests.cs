using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>The way back of one instance, with its PostgreSQL server really gone.</summary>
public sealed class LocalRollbackTests(PostgresHouse house) : IClassFixture<PostgresHouse>
{
    [Fact]
    public async Task An_instance_goes_back_by_itself_and_the_store_is_told_when_it_is_there_again()
    {
        string key = await house.Gateway.NewKeyAsync("local");
        string good = await house.Gateway.NewReleaseAsync("openai/gpt-5.4-mini");
        string bad = await house.Gateway.NewReleaseAsync("openai/gpt-5.4");
        Assert.Equal(0, (await house.Gateway.RunAsync("channel", "new", "cut-off", "--release", good)).ExitCode);
        CommandRun started = await house.Gateway.RunAsync("rollout", "start", "cut-off", "--to", bad, "--percent", "90", "--skip-drill", "--reason", "it is rehearsed here");
        Assert.True(started.ExitCode == 0, started.Error);
        CommandRun forced = await house.Gateway.RunAsync("rollout", "finalize", "cut-off", "--force", "--reason", "all of it", "--json");
        Assert.True(forced.ExitCode == 0, forced.Error);
        Assert.Equal(bad, await ServedAsync(key));
        Assert.Equal(2, (await house.Gateway.RunAsync("rollback", "cut-off", "--local", "--reason", "the store is there")).ExitCode);
        await UntilKnownAsync(forced.Json.GetProperty("revision").GetInt64());

        await house.Server.StopAsync();
        CommandRun everybody = await house.Gateway.RunAsync("rollback", "cut-off", "--reason", "worse answers");
        Assert.Equal(bad, await ServedAsync(key)); // The control: without --local it stays where it is.
        CommandRun local = await house.Gateway.RunAsync("rollback", "cut-off", "--local", "--reason", "worse answers", "--json");
        Assert.Equal(1, everybody.ExitCode);
        Assert.True(local.ExitCode == 0, local.Error);
        Assert.True(local.Json.GetProperty("local").GetBoolean());
        for (int i = 0; i < 10; i++)
        {
            Assert.Equal(good, await ServedAsync(key));
        }

        await house.Server.StartAsync();
        JsonElement told = await UntilToldAsync("rolled_back_locally");
        Assert.Equal(("admin", "worse answers"), (told.GetProperty("actor").GetString(), told.GetProperty("reason").GetString()));
        Assert.Equal(good, await ServedAsync(key)); // It stands until the store itself decides.
        CommandRun real = await house.Gateway.RunAsync("rollback", "cut-off", "--reason", "for everybody");
        Assert.True(real.ExitCode == 0, real.Error);
        await UntilToldAsync("local_rollback_over");
        Assert.Empty((await house.Gateway.RunAsync("status", "--json")).Json.GetProperty("local_rollbacks").EnumerateArray());
        Assert.Equal(good, await ServedAsync(key));
        Assert.Equal(0, (await house.Gateway.RunAsync("timeline", "--verify")).ExitCode);
    }

    // Once a second an instance reads what its channels can go back to.
    private async Task UntilKnownAsync(long revision)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while ((await house.Gateway.RunAsync("status", "--json")).Json.GetProperty("ways_back_revision").GetInt64() < revision)
        {
            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private async Task<JsonElement> UntilToldAsync(string kind)
    {
        using CancellationTokenSource patience = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            CommandRun timeline = await house.Gateway.RunAsync("timeline", "cut-off", "--json");
            if (timeline.ExitCode == 0 && timeline.Json.GetProperty("entries").EnumerateArray().FirstOrDefault(entry => entry.GetProperty("kind").GetString() == kind) is { ValueKind: JsonValueKind.Object } told)
            {
                return told;
            }

            patience.Token.ThrowIfCancellationRequested();
        }
    }

    private async Task<string?> ServedAsync(string key)
    {
        (int status, string text, System.Net.Http.Headers.HttpResponseHeaders headers) = await Ask.SendAsync(
            house.Gateway, key, Ask.Chat, """{"model":"cut-off","messages":[{"role":"user","content":"Hello"}]}""");
        Assert.True(status == 200, text);
        return headers.GetValues("x-causeway-release").FirstOrDefault();
    }
}
