using System.Runtime.CompilerServices;
using Causeway.Storage.Moving;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Reads tables whole. Every statement is put together from constants of this room.</summary>
internal sealed class PostgresTableReader(NpgsqlConnection connection, PostgresAddress address)
{
    // The ledger's one stream; elsewhere there is nothing to choose.
    private static string Within(StoreTable table) => table == StoreTables.Ledger || table == StoreTables.Checkpoints ? $"stream = '{Guid.Empty}'" : "true";

    public async IAsyncEnumerable<Cell[]> ReadAsync(StoreTable table, Cell[]? after, [EnumeratorCancellation] CancellationToken cancellation)
    {
        string places = string.Join(", ", Enumerable.Range(1, table.KeyLength).Select(place => $"${place}"));
        await using NpgsqlCommand command = connection.Command(
            $"SELECT {table.ColumnList} FROM {table.Name} WHERE {Within(table)}{(after is null ? "" : $" AND ({table.KeyList}) > ({places})")} ORDER BY {table.KeyList}",
            after is null ? [] : [.. after.Select((cell, i) => Parameter(cell, table.Columns[i].Kind))]);
        command.CommandTimeout = 0; // A table takes as long as it takes.
        await using NpgsqlDataReader row = await ExplainedAsync(() => command.ExecuteReaderAsync(cancellation));
        var cells = new Cell[table.Columns.Length];
        while (await ExplainedAsync(() => row.ReadAsync(cancellation)))
        {
            for (int i = 0; i < cells.Length; i++)
            {
                cells[i] = Value(row, i, table.Columns[i].Kind);
            }

            yield return cells;
        }
    }

    public async Task<Cell[]?> LastAsync(StoreTable table, CancellationToken cancellation)
    {
        string backwards = string.Join(", ", table.Columns.Take(table.KeyLength).Select(column => column.Name + " DESC"));
        List<Cell[]> last = await ExplainedAsync(() => connection.ReadAsync<Cell[]>(
            row => [.. table.Columns.Take(table.KeyLength).Select((column, i) => Value((NpgsqlDataReader)row, i, column.Kind))],
            cancellation,
            $"SELECT {table.KeyList} FROM {table.Name} WHERE {Within(table)} ORDER BY {backwards} LIMIT 1"));
        return last.FirstOrDefault();
    }

    public async Task<long?> ExpectedAsync(StoreTable table, CancellationToken cancellation) => table switch
    {
        _ when table == StoreTables.Usage => await ExplainedAsync(() => connection.NumberAsync(cancellation, "SELECT coalesce(sum(requests), 0)::bigint FROM usage_hourly")),
        _ when table == StoreTables.Ledger => await ExplainedAsync(() => connection.NumberAsync(cancellation, $"SELECT coalesce(max(seq), 0) FROM ledger WHERE {Within(table)}")),
        _ => null,
    };

    public async Task<T> ExplainedAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (NpgsqlException failure)
        {
            throw PostgresFailure.Explain(failure, address);
        }
    }

    private static object Parameter(Cell cell, CellKind kind) => kind switch
    {
        CellKind.Id => cell.Id,
        CellKind.Bytes => cell.Bytes,
        CellKind.Text => cell.Text,
        CellKind.Small => checked((int)cell.Number),
        CellKind.Flag => cell.Number != 0,
        _ => cell.Number,
    };

    private static Cell Value(NpgsqlDataReader row, int column, CellKind kind) => row.IsDBNull(column)
        ? Cell.Null
        : kind switch
        {
            CellKind.Id => Cell.Of(row.GetGuid(column)),
            CellKind.Bytes => Cell.Of(row.GetFieldValue<byte[]>(column)),
            CellKind.Text => Cell.Of(row.Text(column)),
            CellKind.Small => Cell.Of(row.GetInt32(column)),
            CellKind.Flag => Cell.Of(row.GetBoolean(column) ? 1L : 0L),
            _ => Cell.Of(row.GetInt64(column)),
        };
}
