using Causeway.Acceptance.Processes;
using Causeway.Testing;

namespace Causeway.Acceptance.Books;

/// <summary>Three processes on a PostgreSQL server with a synchronous standby. They know one address, which whoever runs the servers has lead to the one that may be written to.</summary>
public sealed class FailoverHouse : FleetHouse
{
    private FaultProxy? _address;
    private PostgresCluster? _standby;

    internal override int StorePort => Address.Port;

    private FaultProxy Address => _address ??= new FaultProxy(Server.Port);

    /// <summary>The standby begins to follow.</summary>
    internal async Task FollowAsync() => _standby = await Server.NewStandbyAsync();

    /// <summary>The server loses its power, the standby is promoted, and the address leads to it.</summary>
    internal async Task FailOverAsync()
    {
        await Server.KillAsync();
        Address.Cut();
        await _standby!.PromoteAsync();
        Address.MendTo(_standby.Port);
    }

    /// <summary>Asks the standby.</summary>
    internal Task<string> StandbySqlAsync(string sql) => _standby!.SqlAsync(Database, sql);

    private protected override async Task CloseStoreAsync()
    {
        _address?.Dispose();
        if (_standby is not null)
        {
            await _standby.DisposeAsync();
        }
    }
}
