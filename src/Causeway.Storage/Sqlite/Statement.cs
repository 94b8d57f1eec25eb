using System.Buffers;
using System.Text;
using Causeway.Storage.Moving;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// A prepared statement, bound by position. It exists because an ADO.NET parameter is boxed, looked
/// up by name and bound by type on every run. A number that is bound already is not bound again, since SQLite keeps it: of a
/// usage row's forty-four columns a handful differ from the row before. Used on one thread only.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly Bound[] _bound;

    /// <param name="connection">The writer's connection, or a reader's for rows in great numbers.</param>
    /// <param name="sql">One constant statement.</param>
    public Statement(SqliteConnection connection, string sql)
    {
        _database = connection.Handle!;
        SqliteException.ThrowExceptionForRC(
            raw.sqlite3_prepare_v3(_database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement), _database);
        _bound = new Bound[raw.sqlite3_bind_parameter_count(_statement) + 1];
    }

    /// <summary>Binds the parameter at a position, from 1.</summary>
    public void Bind(int position, long value)
    {
        Bound bound = new(Kind.Number, value);
        if (_bound[position] != bound)
        {
            Keep(position, bound, raw.sqlite3_bind_int64(_statement, position, value));
        }
    }

    /// <inheritdoc cref="Bind(int, long)"/>
    public void Bind(int position, long? value)
    {
        if (value is { } number)
        {
            Bind(position, number);
        }
        else if (_bound[position].Kind != Kind.Null)
        {
            Keep(position, new Bound(Kind.Null, 0), raw.sqlite3_bind_null(_statement, position));
        }
    }

    /// <inheritdoc cref="Bind(int, long)"/>
    public void Bind(int position, ReadOnlySpan<byte> value) => Keep(position, default, raw.sqlite3_bind_blob(_statement, position, value));

    /// <inheritdoc cref="Bind(int, long)"/>
    public void Bind(int position, string value)
    {
        byte[] utf8 = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        int length = Encoding.UTF8.GetBytes(value, utf8);
        int result = raw.sqlite3_bind_text(_statement, position, utf8.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(utf8);
        Keep(position, default, result);
    }

    /// <summary>Binds the first values of a row, each by its column's kind.</summary>
    public void Bind(ReadOnlySpan<StoreColumn> columns, ReadOnlySpan<Cell> row)
    {
        Span<byte> id = stackalloc byte[16];
        for (int i = 0; i < columns.Length; i++)
        {
            Cell cell = row[i];
            if (cell.IsNull)
            {
                Bind(i + 1, (long?)null);
                continue;
            }

            switch (columns[i].Kind)
            {
                case CellKind.Id:
                    cell.Id.TryWriteBytes(id, bigEndian: true, out _);
                    Bind(i + 1, id);
                    break;
                case CellKind.Bytes:
                    Bind(i + 1, cell.Bytes.AsSpan());
                    break;
                case CellKind.Text:
                    Bind(i + 1, cell.Text);
                    break;
                default:
                    Bind(i + 1, cell.Number);
                    break;
            }
        }
    }

    private void Keep(int position, Bound bound, int result)
    {
        _bound[position] = default;
        Check(result);
        _bound[position] = bound;
    }

    /// <summary>Runs a statement that returns no row.</summary>
    public void Run() => Reset(raw.sqlite3_step(_statement));

    /// <summary>The same, and says how many rows it changed.</summary>
    public int RunAndCount()
    {
        int result = raw.sqlite3_step(_statement);
        int changes = raw.sqlite3_changes(_database);
        Reset(result);
        return changes;
    }

    /// <summary>Runs a statement that returns at most one number.</summary>
    public long? Find()
    {
        int result = raw.sqlite3_step(_statement);
        long? found = result == raw.SQLITE_ROW ? raw.sqlite3_column_int64(_statement, 0) : null;
        Reset(result);
        return found;
    }

    /// <summary>Goes to the next row. False: there is none, and the statement is as before its first.</summary>
    public bool Step()
    {
        int result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        Reset(result);
        return false;
    }

    /// <summary>Whether the row has nothing in a column, from 0.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>The row's number in a column, from 0; null: it is null.</summary>
    public long? Number(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL ? null : raw.sqlite3_column_int64(_statement, column);

    /// <summary>The row's bytes in a column; they hold until the next step.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>The row's text in a column.</summary>
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    public void Dispose() => _statement.Dispose();

    private void Reset(int result)
    {
        if (result is raw.SQLITE_DONE or raw.SQLITE_ROW)
        {
            raw.sqlite3_reset(_statement);
            return;
        }

        try
        {
            Check(result); // Before the reset, while the connection still has the message.
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    private void Check(int result) => SqliteException.ThrowExceptionForRC(result, _database);

    private enum Kind : byte
    {
        Other,
        Number,
        Null,
    }

    // What a parameter holds, as far as that is remembered: texts and blobs are not.
    private readonly record struct Bound(Kind Kind, long Number);
}
