using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Configuration;

/// <summary>Providers change without a restart; a file with a mistake changes nothing and says so.</summary>
public sealed class ReloadTests(House house) : IClassFixture<House>
{
    // A load ends by itself where the test that would end it fails: nothing runs on beside the tests that follow.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    [Fact]
    public async Task A_reload_by_the_API_adds_a_provider()
    {
        string key = await house.Gateway.NewKeyAsync();
        await WriteAsync("api");
        int before = await StatusAsync(key, "api");

        CommandRun reload = await house.Gateway.RunAsync("reload", "--json");

        Assert.Equal(404, before);
        Assert.True(reload.Json.GetProperty("applied").GetBoolean());
        Assert.Contains(reload.Json.GetProperty("changes").EnumerateArray(), change => change.GetString()!.Contains("api added", StringComparison.Ordinal));
        Assert.Equal(200, await StatusAsync(key, "api"));
    }

    [Fact]
    public async Task A_reload_by_a_signal_adds_a_provider_under_load_and_no_request_fails()
    {
        string key = await house.Gateway.NewKeyAsync();
        await WriteAsync("signal");
        using var load = new CancellationTokenSource(s_patience);
        Task<int> failures = FailuresAsync(key, load.Token);

        house.Gateway.Process.Send(PosixSignal.Hangup);
        await house.Gateway.Process.ErrorLineAsync(line => line.Contains("provider signal added", StringComparison.Ordinal));
        int after = await StatusAsync(key, "signal");
        Assert.False(load.IsCancellationRequested, "The load ended before what it was to meet.");
        await load.CancelAsync();

        Assert.Equal(200, after);
        Assert.Equal(0, await failures);
    }

    [Fact]
    public async Task A_providers_key_is_replaced_under_load_again_and_again_and_no_call_fails()
    {
        string key = await house.Gateway.NewKeyAsync();
        using var load = new CancellationTokenSource(s_patience);
        Task<int>[] failures = [.. Enumerable.Range(0, 4).Select(_ => FailuresAsync(key, load.Token))];
        string last = "";
        for (int i = 0; i < 20; i++)
        {
            last = $"sk-upstream-openai-number-{i:D4}";
            await File.WriteAllTextAsync(house.ConfigurationFile, House.Configuration(house.Providers.Address).Replace("${OPENAI_KEY}", last, StringComparison.Ordinal));
            Assert.Equal(0, (await house.Gateway.RunAsync("reload")).ExitCode);
        }

        Assert.False(load.IsCancellationRequested, "The load ended before what it was to meet.");
        await load.CancelAsync();
        Assert.Equal(0, (await Task.WhenAll(failures)).Sum());
        await house.Providers.ClearAsync();
        Assert.Equal(200, await StatusAsync(key, "openai"));
        Assert.Equal("Bearer " + last, Assert.Single(await house.Providers.RequestsAsync()).Header("authorization"));
    }

    [Fact]
    public async Task A_reload_gives_the_deployment_a_name_that_keys_are_narrowed_to()
    {
        JsonElement made = (await house.Gateway.RunAsync("key", "new", "--team", "named", "--feature", "one", "--env", "dev", "--capability", "--json")).Json;
        string key = (await house.Gateway.RunAsync("key", "attenuate", made.GetProperty("key").GetString()!, "--deployment", "eu,us", "--json")).Json.GetProperty("key").GetString()!;
        (int nameless, string said, _) = await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody());
        await File.WriteAllTextAsync(house.ConfigurationFile, House.Configuration(house.Providers.Address) + "\ndeployment: eu\n");

        CommandRun reload = await house.Gateway.RunAsync("reload", "--json");

        Assert.Equal(401, nameless);
        Assert.Contains("token_wrong_audience", said, StringComparison.Ordinal);
        Assert.Contains(reload.Json.GetProperty("changes").EnumerateArray(), change => change.GetString() == "deployment changed");
        Assert.Equal("eu", (await house.Gateway.RunAsync("status", "--json")).Json.GetProperty("deployment").GetString());
        Assert.Equal(200, (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody())).Status);
    }

    [Theory]
    [InlineData("providers: []\n")]
    [InlineData("listen: 127.0.0.1:0\nproviders:\n  - name: openai\n    protocol: opnai\n")]
    [InlineData(": : :\n")]
    [InlineData("")]
    public async Task A_file_with_a_mistake_changes_nothing_and_says_what_is_wrong(string file)
    {
        string key = await house.Gateway.NewKeyAsync();
        await File.WriteAllTextAsync(house.ConfigurationFile, file);

        CommandRun reload = await house.Gateway.RunAsync("reload");
        house.Gateway.Process.Send(PosixSignal.Hangup);
        await house.Gateway.Process.ErrorLineAsync(line => line.Contains("not reloaded", StringComparison.Ordinal));

        Assert.Equal(1, reload.ExitCode);
        Assert.Contains("causeway.yaml:", reload.Error, StringComparison.Ordinal);
        Assert.Equal(200, await StatusAsync(key, "openai"));
        Assert.Equal("ready\n", await house.Gateway.Admin.GetStringAsync("/readyz"));
    }

    private Task WriteAsync(string provider) => File.WriteAllTextAsync(
        house.ConfigurationFile,
        House.Configuration(house.Providers.Address) + $$"""
          - name: {{provider}}
            protocol: openai
            endpoint: {{house.Providers.Address}}openai/v1
            key: ${OPENAI_KEY}
            catalogue: none

        """);

    private async Task<int> StatusAsync(string key, string provider) => (await Ask.SendAsync(house.Gateway, key, Ask.Chat, Ask.ChatBody($"{provider}/gpt-5.4-mini"))).Status;

    private async Task<int> FailuresAsync(string key, CancellationToken end)
    {
        int failures = 0;
        while (!end.IsCancellationRequested)
        {
            failures += await StatusAsync(key, "openai") == 200 ? 0 : 1;
        }

        return failures;
    }
}
