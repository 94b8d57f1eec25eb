using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Four processes on one PostgreSQL server, each by a way of its own, for a test that harms them.</summary>
public class BankHouse : FleetHouse, IAsyncLifetime
{
    private readonly Dictionary<RunningGateway, FaultProxy> _ways = [];
    private FaultProxy? _first;

    /// <summary>The first one's way: it keeps it when it is started again.</summary>
    internal override int StorePort => First.Port;

    private FaultProxy First => _first ??= new FaultProxy(Server.Port);

    /// <summary>What stands between one of them and the server.</summary>
    internal FaultProxy WayOf(RunningGateway one) => one == Gateway ? First : _ways[one];

    internal override async Task<RunningGateway> JoinAsync()
    {
        FaultProxy way = new(Server.Port);
        RunningGateway joined = await JoinThroughAsync(way.Port);
        _ways.Add(joined, way);
        return joined;
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await CloseFleetAsync();
        foreach (FaultProxy way in _ways.Values)
        {
            way.Dispose();
        }

        _first?.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected override async Task OpenAsync()
    {
        await base.OpenAsync();
        await JoinAsync();
    }
}

/// <summary>The same with leases.</summary>
public sealed class LeasedBankHouse : BankHouse
{
    private protected override string Configured() => base.Configured() + LeaseHouse.Leases;
}
