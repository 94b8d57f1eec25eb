using Causeway.Acceptance.Processes;
using Causeway.Testing;

namespace Causeway.Acceptance.Books;

/// <summary>A house on SQLite that can move to a PostgreSQL server of its own.</summary>
public sealed class StoreHouse : House, IAsyncLifetime
{
    internal const string OnSqlite = "sqlite:data/causeway.db";

    internal PostgresCluster Server { get; } = new() { Fsync = true };

    /// <summary>The empty database, with the password's variable in place of the password.</summary>
    internal string StoreUrl { get; private set; } = "";

    internal string Database { get; private set; } = "";

    internal override IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string>(base.Environment) { ["PG_PASSWORD"] = Uri.EscapeDataString(PostgresCluster.Password) };

    /// <summary>Runs a verb in the house's folder.</summary>
    internal Task<CommandRun> StoreAsync(params IEnumerable<string> arguments) =>
        CommandRun.OfAsync(Path.GetDirectoryName(ConfigurationFile)!, Environment, [.. (IEnumerable<string>)["store"], .. arguments]);

    /// <summary>Makes an empty database, which is named from now on.</summary>
    internal async Task NewDatabaseAsync()
    {
        Database = await Server.NewDatabaseAsync();
        StoreUrl = Server.Url(Database).Replace(Uri.EscapeDataString(PostgresCluster.Password), "${PG_PASSWORD}", StringComparison.Ordinal);
    }

    /// <summary>Ends the gateway as an operator does.</summary>
    internal async Task StopAsync()
    {
        Gateway.Process.Send(PosixSignal.Terminate);
        Assert.Equal(0, await Gateway.Process.EndAsync());
    }

    /// <summary>Names another store in the configuration and starts with it.</summary>
    internal async Task StartOnAsync(string store)
    {
        string configured = await File.ReadAllTextAsync(ConfigurationFile);
        await File.WriteAllTextAsync(ConfigurationFile, string.Join('\n', configured.Split('\n').Select(line => line.StartsWith("store: ", StringComparison.Ordinal) ? "store: " + store : line)));
        await RestartAsync();
    }

    private protected override async Task OpenAsync()
    {
        await NewDatabaseAsync();
        await base.OpenAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await Server.DisposeAsync();
    }
}
