using System.Buffers;
using System.Text.Json;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// A local book in a SQLite file of its own: events in the ledger's bytes, usage records as JSON. Its writer shares an fsync among all that waits. Who reads it owns it, by the lock beside it.
/// </summary>
internal sealed class LocalBook : ILocalBook
{
    /// <summary>Tells its files from others: <c>CWLB</c>.</summary>
    public const int ApplicationId = 0x43574C42;

    private const int Version = 1;
    private const string Schema =
        """
        CREATE TABLE book (id BLOB NOT NULL) STRICT;
        CREATE TABLE entries (place INTEGER PRIMARY KEY, kind INTEGER, event BLOB, usage BLOB) STRICT;
        """;

    private readonly OwnerLock _lock;
    private readonly SqliteConnection _connection;
    private readonly SqliteWriter _writer;

    private LocalBook(Guid id, string path, OwnerLock held, SqliteConnection connection)
    {
        (Id, Path, _lock, _connection) = (id, path, held, connection);
        _writer = new SqliteWriter(connection, path, static () => { });
    }

    /// <inheritdoc/>
    public Guid Id { get; }

    /// <inheritdoc/>
    public string Path { get; }

    /// <summary>Opens the file that a lock is held of. A new one, and one with nothing in it, becomes a book of a new name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="held">Goes with the book, unless this throws.</param>
    /// <param name="fresh">The new name.</param>
    /// <param name="entries">How many it has.</param>
    /// <exception cref="InvalidDataException">It is no local book, or not what was written.</exception>
    /// <exception cref="SqliteException">The disk's trouble.</exception>
    public static LocalBook Open(string path, OwnerLock held, Guid fresh, out long entries)
    {
        SqliteConnection connection = OpenFile(path);
        try
        {
            if (Number(connection, "PRAGMA user_version") == 0 && Number(connection, "SELECT count(*) FROM sqlite_schema") == 0)
            {
                Run(connection, $"{Schema} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};");
            }

            Check(connection);
            entries = Number(connection, "SELECT count(*) FROM entries");
            return new LocalBook(entries == 0 ? Rename(connection, fresh) : NameOf(connection), path, held, connection);
        }
        catch (Exception failure)
        {
            connection.Dispose();
            throw failure is SqliteException { SqliteErrorCode: 11 or 26 or 1 } wrong ? new InvalidDataException(wrong.Message, wrong) : failure; // Corrupt, no database, no such table.
        }
    }

    /// <inheritdoc/>
    public async Task AppendAsync(IReadOnlyList<LocalEntry> entries) => await WriteAsync(connection =>
    {
        using SqliteCommand insert = connection.CreateCommand();
        insert.CommandText = "INSERT OR IGNORE INTO entries (place, kind, event, usage) VALUES ($place, $kind, $event, $usage)";
        SqliteParameter place = insert.Parameters.Add("$place", SqliteType.Integer);
        SqliteParameter kind = insert.Parameters.Add("$kind", SqliteType.Integer);
        SqliteParameter happened = insert.Parameters.Add("$event", SqliteType.Blob);
        SqliteParameter usage = insert.Parameters.Add("$usage", SqliteType.Blob);
        foreach (LocalEntry one in entries)
        {
            place.Value = one.Place;
            kind.Value = one.Entry.Event is { } told ? (long)told.Kind : DBNull.Value;
            happened.Value = one.Entry.Event is { } bytes ? BytesOf(bytes) : DBNull.Value;
            usage.Value = one.Entry.Usage is { } record ? JsonSerializer.SerializeToUtf8Bytes(record, UsageJson.Default.UsageRecord) : DBNull.Value;
            insert.ExecuteNonQuery();
        }
    });

    /// <inheritdoc/>
    public async Task ForgetAsync(long upTo) => await WriteAsync(connection =>
    {
        using SqliteCommand delete = connection.CreateCommand();
        delete.CommandText = "DELETE FROM entries WHERE place <= $upTo";
        delete.Parameters.AddWithValue("$upTo", upTo);
        delete.ExecuteNonQuery();
    });

    /// <inheritdoc/>
    public Task<IReadOnlyList<LocalEntry>> ReadAsync(long after, int most) => _writer.RunAsync<IReadOnlyList<LocalEntry>>(
        connection =>
        {
            using SqliteCommand select = connection.CreateCommand();
            select.CommandText = "SELECT place, kind, event, usage FROM entries WHERE place > $after ORDER BY place LIMIT $most";
            select.Parameters.AddWithValue("$after", after);
            select.Parameters.AddWithValue("$most", most);
            using SqliteDataReader row = select.ExecuteReader();
            List<LocalEntry> entries = [];
            while (row.Read())
            {
                entries.Add(Read(row));
            }

            return entries;
        },
        CancellationToken.None);

