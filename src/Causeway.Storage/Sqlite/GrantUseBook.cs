using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Keeps when grants and limits were last used, in the transaction that appends the events which say so. Used on the writer thread only.</summary>
internal sealed class GrantUseBook : IDisposable
{
    private readonly GrantUseNotes _notes;
    private readonly Statement _write;

    public GrantUseBook(SqliteConnection connection)
    {
        _notes = new GrantUseNotes(Write);
        _write = new Statement(
            connection,
            """
            INSERT INTO grant_use (grant_id, limit_text, last_allowed_ms, last_denied_ms) VALUES (?1, ?2, ?3, ?4)
            ON CONFLICT (grant_id, limit_text) DO UPDATE
            SET last_allowed_ms = max(last_allowed_ms, excluded.last_allowed_ms), last_denied_ms = max(last_denied_ms, excluded.last_denied_ms)
            """);
    }

    /// <summary>Takes note of an event; of most there is nothing to note.</summary>
    public void Note(LedgerEvent happened) => _notes.Note(happened);

    /// <summary>After a rollback: what was written is what the file says.</summary>
    public void Forget() => _notes.Forget();

    public void Dispose() => _write.Dispose();

    /// <summary>All that is kept.</summary>
    public static List<GrantUse> Read(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT grant_id, limit_text, last_allowed_ms, last_denied_ms FROM grant_use";
        using SqliteDataReader row = command.ExecuteReader();
        List<GrantUse> uses = [];
        while (row.Read())
        {
            uses.Add(new GrantUse(new GrantId(new Guid(row.GetFieldValue<byte[]>(0), bigEndian: true)), row.GetString(1), row.GetInt64(2), row.GetInt64(3)));
        }

        return uses;
    }

    private void Write(GrantUse use)
    {
        Span<byte> id = stackalloc byte[16];
        use.Grant.Value.TryWriteBytes(id, bigEndian: true, out _);
        _write.Bind(1, id);
        _write.Bind(2, use.Limit);
        _write.Bind(3, use.LastAllowedMs);
        _write.Bind(4, use.LastDeniedMs);
        _write.Run();
    }
}
