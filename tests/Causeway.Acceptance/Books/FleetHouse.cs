using System.Globalization;
using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Three processes on one PostgreSQL server.</summary>
public class FleetHouse : PostgresHouse, IAsyncLifetime
{
    private readonly List<RunningGateway> _others = [];

    /// <summary>All three.</summary>
    internal IReadOnlyList<RunningGateway> All => [Gateway, .. _others];

    /// <summary>Starts another on the same store.</summary>
    internal async Task<RunningGateway> JoinAsync()
    {
        RunningGateway joined = await StartAsync();
        _others.Add(joined);
        return joined;
    }

    /// <summary>The same, by way of another port to the same server.</summary>
    internal async Task<RunningGateway> JoinThroughAsync(int port)
    {
        string file = InFolder("through.yaml");
        string here = string.Create(CultureInfo.InvariantCulture, $":{Server.Port}/");
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(ConfigurationFile)).Replace(here, string.Create(CultureInfo.InvariantCulture, $":{port}/"), StringComparison.Ordinal));
        RunningGateway joined = await StartAsync(file);
        _others.Add(joined);
        return joined;
    }

    /// <summary>Ends one as an operator does, and starts it again.</summary>
    internal async Task RestartAsync(RunningGateway old)
    {
        old.Process.Send(PosixSignal.Terminate);
        Assert.Equal(0, await old.Process.EndAsync());
        if (old == Gateway)
        {
            await RestartAsync();
        }
        else
        {
            await EndedAsync(old);
            await JoinAsync();
        }
    }

    private protected override string Configured() => base.Configured() + "limits:\n  announce: 1s\n";

    /// <summary>Forgets one that a test has ended.</summary>
    internal async Task EndedAsync(RunningGateway gone)
    {
        _others.Remove(gone);
        await gone.DisposeAsync();
    }

    async ValueTask IAsyncLifetime.InitializeAsync() => await OpenFleetAsync();

    private protected async Task OpenFleetAsync()
    {
        await OpenAsync();
        await JoinAsync();
        await JoinAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await CloseFleetAsync();
        GC.SuppressFinalize(this);
    }

    private protected async Task CloseFleetAsync()
    {
        foreach (RunningGateway other in _others)
        {
            await other.DisposeAsync();
        }

        await CloseAsync();
    }
}