    /// <inheritdoc/>
    public async Task<string> MoveAsideAsync()
    {
        await _writer.DisposeAsync();
        await _connection.DisposeAsync();
        string aside = LocalBookFiles.MoveAside(Path);
        _lock.Dispose();
        return aside;
    }

    /// <summary>Closes it, and takes the file away where nothing is in it.</summary>
    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        bool isEmpty = IsEmpty();
        await _connection.DisposeAsync();
        if (isEmpty)
        {
            LocalBookFiles.Delete(Path);
        }

        _lock.Dispose();
    }

    private static SqliteConnection OpenFile(string path)
    {
        try
        {
            return SqliteConnections.OpenWriter(path);
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode is 11 or 26)
        {
            throw new InvalidDataException(failure.Message, failure);
        }
    }

    private static void Check(SqliteConnection connection)
    {
        if (Number(connection, "PRAGMA application_id") != ApplicationId)
        {
            throw new InvalidDataException("It is a database of something else.");
        }

        if (Number(connection, "PRAGMA user_version") is var version && version != Version)
        {
            throw new InvalidDataException($"It is of version {version}, and this Causeway knows {Version}.");
        }

        using SqliteCommand check = connection.CreateCommand();
        check.CommandText = "PRAGMA quick_check(1)";
        if (check.ExecuteScalar() is string said && said != "ok")
        {
            throw new InvalidDataException(said);
        }
    }

    private static Guid Rename(SqliteConnection connection, Guid fresh)
    {
        using SqliteCommand rename = connection.CreateCommand();
        rename.CommandText = "BEGIN; DELETE FROM book; INSERT INTO book (id) VALUES ($id); COMMIT;";
        rename.Parameters.AddWithValue("$id", fresh.ToByteArray(bigEndian: true));
        rename.ExecuteNonQuery();
        return fresh;
    }

    private static Guid NameOf(SqliteConnection connection)
    {
        using SqliteCommand name = connection.CreateCommand();
        name.CommandText = "SELECT id FROM book";
        return name.ExecuteScalar() is byte[] { Length: 16 } bytes ? new Guid(bytes, bigEndian: true) : throw new InvalidDataException("It has no name.");
    }

    private static long Number(SqliteConnection connection, string query)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // One of the constants above.
        command.CommandText = query;
#pragma warning restore CA2100
        return (long)command.ExecuteScalar()!;
    }

    private static void Run(SqliteConnection connection, string statements)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // As above.
        command.CommandText = statements;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static LocalEntry Read(SqliteDataReader row)
    {
        try
        {
            return new LocalEntry(
                row.GetInt64(0),
                new JournalEntry(row.IsDBNull(1) ? null : LedgerEventCodec.Read(0, 0, (LedgerEventKind)row.GetByte(1), (byte[])row[2]))
                {
                    Usage = row.IsDBNull(3) ? null : UsageJson.Read((byte[])row[3]),
                });
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidCastException or OverflowException)
        {
            throw new InvalidDataException($"Its entry {row.GetInt64(0)} cannot be read: {wrong.Message}", wrong);
        }
    }

    private static byte[] BytesOf(LedgerEvent happened)
    {
        ArrayBufferWriter<byte> bytes = new();
        LedgerEventCodec.Write(bytes, happened);
        return bytes.WrittenSpan.ToArray();
    }

    // What the disk does not take is the caller's to say: the room that keeps books knows no SQLite.
    private async Task WriteAsync(Action<SqliteConnection> act)
    {
        try
        {
            await _writer.RunAsync(
                connection =>
                {
                    act(connection);
                    return true;
                },
                CancellationToken.None);
        }
        catch (StoreUnavailableException failure)
        {
            throw new IOException(failure.Message.Replace("The store ", "The local book ", StringComparison.Ordinal).Replace("holds the store ", "holds the local book ", StringComparison.Ordinal), failure);
        }
    }

    private bool IsEmpty()
    {
        try
        {
            return Number(_connection, "SELECT count(*) FROM entries") == 0;
        }
        catch (SqliteException)
        {
            return false; // It is looked at by the next start.
        }
    }
}
