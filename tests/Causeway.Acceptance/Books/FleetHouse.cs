using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Three processes on one PostgreSQL server.</summary>
public sealed class FleetHouse : PostgresHouse, IAsyncLifetime
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

    /// <summary>Forgets one that a test has ended.</summary>
    internal async Task EndedAsync(RunningGateway gone)
    {
        _others.Remove(gone);
        await gone.DisposeAsync();
    }

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await OpenAsync();
        await JoinAsync();
        await JoinAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        foreach (RunningGateway other in _others)
        {
            await other.DisposeAsync();
        }

        await CloseAsync();
    }
}
