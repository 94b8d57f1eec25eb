using Causeway.Acceptance.Budgets;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Yesterday's copy of the store is put back over today's (catalogue F-48).</summary>
public sealed class SetBackTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("causeway-set-back").FullName;
    private RunningGateway _gateway = null!;

    private string Data => Path.Combine(_folder, "causeway-data");

    public async ValueTask InitializeAsync() => _gateway = await RunningGateway.FromNothingAsync(_folder);

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_ledger_that_went_back_in_time_keeps_hard_grants_closed_until_an_operator_has_looked_into_it()
    {
        string hard = await _gateway.NewKeyOfAsync(await _gateway.NewGrantAsync("--usd", "5/day"));
        string free = await _gateway.NewKeyAsync();
        await RestartAsync();
        string copy = Path.Combine(_folder, "yesterday");
        Directory.CreateDirectory(copy);
        await StopAsync();
        foreach (string file in Directory.GetFiles(Data, "causeway.db*"))
        {
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        }

        await StartAsync();
        Assert.Equal(200, (await Ask.SendAsync(_gateway, hard, Ask.Chat, Ask.ChatBody())).Status);
        string head = (await _gateway.RunAsync("audit", "head")).Output.Trim();
        await RestartAsync(); // Signs the head that holds what was spent.
        await StopAsync();
        foreach (string file in Directory.GetFiles(Data, "causeway.db*"))
        {
            File.Delete(file);
        }

        foreach (string file in Directory.GetFiles(copy))
        {
            File.Copy(file, Path.Combine(Data, Path.GetFileName(file)));
        }

        await StartAsync();
        (int status, string text, _) = await Ask.SendAsync(_gateway, hard, Ask.Chat, Ask.ChatBody());
        CommandRun verified = await _gateway.RunAsync("audit", "verify", "--head", head);
        Assert.Equal(503, status);
        Assert.Contains("journal_failed", text, StringComparison.Ordinal);
        Assert.Equal(200, (await Ask.SendAsync(_gateway, free, Ask.Chat, Ask.ChatBody())).Status);
        Assert.Matches("^ready\nbut grants that are enforced hard answer 503", await _gateway.Admin.GetStringAsync("/readyz"));
        Assert.Contains("NOT TRUSTED", (await _gateway.RunAsync("status")).Output, StringComparison.Ordinal);
        Assert.Contains("an older ledger was put back", _gateway.Process.Error.Text + _gateway.Process.Output.Text, StringComparison.Ordinal);
        Assert.Equal(1, verified.ExitCode);
        Assert.Contains("The audit is not the one that was signed.", verified.Output, StringComparison.Ordinal);

        await StopAsync();
        File.Delete(Assert.Single(Directory.GetFiles(Data, "ledger-heads-*.txt")));
        await StartAsync();
        Assert.Equal(200, (await Ask.SendAsync(_gateway, hard, Ask.Chat, Ask.ChatBody())).Status);
    }

    private async Task RestartAsync()
    {
        await StopAsync();
        await StartAsync();
    }

    private async Task StartAsync() => _gateway = await RunningGateway.FromNothingAsync(_folder, _gateway.AdminToken);

    private async Task StopAsync()
    {
        _gateway.Process.Send(PosixSignal.Terminate);
        Assert.Equal(0, await _gateway.Process.EndAsync());
        await _gateway.DisposeAsync();
    }
}
