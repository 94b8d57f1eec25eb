using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Four processes on one PostgreSQL server, for a test that harms them.</summary>
public class BankHouse : FleetHouse, IAsyncLifetime
{
    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        await OpenFleetAsync();
        await JoinAsync();
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
}

/// <summary>The same with leases.</summary>
public sealed class LeasedBankHouse : BankHouse
{
    private protected override string Configured() => base.Configured() + LeaseHouse.Leases;
}
