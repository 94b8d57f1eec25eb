using System.Globalization;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Three processes on one PostgreSQL server.</summary>
public class FleetHouse : PostgresHouse, IAsyncLifetime
{
    private readonly List<RunningGateway> _others = [];
    private int _joined;

    /// <summary>All three.</summary>
    internal IReadOnlyList<RunningGateway> All => [Gateway, .. _others];

    /// <summary>Starts another on the same store.</summary>
    internal virtual Task<RunningGateway> JoinAsync() => JoinAsync(ConfigurationFile);

    /// <summary>The same, by way of another port to the same server.</summary>
    internal Task<RunningGateway> JoinThroughAsync(int port) => JoinWithAsync($":{Number(StorePort)}/", $":{Number(port)}/");

    /// <summary>The same with something else in its configuration.</summary>
    internal async Task<RunningGateway> JoinWithAsync(string usual, string other)
    {
        string configured = await File.ReadAllTextAsync(ConfigurationFile);
        Assert.Contains(usual, configured, StringComparison.Ordinal);
        string file = InFolder($"joined-{Number(++_joined)}.yaml");
        await File.WriteAllTextAsync(file, configured.Replace(usual, other, StringComparison.Ordinal));
        return await JoinAsync(file);
    }

    /// <summary>Starts another in place of one that has ended.</summary>
    internal async Task ReplaceAsync(RunningGateway gone)
    {
        if (gone == Gateway)
        {
            await RestartAsync();
        }
        else
        {
            await EndedAsync(gone);
            await JoinAsync();
        }
    }

    /// <summary>Ends one as an operator does, and starts it again.</summary>
    internal async Task RestartAsync(RunningGateway old)
    {
        old.Process.Send(PosixSignal.Terminate);
        Assert.Equal(0, await old.Process.EndAsync());
        await ReplaceAsync(old);
    }

    private protected override string Configured() => base.Configured() + "limits:\n  announce: 1s\n";

    /// <summary>Forgets one that a test has ended.</summary>
    internal async Task EndedAsync(RunningGateway gone)
    {
        _others.Remove(gone);
        await gone.DisposeAsync();
    }

    private protected override async Task OpenAsync()
    {
        await base.OpenAsync();
        await JoinAsync();
        await JoinAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await CloseFleetAsync();
        GC.SuppressFinalize(this);
    }

    private async Task<RunningGateway> JoinAsync(string file)
    {
        RunningGateway joined = await StartAsync(file);
        _others.Add(joined);
        return joined;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private protected async Task CloseFleetAsync()
    {
        foreach (RunningGateway other in _others)
        {
            await other.DisposeAsync();
        }

        await CloseAsync();
        await CloseStoreAsync();
    }

    /// <summary>Ends what a house has beside its server.</summary>
    private protected virtual Task CloseStoreAsync() => Task.CompletedTask;
}
