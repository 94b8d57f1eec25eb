using Causeway.Budgets.Keys;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Spent tokens on SQLite. Times are kept to the millisecond.</summary>
internal sealed class SqliteSpentTokenStore(SqliteWriter writer, SqliteReaders readers) : ISpentTokenStore
{
    public Task<bool> SpendAsync(KeyHash token, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellation) =>
        writer.RunAsync(connection => Spend(connection, token, until, now), cancellation);

    public Task<bool> IsSpentAsync(KeyHash token, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT 1 FROM spent_tokens WHERE digest = $digest";
            command.Parameters.AddWithValue("$digest", token.ToDigest());
            return command.ExecuteScalar() is not null;
        },
        cancellation);

    public Task<IReadOnlySet<KeyHash>> SpentAmongAsync(IReadOnlyCollection<KeyHash> tokens, CancellationToken cancellation) => readers.RunAsync<IReadOnlySet<KeyHash>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT 1 FROM spent_tokens WHERE digest = $digest";
            SqliteParameter digest = command.Parameters.Add("$digest", SqliteType.Blob);
            HashSet<KeyHash> spent = [];
            foreach (KeyHash token in tokens)
            {
                digest.Value = token.ToDigest();
                if (command.ExecuteScalar() is not null)
                {
                    spent.Add(token);
                }
            }

            return spent;
        },
        cancellation);

    private static bool Spend(SqliteConnection connection, KeyHash token, DateTimeOffset until, DateTimeOffset now)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText =
            """
            DELETE FROM spent_tokens WHERE expires_at <= $now;
            INSERT INTO spent_tokens (digest, expires_at) VALUES ($digest, $until) ON CONFLICT DO NOTHING RETURNING 1
            """;
        command.Parameters.AddWithValue("$now", now.ToUnixTimeMilliseconds());
        command.Parameters.AddWithValue("$digest", token.ToDigest());
        command.Parameters.AddWithValue("$until", until.ToUnixTimeMilliseconds());
        return command.ExecuteScalar() is not null;
    }
}
