using Causeway.Shadow.Import;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>What vendors say was used, on SQLite.</summary>
internal sealed class SqliteShadowStore(SqliteWriter writer, SqliteReaders readers) : IShadowStore
{
    private const string Insert =
        """
        INSERT INTO shadow_lines (import_id, no, format, day, vendor, account, project, api_key, user_name, model, region, item, currency, requests, input_tokens, cache_read_tokens, output_tokens, bytes, cost_nano)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """;

    private const string Imports = "SELECT id, at, actor, format, file, digest, account, records, line_count, first_day, last_day, window_count FROM shadow_imports";

    // The rows of the writer's thread are shared with the ledger: a piece is a few thousand, so that nobody waits long.
    public Task StageAsync(Guid import, string format, int first, IReadOnlyList<UsageLine> lines, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using Statement insert = new(connection, Insert);
            Span<byte> id = stackalloc byte[16];
            import.TryWriteBytes(id, bigEndian: true, out _);
            for (int i = 0; i < lines.Count; i++)
            {
                (UsageKey key, UsageSum sum) = lines[i];
                insert.Bind(1, id);
                insert.Bind(2, first + i);
                insert.Bind(3, format);
                insert.Bind(4, ShadowRows.Number(key.Day));
                insert.Bind(5, key.Vendor);
                insert.Bind(6, key.Account);
                insert.Bind(7, key.Project);
                insert.Bind(8, key.Key);
                insert.Bind(9, key.User);
                insert.Bind(10, key.Model);
                insert.Bind(11, key.Region);
                insert.Bind(12, key.Item);
                insert.Bind(13, key.Currency);
                insert.Bind(14, sum.Requests);
                insert.Bind(15, sum.InputTokens);
                insert.Bind(16, sum.CacheReadTokens);
                insert.Bind(17, sum.OutputTokens);
                insert.Bind(18, sum.Bytes);
                insert.Bind(19, sum.CostNano);
                insert.Run();
            }

            return lines.Count;
        },
        cancellation);

    public Task ApplyAsync(ShadowImport import, IReadOnlyList<ImportWindow> windows, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using Statement clear = new(
                connection, "DELETE FROM shadow_windows WHERE format = ?1 AND vendor = ?2 AND account = ?3 AND day = ?5 AND import_id <> ?6 AND (project = '' OR ?4 = '')");
            using Statement put = new(
                connection,
                """
                INSERT INTO shadow_windows (format, vendor, account, project, day, import_id) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                ON CONFLICT (format, vendor, account, project, day) DO UPDATE SET import_id = excluded.import_id
                """);
            Span<byte> id = stackalloc byte[16];
            import.Id.TryWriteBytes(id, bigEndian: true, out _);
            foreach (ImportWindow window in windows)
            {
                foreach (Statement statement in (ReadOnlySpan<Statement>)[clear, put])
                {
                    statement.Bind(1, import.Format);
                    statement.Bind(2, window.Vendor);
                    statement.Bind(3, window.Account);
                    statement.Bind(4, window.Project);
                    statement.Bind(5, ShadowRows.Number(window.Day));
                    statement.Bind(6, id);
                    statement.Run();
                }
            }

            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                """
                INSERT INTO shadow_imports (id, at, actor, format, file, digest, account, records, line_count, first_day, last_day, window_count)
                VALUES ($id, $at, $actor, $format, $file, $digest, $account, $records, $lines, $first, $last, $windows)
                """;
            command.Parameters.AddWithValue("$id", id.ToArray());
            command.Parameters.AddWithValue("$at", import.At.ToUnixTimeMilliseconds());
            command.Parameters.AddWithValue("$actor", import.Actor);
            command.Parameters.AddWithValue("$format", import.Format);
            command.Parameters.AddWithValue("$file", import.File);
            command.Parameters.AddWithValue("$digest", import.Digest);
            command.Parameters.AddWithValue("$account", import.Account);
            command.Parameters.AddWithValue("$records", import.Records);
            command.Parameters.AddWithValue("$lines", import.Lines);
            command.Parameters.AddWithValue("$first", ShadowRows.Number(import.First));
            command.Parameters.AddWithValue("$last", ShadowRows.Number(import.Last));
            command.Parameters.AddWithValue("$windows", import.Windows);
            return command.ExecuteNonQuery();
        },
        cancellation);

    public Task<ShadowImport?> FindAsync(byte[] digest, string account, CancellationToken cancellation) => readers.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                $"{Imports} i WHERE digest = $digest AND account = $account AND window_count = (SELECT count(*) FROM shadow_windows w WHERE w.import_id = i.id) ORDER BY id DESC LIMIT 1";
            command.Parameters.AddWithValue("$digest", digest);
            command.Parameters.AddWithValue("$account", account);
            return Read(command, ShadowRows.Import, SqliteRows.Format).FirstOrDefault();
        },
        cancellation);

    public Task<IReadOnlyList<ShadowImport>> ListAsync(CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<ShadowImport>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"{Imports} ORDER BY id DESC LIMIT $most";
            command.Parameters.AddWithValue("$most", IShadowStore.MaxListed);
            return Read(command, ShadowRows.Import, SqliteRows.Format);
        },
        cancellation);

    public Task<IReadOnlyList<StandingLine>> PageAsync(LineRange range, CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<StandingLine>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                """
                SELECT l.import_id, l.no, l.format, l.day, l.vendor, l.account, l.project, l.api_key, l.user_name, l.model, l.region, l.item, l.currency,
                       l.requests, l.input_tokens, l.cache_read_tokens, l.output_tokens, l.bytes, l.cost_nano
                FROM shadow_lines l JOIN shadow_windows w
                  ON w.format = l.format AND w.vendor = l.vendor AND w.account = l.account AND w.project = l.project AND w.day = l.day AND w.import_id = l.import_id
                WHERE (l.import_id, l.no) > ($import, $no) AND l.day >= $since AND l.day < $until
                ORDER BY l.import_id, l.no LIMIT $limit
                """;
            command.Parameters.AddWithValue("$import", range.AfterImport.ToByteArray(bigEndian: true));
            command.Parameters.AddWithValue("$no", range.AfterNumber);
            command.Parameters.AddWithValue("$since", ShadowRows.Number(range.Since));
            command.Parameters.AddWithValue("$until", ShadowRows.Number(range.Until));
            command.Parameters.AddWithValue("$limit", range.Limit);
            return Read(command, ShadowRows.Line, SqliteRows.Format);
        },
        cancellation);

    public Task<int> DropStaleAsync(DateTimeOffset before, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                """
                DELETE FROM shadow_lines WHERE (import_id, no) IN (
                  SELECT l.import_id, l.no FROM shadow_lines l
                  WHERE (l.import_id < $before OR l.import_id IN (SELECT id FROM shadow_imports)) AND NOT EXISTS (
                    SELECT 1 FROM shadow_windows w
                    WHERE w.format = l.format AND w.vendor = l.vendor AND w.account = l.account AND w.project = l.project AND w.day = l.day AND w.import_id = l.import_id)
                  LIMIT $most)
                """;
            command.Parameters.AddWithValue("$before", Guid.CreateVersion7(before).ToByteArray(bigEndian: true));
            command.Parameters.AddWithValue("$most", IShadowStore.MaxPage);
            return command.ExecuteNonQuery();
        },
        cancellation);

    public Task PutAsync(ShadowClaim claim, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                """
                INSERT INTO shadow_claims (vendor, account, project, api_key, team, provider, note, actor, at) VALUES ($vendor, $account, $project, $key, $team, $provider, $note, $actor, $at)
                ON CONFLICT (vendor, account, project, api_key) DO UPDATE
                  SET team = excluded.team, provider = excluded.provider, note = excluded.note, actor = excluded.actor, at = excluded.at
                """;
            Bind(command, claim.Subject);
            command.Parameters.AddWithValue("$team", (object?)claim.Team ?? DBNull.Value);
            command.Parameters.AddWithValue("$provider", (object?)claim.Provider ?? DBNull.Value);
            command.Parameters.AddWithValue("$note", (object?)claim.Note ?? DBNull.Value);
            command.Parameters.AddWithValue("$actor", claim.Actor);
            command.Parameters.AddWithValue("$at", claim.At.ToUnixTimeMilliseconds());
            return command.ExecuteNonQuery();
        },
        cancellation);

    public Task<bool> RemoveAsync(ClaimSubject subject, CancellationToken cancellation) => writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "DELETE FROM shadow_claims WHERE vendor = $vendor AND account = $account AND project = $project AND api_key = $key";
            Bind(command, subject);
            return command.ExecuteNonQuery() == 1;
        },
        cancellation);

    public Task<IReadOnlyList<ShadowClaim>> ClaimsAsync(CancellationToken cancellation) => readers.RunAsync<IReadOnlyList<ShadowClaim>>(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "SELECT vendor, account, project, api_key, team, provider, note, actor, at FROM shadow_claims ORDER BY vendor, account, project, api_key LIMIT $most";
            command.Parameters.AddWithValue("$most", IShadowStore.MaxListed);
            return Read(command, ShadowRows.Claim, SqliteRows.Format);
        },
        cancellation);

    private static void Bind(SqliteCommand command, ClaimSubject subject)
    {
        command.Parameters.AddWithValue("$vendor", subject.Vendor);
        command.Parameters.AddWithValue("$account", subject.Account);
        command.Parameters.AddWithValue("$project", subject.Project);
        command.Parameters.AddWithValue("$key", subject.Key);
    }

    private static List<T> Read<T>(SqliteCommand command, Func<SqliteDataReader, RowFormat, T> read, RowFormat format)
    {
        using SqliteDataReader row = command.ExecuteReader();
        List<T> all = [];
        while (row.Read())
        {
            all.Add(read(row, format));
        }

        return all;
    }
}
