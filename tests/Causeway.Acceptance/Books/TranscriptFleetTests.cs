using System.Text.Json;
using Causeway.Acceptance.Processes;
using Causeway.Acceptance.Sdks;

namespace Causeway.Acceptance.Books;

/// <summary>Conversations whose history a provider keeps, with OpenAI's SDK, each turn at another instance than the one before: they go on at another vendor, and back.</summary>
public sealed class TranscriptFleetTests(FleetHouse house) : IClassFixture<FleetHouse>
{
    [Fact]
    public async Task A_conversation_outlives_a_rollback_to_another_vendor_and_goes_on_there()
    {
        RunningGateway gateway = house.All[0];
        string good = await ReleaseAsync("anthropic/claude-sonnet-4-6");
        string bad = await ReleaseAsync("openai/gpt-5.4-mini");
        await DoneAsync("channel", "new", "state", "--release", good);
        await DoneAsync("conversation", "set", "state", "--policy", "migrate", "--transcripts", "1h");
        string key = await house.Gateway.NewKeyAsync("state");
        JsonElement[] before = await TalkAsync(key, null, 4);

        string policy = Path.Combine(Directory.CreateDirectory(house.DataFolder).FullName, "state.yaml");
        await File.WriteAllTextAsync(policy, $"channels:\n  state: {{release: {bad}}}\n");
        await DoneAsync("apply", "-f", policy);
        JsonElement[] moved = await TalkAsync(key, Text(before[^1], "id"), 4);
        CommandRun rolled = await DoneAsync("rollback", "state", "--reason", "worse answers", "--json");
        JsonElement[] back = await TalkAsync(key, Text(moved[^1], "id"), 4);

        Assert.All(before.Concat(moved).Concat(back), turn => Assert.Equal("completed", Text(turn, "status")));
        Assert.All(before.Concat(back), turn => Assert.Equal("anthropic/claude-sonnet-4-6", Text(turn, "servedBy")));
        Assert.All(moved, turn => Assert.Equal("openai/gpt-5.4-mini", Text(turn, "servedBy")));
        Assert.Equal(0, rolled.Json.GetProperty("conversations").GetProperty("p3").GetInt32());
        Assert.StartsWith($"from={bad}; lost=", Text(back[0], "migrated"), StringComparison.Ordinal);
        Assert.All(before, turn => Assert.Null(turn.GetProperty("migrated").GetString()));

        async Task<string> ReleaseAsync(string pin) => Text((await DoneAsync("release", "new", "--pin", pin, "--allow-alias", "--json")).Json, "id");

        async Task<CommandRun> DoneAsync(params string[] words)
        {
            CommandRun run = await gateway.RunAsync(words);
            Assert.True(run.ExitCode == 0, run.Error + run.Output);
            return run;
        }
    }

    private async Task<JsonElement[]> TalkAsync(string key, string? previous, int turns)
    {
        JsonElement said = await NodeSdk.RunAsync("state", "talk", house.All[0].Address, key, input: new { channel = "state", session = "s-1", bases = house.All.Select(one => one.Address.AbsoluteUri), previous, turns });
        return [.. said.EnumerateArray()];
    }

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
