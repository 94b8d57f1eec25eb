using Causeway.Storage.Moving;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Reads tables whole. Every statement is put together from constants of this room.</summary>
internal sealed class SqliteTableReader(SqliteConnection connection)
{
    public IEnumerable<Cell[]> Read(StoreTable table, Cell[]? after, string path)
    {
        string places = string.Join(", ", Enumerable.Range(1, table.KeyLength).Select(place => $"?{place}"));
        using Statement statement = Prepare($"SELECT {table.ColumnList} FROM {table.Name}{(after is null ? "" : $" WHERE ({table.KeyList}) > ({places})")} ORDER BY {table.KeyList}", path);
        if (after is not null)
        {
            statement.Bind(table.Columns.AsSpan(0, table.KeyLength), after);
        }

        var row = new Cell[table.Columns.Length];
        while (Step(statement, path))
        {
            for (int i = 0; i < row.Length; i++)
            {
                row[i] = Value(statement, i, table.Columns[i].Kind);
            }

            yield return row;
        }
    }

    public Cell[]? Last(StoreTable table, string path)
    {
        string backwards = string.Join(", ", table.Columns.Take(table.KeyLength).Select(column => column.Name + " DESC"));
        using Statement statement = Prepare($"SELECT {table.KeyList} FROM {table.Name} ORDER BY {backwards} LIMIT 1", path);
        return Step(statement, path) ? [.. table.Columns.Take(table.KeyLength).Select((column, i) => Value(statement, i, column.Kind))] : null;
    }

    public long? Expected(StoreTable table) => table switch
    {
        _ when table == StoreTables.Usage => Number("SELECT ifnull(sum(requests), 0) FROM usage_hourly"),
        _ when table == StoreTables.Ledger => Number("SELECT ifnull(max(seq), 0) FROM ledger"),
        _ => null,
    };

    private long? Number(string sql)
    {
        using Statement statement = new(connection, sql);
        return statement.Find();
    }

    private Statement Prepare(string sql, string path)
    {
        try
        {
            return new Statement(connection, sql);
        }
        catch (SqliteException failure)
        {
            throw SqliteFailure.Explain(failure, path);
        }
    }

    private static bool Step(Statement statement, string path)
    {
        try
        {
            return statement.Step();
        }
        catch (SqliteException failure)
        {
            throw SqliteFailure.Explain(failure, path);
        }
    }

    private static Cell Value(Statement statement, int column, CellKind kind) => statement.IsNull(column)
        ? Cell.Null
        : kind switch
        {
            CellKind.Id when statement.Blob(column) is { Length: 16 } id => Cell.Of(new Guid(id, bigEndian: true)),
            CellKind.Id => throw new StoreUnavailableException("The store holds an id that is not of 16 bytes: it is damaged. Put a backup in its place."),
            CellKind.Bytes => Cell.Of(statement.Blob(column).ToArray()),
            CellKind.Text => Cell.Of(statement.Text(column)),
            _ => Cell.Of(statement.Number(column)!.Value),
        };
}
