using Causeway.Acceptance.Processes;
using Causeway.Testing;

namespace Causeway.Acceptance.Books;

/// <summary>A house whose store is a PostgreSQL server of its own, which a test may take away.</summary>
public class PostgresHouse : House, IAsyncLifetime
{
    public PostgresHouse()
        : this(new PostgresCluster { Fsync = true })
    {
    }

    private protected PostgresHouse(PostgresCluster server) => Server = server;

    internal PostgresCluster Server { get; }

    /// <summary>The database's name.</summary>
    internal string Database { get; private set; } = "";

    /// <summary>Where the gateway finds the server, on 127.0.0.1.</summary>
    internal virtual int StorePort => Server.Port;

    internal string StoreUrl => Server.Url(Database, StorePort).Replace(Uri.EscapeDataString(PostgresCluster.Password), "${PG_PASSWORD}", StringComparison.Ordinal);

    internal override IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string>(base.Environment) { ["PG_PASSWORD"] = Uri.EscapeDataString(PostgresCluster.Password) };

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await CloseAsync();
        GC.SuppressFinalize(this);
    }

    private protected override async Task OpenAsync()
    {
        Database = await Server.NewDatabaseAsync();
        await base.OpenAsync();
    }

    private protected async Task CloseAsync()
    {
        await DisposeAsync();
        await Server.DisposeAsync();
    }

    private protected override string Configured() => base.Configured().Replace("sqlite:data/causeway.db", StoreUrl, StringComparison.Ordinal);
}
