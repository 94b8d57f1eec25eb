using System.Security.Cryptography;
using System.Text;
using Causeway.Storage.Moving;
using Npgsql;
using NpgsqlTypes;

namespace Causeway.Storage.Postgres;

/// <summary>One binary COPY into a table. It writes what only this engine's tables have too: the ledger's stream, and the digest by which a name is found.</summary>
internal sealed class PostgresCopy(NpgsqlBinaryImporter importer, StoreTable table) : IAsyncDisposable
{
    public static async Task<PostgresCopy> BeginAsync(NpgsqlConnection connection, StoreTable table, CancellationToken cancellation)
    {
        string own = HasStream(table) ? ", stream" : table == StoreTables.Names ? ", digest" : "";
        NpgsqlBinaryImporter importer = await connection.BeginBinaryImportAsync($"COPY {table.Name} ({table.ColumnList}{own}) FROM STDIN (FORMAT BINARY)", cancellation);
        importer.Timeout = TimeSpan.Zero; // As long as the source takes.
        return new PostgresCopy(importer, table);
    }

    public async Task AddAsync(Cell[] row, CancellationToken cancellation)
    {
        await importer.StartRowAsync(cancellation);
        for (int i = 0; i < row.Length; i++)
        {
            Cell cell = row[i];
            if (cell.IsNull)
            {
                await importer.WriteNullAsync(cancellation);
                continue;
            }

            await (table.Columns[i].Kind switch
            {
                CellKind.Id => importer.WriteAsync(cell.Id, NpgsqlDbType.Uuid, cancellation),
                CellKind.Bytes => importer.WriteAsync(cell.Bytes, NpgsqlDbType.Bytea, cancellation),
                CellKind.Text => importer.WriteAsync(PostgresText.Kept(cell.Text), NpgsqlDbType.Text, cancellation),
                CellKind.Small => importer.WriteAsync(Small(row, i), NpgsqlDbType.Integer, cancellation),
                CellKind.Flag => importer.WriteAsync(cell.Number != 0, NpgsqlDbType.Boolean, cancellation),
                _ => importer.WriteAsync(cell.Number, NpgsqlDbType.Bigint, cancellation),
            });
        }

        if (HasStream(table))
        {
            await importer.WriteAsync(Guid.Empty, NpgsqlDbType.Uuid, cancellation);
        }
        else if (table == StoreTables.Names)
        {
            await importer.WriteAsync(SHA256.HashData(Encoding.UTF8.GetBytes(row[1].Text)), NpgsqlDbType.Bytea, cancellation);
        }
    }

    public async Task CompleteAsync(CancellationToken cancellation) => await importer.CompleteAsync(cancellation);

    /// <summary>Without <see cref="CompleteAsync"/> nothing of it is kept.</summary>
    public ValueTask DisposeAsync() => importer.DisposeAsync();

    // SQLite's whole numbers have 64 bits, whatever is meant.
    private int Small(Cell[] row, int column) => row[column].Number is >= int.MinValue and <= int.MaxValue and long number
        ? (int)number
        : throw new StoreUnavailableException($"{table.Show(row)}: {table.Columns[column].Name} is {row[column].Number}, more than was ever written there. The source is damaged: put a backup in its place.");

    private static bool HasStream(StoreTable table) => table == StoreTables.Ledger || table == StoreTables.Checkpoints;
}
