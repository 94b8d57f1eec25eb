using Causeway.Acceptance.Processes;
using Causeway.Testing;

namespace Causeway.Acceptance.Books;

/// <summary>A house whose store is a PostgreSQL server of its own, which a test may take away.</summary>
public sealed class PostgresHouse : House, IAsyncLifetime
{
    private string _database = "";

    internal PostgresCluster Server { get; } = new() { Fsync = true };

    internal string StoreUrl => Server.Url(_database).Replace(Uri.EscapeDataString(PostgresCluster.Password), "${PG_PASSWORD}", StringComparison.Ordinal);

    internal override IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string>(base.Environment) { ["PG_PASSWORD"] = Uri.EscapeDataString(PostgresCluster.Password) };

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        _database = await Server.NewDatabaseAsync();
        await InitializeAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await Server.DisposeAsync();
    }

    private protected override string Configured() => base.Configured().Replace("sqlite:data/causeway.db", StoreUrl, StringComparison.Ordinal);
}
