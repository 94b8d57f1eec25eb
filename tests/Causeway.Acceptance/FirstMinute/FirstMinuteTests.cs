using System.Diagnostics;
using System.Text.Json;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.FirstMinute;

/// <summary>From nothing to a first attributed answer: no file, no account, what was printed is all there is.</summary>
public sealed class FirstMinuteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_printed_curl_works_as_it_is_pasted_and_the_answer_is_attributed()
    {
        await using RunningGateway gateway = await RunningGateway.FromNothingAsync(_folder.Path);

        JsonElement answer = JsonElement.Parse(await ShellAsync(gateway.Welcome.Curl));
        JsonElement row = Assert.Single(await gateway.SpendAsync("team,feature,env,model"));

        Assert.Contains("Hello, Causeway!", answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString(), StringComparison.Ordinal);
        Assert.Equal(
            ["quickstart", "first-call", "dev", "gpt-5.4-mini"],
            ((string[])["team", "feature", "env", "model"]).Select(name => row.GetProperty(name).GetString()));
        Assert.True(row.GetProperty("cost_nano_usd").GetInt64() > 0);
    }

    [Fact]
    public async Task What_is_printed_names_the_base_URLs_the_data_and_the_providers()
    {
        await using RunningGateway gateway = await RunningGateway.FromNothingAsync(_folder.Path);

        Assert.Equal("/v1", gateway.Welcome.OpenAI.AbsolutePath);
        Assert.Equal(gateway.Address, gateway.Welcome.Anthropic);
        Assert.Equal(gateway.Address, gateway.Welcome.Gemini);
        Assert.True(File.Exists(Path.Combine(gateway.Welcome.DataFolder, "causeway.db")));
        Assert.StartsWith("cw0_", gateway.Welcome.FirstKey);
        Assert.DoesNotContain('\u001b', gateway.Welcome.Text); // No terminal, no colours.
    }

    [Fact]
    public async Task Key_and_token_outlive_a_restart_and_are_shown_only_once()
    {
        RunningGateway first = await RunningGateway.FromNothingAsync(_folder.Path);
        (string key, string token) = (first.Welcome.FirstKey, first.AdminToken);
        await StopAsync(first);

        await using RunningGateway second = await RunningGateway.FromNothingAsync(_folder.Path, token);

        Assert.DoesNotContain(key, second.Welcome.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(token, second.Welcome.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await Ask.SendAsync(second, key, Ask.Chat, Ask.ChatBody())).Status);
        Assert.NotEmpty((await second.RunAsync("key", "list", "--json")).Json.GetProperty("keys").EnumerateArray());
    }

    [Fact]
    public async Task No_secret_is_in_the_data()
    {
        RunningGateway gateway = await RunningGateway.FromNothingAsync(_folder.Path);
        string[] secrets = [gateway.Welcome.FirstKey, gateway.AdminToken, await gateway.NewKeyAsync()];
        await Ask.SendAsync(gateway, secrets[0], Ask.Chat, Ask.ChatBody());
        await StopAsync(gateway);

        Canary.AssertAbsent(secrets, new DirectoryInfo(gateway.Welcome.DataFolder));
        Canary.AssertAbsent(secrets, gateway.Process.Error.Text);
    }

    [Fact]
    public async Task Health_readiness_metrics_and_the_API_document_answer()
    {
        await using RunningGateway gateway = await RunningGateway.FromNothingAsync(_folder.Path);
        await Ask.SendAsync(gateway, gateway.Welcome.FirstKey, Ask.Chat, Ask.ChatBody());

        Assert.Equal("alive\n", await gateway.Admin.GetStringAsync("/healthz"));
        Assert.Equal("ready\n", await gateway.Admin.GetStringAsync("/readyz"));
        Assert.Contains("gen_ai_client_token_usage", await gateway.Admin.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.True(JsonElement.Parse(await gateway.Admin.GetStringAsync("/openapi/v1.json")).GetProperty("paths").TryGetProperty("/api/v1/keys", out _));
    }

    private static async Task StopAsync(RunningGateway gateway)
    {
        gateway.Process.Send(PosixSignal.Interrupt);
        Assert.Equal(0, await gateway.Process.EndAsync());
        await gateway.DisposeAsync();
    }

    /// <summary>Runs what a person pasted.</summary>
    private static async Task<string> ShellAsync(string command)
    {
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })!;
        Task<string> error = shell.StandardError.ReadToEndAsync();
        string output = await shell.StandardOutput.ReadToEndAsync();
        await shell.WaitForExitAsync();
        Assert.True(shell.ExitCode == 0, await error);
        return output;
    }
}
