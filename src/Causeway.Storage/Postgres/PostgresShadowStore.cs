using Causeway.Shadow.Import;
using Causeway.Storage.Rows;
using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Postgres;

/// <summary>What vendors say was used, on PostgreSQL.</summary>
internal sealed class PostgresShadowStore(PostgresDatabase database) : IShadowStore
{
    private const string Copy =
        """
        COPY shadow_lines (import_id, no, format, day, vendor, account, project, api_key, user_name, model, region, item, currency, requests, input_tokens, cache_read_tokens, output_tokens, bytes, cost_nano)
        FROM STDIN (FORMAT BINARY)
        """;

    private const string Imports = "SELECT id, at, actor, format, file, digest, account, records, line_count, first_day, last_day, window_count FROM shadow_imports";

    public Task StageAsync(Guid import, string format, int first, IReadOnlyList<UsageLine> lines, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Shadow,
        async connection =>
        {
            await using NpgsqlBinaryImporter importer = await connection.BeginBinaryImportAsync(Copy, CancellationToken.None);
            for (int i = 0; i < lines.Count; i++)
            {
                (UsageKey key, UsageSum sum) = lines[i];
                await importer.StartRowAsync(CancellationToken.None);
                await importer.WriteAsync(import, NpgsqlDbType.Uuid, CancellationToken.None);
                await NumberAsync(importer, first + i);
                await TextAsync(importer, format);
                await NumberAsync(importer, ShadowRows.Number(key.Day));
                foreach (string text in (string[])[key.Vendor, key.Account, key.Project, key.Key, key.User, key.Model, key.Region, key.Item, key.Currency])
                {
                    await TextAsync(importer, text);
                }

                foreach (long number in (long[])[sum.Requests, sum.InputTokens, sum.CacheReadTokens, sum.OutputTokens, sum.Bytes])
                {
                    await NumberAsync(importer, number);
                }

                await (sum.CostNano is { } cost ? NumberAsync(importer, cost) : importer.WriteNullAsync(CancellationToken.None));
            }

            await importer.CompleteAsync(CancellationToken.None);
            return true;
        },
        cancellation);

    public Task ApplyAsync(ShadowImport import, IReadOnlyList<ImportWindow> windows, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Shadow,
        async connection =>
        {
            foreach (ImportWindow[] piece in windows.Chunk(1_000))
            {
                await using NpgsqlBatch batch = connection.CreateBatch();
                foreach (ImportWindow window in piece)
                {
                    object?[] values = [import.Format, window.Vendor, window.Account, window.Project, ShadowRows.Number(window.Day), import.Id];
                    batch.Add("DELETE FROM shadow_windows WHERE format = $1 AND vendor = $2 AND account = $3 AND day = $5 AND import_id <> $6 AND (project = '' OR $4 = '')", values);
                    batch.Add(
                        """
                        INSERT INTO shadow_windows (format, vendor, account, project, day, import_id) VALUES ($1, $2, $3, $4, $5, $6)
                        ON CONFLICT (format, vendor, account, project, day) DO UPDATE SET import_id = excluded.import_id
                        """,
                        values);
                }

                await batch.ExecuteNonQueryAsync(CancellationToken.None);
            }

            return await connection.RunAsync(
                """
                INSERT INTO shadow_imports (id, at, actor, format, file, digest, account, records, line_count, first_day, last_day, window_count)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
                """,
                import.Id, import.At, import.Actor, import.Format, import.File, import.Digest, import.Account, import.Records, (long)import.Lines, ShadowRows.Number(import.First), ShadowRows.Number(import.Last), (long)import.Windows);
        },
        cancellation);

    public async Task<ShadowImport?> FindAsync(byte[] digest, string account, CancellationToken cancellation) =>
        (await ReadAsync(
            ShadowRows.Import,
            $"{Imports} i WHERE digest = $1 AND account = $2 AND window_count = (SELECT count(*) FROM shadow_windows w WHERE w.import_id = i.id) ORDER BY id DESC LIMIT 1",
            cancellation, digest, account)).FirstOrDefault();

