using Causeway.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Tests.Sqlite;

/// <summary>A directory for one test's database.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("causeway-storage-").FullName;

    /// <summary>Where a store makes its database, in a directory that it makes too.</summary>
    public string Database => Path.Combine(Root, "data", "causeway.db");

    public Task<SqliteStore> OpenAsync() => SqliteStore.OpenAsync(Database, TimeProvider.System, CancellationToken.None);

    /// <summary>Changes the file behind the store's back.</summary>
    public void Execute(string sql)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Database)!);
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={Database};Pooling=false");
        connection.Open();
        return connection;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
