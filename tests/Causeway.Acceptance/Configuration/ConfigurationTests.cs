using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Configuration;

/// <summary>A file with mistakes starts nothing and names them all; a good one is looked over by the doctor.</summary>
public sealed class ConfigurationTests(House house) : IClassFixture<House>
{
    private const string Mistakes = """
        listen: 127.0.0.1:99999
        store: mysql:somewhere
        admin:
          token: ${NOT_SET_ANYWHERE}
        providers:
          - name: openai
            protocol: openay
            endpoint: http://127.0.0.1:1/v1
            timeouts:
              idle: 90
          - name: openai
            protocol: anthropic
            keey: ${NOT_SET_ANYWHERE}
        """;

    [Fact]
    public async Task Every_mistake_is_named_with_its_place_before_anything_listens()
    {
        using TemporaryFolder folder = new();
        await File.WriteAllTextAsync(folder["causeway.yaml"], Mistakes);

        CommandRun run = await CommandRun.OfAsync(folder.Path, new Dictionary<string, string>(), "up", "--config", "causeway.yaml");

        Assert.Equal(2, run.ExitCode);
        Assert.Empty(run.Output);
        foreach (string place in (string[])["causeway.yaml:1:9", "causeway.yaml:2:8", "causeway.yaml:4:10", "causeway.yaml:7:15", "causeway.yaml:10:13", "causeway.yaml:11:11", "causeway.yaml:13:5"])
        {
            Assert.Contains(place, run.Error, StringComparison.Ordinal);
        }

        Assert.Contains("did you mean \"openai\"?", run.Error, StringComparison.Ordinal);
        Assert.Contains("did you mean \"key\"?", run.Error, StringComparison.Ordinal);
        Assert.Contains("write \"90s\"", run.Error, StringComparison.Ordinal);
        Assert.Equal(["causeway.yaml"], Directory.GetFileSystemEntries(folder.Path).Select(Path.GetFileName)); // Nothing was made.
    }

    [Fact]
    public async Task The_doctor_checks_file_store_and_every_providers_reach_and_key_without_printing_one()
    {
        CommandRun run = await DoctorAsync(House.OpenAIKey);

        Assert.Equal(0, run.ExitCode);
        Assert.All((string[])["openai", "anthropic", "gemini", "causeway.yaml"], name => Assert.Contains(name, run.Output, StringComparison.Ordinal));
        Canary.AssertAbsent([House.OpenAIKey, House.AnthropicKey, House.GeminiKey], run.Output + run.Error);
    }

    [Fact]
    public async Task The_doctor_finds_a_key_that_a_provider_does_not_take()
    {
        await house.Providers.ScriptAsync(new { required_key = House.OpenAIKey });

        CommandRun run = await DoctorAsync("sk-another-key-that-nobody-knows-0123456789");
        await house.Providers.ClearAsync();

        Assert.Equal(1, run.ExitCode);
        Canary.AssertAbsent(["sk-another-key-that-nobody-knows-0123456789"], run.Output + run.Error);
    }

    [Fact]
    public async Task An_address_that_is_taken_is_said_to_be_and_ends_with_1()
    {
        using TemporaryFolder folder = new();

        CommandRun run = await CommandRun.OfAsync(folder.Path, new Dictionary<string, string>(), "up", "--listen", house.Gateway.Address.Authority);

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(house.Gateway.Address.Port.ToString(), run.Error, StringComparison.Ordinal);
    }

    private Task<CommandRun> DoctorAsync(string openAIKey) => CommandRun.OfAsync(
        Path.GetDirectoryName(house.ConfigurationFile)!,
        new Dictionary<string, string>(house.Environment) { ["OPENAI_KEY"] = openAIKey },
        "doctor",
        "--config",
        house.ConfigurationFile);
}