    public async Task<IReadOnlyList<ShadowImport>> ListAsync(CancellationToken cancellation) =>
        await ReadAsync(ShadowRows.Import, $"{Imports} ORDER BY id DESC LIMIT $1", cancellation, (long)IShadowStore.MaxListed);

    public async Task<IReadOnlyList<StandingLine>> PageAsync(LineRange range, CancellationToken cancellation) => await ReadAsync(
        ShadowRows.Line,
        """
        SELECT l.import_id, l.no, l.format, l.day, l.vendor, l.account, l.project, l.api_key, l.user_name, l.model, l.region, l.item, l.currency,
               l.requests, l.input_tokens, l.cache_read_tokens, l.output_tokens, l.bytes, l.cost_nano
        FROM shadow_lines l JOIN shadow_windows w
          ON w.format = l.format AND w.vendor = l.vendor AND w.account = l.account AND w.project = l.project AND w.day = l.day AND w.import_id = l.import_id
        WHERE (l.import_id, l.no) > ($1, $2) AND l.day >= $3 AND l.day < $4
        ORDER BY l.import_id, l.no LIMIT $5
        """,
        cancellation, range.AfterImport, (long)range.AfterNumber, ShadowRows.Number(range.Since), ShadowRows.Number(range.Until), (long)range.Limit);

    public Task<int> DropStaleAsync(DateTimeOffset before, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Shadow,
        connection => connection.RunAsync(
            """
            DELETE FROM shadow_lines WHERE (import_id, no) IN (
              SELECT l.import_id, l.no FROM shadow_lines l
              WHERE (l.import_id < $1 OR l.import_id IN (SELECT id FROM shadow_imports)) AND NOT EXISTS (
                SELECT 1 FROM shadow_windows w
                WHERE w.format = l.format AND w.vendor = l.vendor AND w.account = l.account AND w.project = l.project AND w.day = l.day AND w.import_id = l.import_id)
              LIMIT $2)
            """,
            Guid.CreateVersion7(before), (long)IShadowStore.MaxPage),
        cancellation);

    public Task PutAsync(ShadowClaim claim, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Shadow,
        connection => connection.RunAsync(
            """
            INSERT INTO shadow_claims (vendor, account, project, api_key, team, provider, note, actor, at) VALUES ($1, $2, $3, $4, $5::text, $6::text, $7::text, $8, $9)
            ON CONFLICT (vendor, account, project, api_key) DO UPDATE
              SET team = excluded.team, provider = excluded.provider, note = excluded.note, actor = excluded.actor, at = excluded.at
            """,
            claim.Subject.Vendor, claim.Subject.Account, claim.Subject.Project, claim.Subject.Key, claim.Team, claim.Provider, claim.Note, claim.Actor, claim.At),
        cancellation);

    public Task<bool> RemoveAsync(ClaimSubject subject, CancellationToken cancellation) => database.WriteAsync(
        PostgresLock.Shadow,
        async connection => await connection.RunAsync(
            "DELETE FROM shadow_claims WHERE vendor = $1 AND account = $2 AND project = $3 AND api_key = $4", subject.Vendor, subject.Account, subject.Project, subject.Key) == 1,
        cancellation);

    public async Task<IReadOnlyList<ShadowClaim>> ClaimsAsync(CancellationToken cancellation) => await ReadAsync(
        ShadowRows.Claim,
        "SELECT vendor, account, project, api_key, team, provider, note, actor, at FROM shadow_claims ORDER BY vendor, account, project, api_key LIMIT $1",
        cancellation, (long)IShadowStore.MaxListed);

    private static Task NumberAsync(NpgsqlBinaryImporter importer, long number) => importer.WriteAsync(number, NpgsqlDbType.Bigint, CancellationToken.None);

    private static Task TextAsync(NpgsqlBinaryImporter importer, string text) => importer.WriteAsync(PostgresText.Kept(text), NpgsqlDbType.Text, CancellationToken.None);

    private Task<List<T>> ReadAsync<T>(Func<System.Data.Common.DbDataReader, RowFormat, T> read, string sql, CancellationToken cancellation, params object?[] values) =>
        database.ReadAsync((connection, leave) => connection.ReadAsync(row => read(row, PostgresText.Format), leave, sql, values), cancellation);
}
