using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Cli;

/// <summary>Releases and channels by the real binary on a real store.</summary>
public sealed class ReleaseTests(House house) : IClassFixture<House>
{
    private const string Policy =
        """
        releases:
          spring:
            pins: [openai/gpt-5.5, anthropic/claude-opus-5-5]
            prompt_file: prompts/support.txt
            params: {temperature: 0.2, stop: [END]}
        channels:
          support: {release: spring, unsupported: drop}
        """;

    [Fact]
    public async Task A_document_is_applied_survives_a_restart_and_exports_as_what_it_is()
    {
        Directory.CreateDirectory(Path.Combine(house.DataFolder, "prompts"));
        await File.WriteAllTextAsync(Path.Combine(house.DataFolder, "prompts", "support.txt"), "You answer for Acme.\nBe brief.\n");
        string file = Path.Combine(house.DataFolder, "policy.yaml");
        await File.WriteAllTextAsync(file, Policy);

        CommandRun applied = await house.Gateway.RunAsync("apply", "-f", file, "--json");
        await house.RestartAsync();
        CommandRun channel = await house.Gateway.RunAsync("channel", "show", "support", "--json");
        CommandRun exported = await house.Gateway.RunAsync("export");
        string copy = Path.Combine(house.DataFolder, "exported.yaml");
        await File.WriteAllTextAsync(copy, exported.Output);
        CommandRun again = await house.Gateway.RunAsync("apply", "-f", copy);

        Assert.Equal((0, ""), (applied.ExitCode, applied.Error));
        Assert.Equal(Text(applied.Json.GetProperty("channels")[0], "release"), Text(channel.Json, "release"));
        Assert.Equal(("drop", 1), (Text(channel.Json, "unsupported"), channel.Json.GetProperty("version").GetInt32()));
        Assert.Contains("      You answer for Acme.\n      Be brief.\n", exported.Output, StringComparison.Ordinal);
        Assert.StartsWith("Everything is as the document says already.\n", again.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_release_has_the_same_id_wherever_it_is_made()
    {
        string[] options = ["release", "new", "--pin", "openai/gpt-5.5", "--param", "temperature=0.2", "--json"];

        CommandRun here = await house.Gateway.RunAsync(options);
        await using House other = new();
        await other.InitializeAsync();
        CommandRun there = await other.Gateway.RunAsync(options);

        Assert.Equal(Text(here.Json, "id"), Text(there.Json, "id"));
    }

    [Fact]
    public async Task A_document_with_mistakes_changes_nothing()
    {
        string file = Path.Combine(house.DataFolder, "broken.yaml");
        await File.WriteAllTextAsync(file, "releases:\n  a: {pins: [openai/gpt-5.4]}\n  b: {pins: [opnai/gpt-5.4], parms: {}}\nchannels:\n  broken: {release: a}\n");

        CommandRun run = await house.Gateway.RunAsync("apply", "-f", file);

        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.Contains($"{file}:3:14  releases.b.pins[0]: ", run.Error, StringComparison.Ordinal);
        Assert.Contains($"{file}:3:30  releases.b.parms: ", run.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await house.Gateway.RunAsync("channel", "show", "broken")).ExitCode);
    }

    private static string Text(JsonElement json, string member) => json.GetProperty(member).GetString()!;
}
