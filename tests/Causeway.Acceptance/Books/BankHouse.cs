using Causeway.Acceptance.Processes;

namespace Causeway.Acceptance.Books;

/// <summary>Four processes on one PostgreSQL server, for a test that harms them.</summary>
public sealed class BankHouse : FleetHouse, IAsyncLifetime
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
