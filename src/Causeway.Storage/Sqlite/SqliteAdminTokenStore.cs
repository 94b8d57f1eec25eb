using Causeway.Budgets.Keys;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>The administrator token's digest on SQLite: one row or none.</summary>
internal sealed class SqliteAdminTokenStore(SqliteWriter writer, SqliteReaders readers, TimeProvider time) : IAdminTokenStore
{
    public Task<KeyHash?> FindAsync(CancellationToken cancellation) => readers.RunAsync(Find, cancellation);

    public Task ReplaceAsync(KeyHash token, CancellationToken cancellation) =>
        writer.RunAsync(connection => Replace(connection, token), cancellation);

    private static KeyHash? Find(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT hash FROM admin_token";
        return command.ExecuteScalar() is byte[] digest ? KeyHash.FromDigest(digest) : null;
    }

    private bool Replace(SqliteConnection connection, KeyHash token)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            INSERT INTO admin_token (only_row, hash, replaced_at) VALUES (1, $hash, $at)
            ON CONFLICT DO UPDATE SET hash = excluded.hash, replaced_at = excluded.replaced_at
            """;
        command.Parameters.AddWithValue("$hash", token.ToDigest());
        command.Parameters.AddWithValue("$at", time.GetUtcNow().ToUnixTimeMilliseconds());
        command.ExecuteNonQuery();
        return true;
    }
}
