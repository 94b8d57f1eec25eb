using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Keeps when grants and limits were last used, in the transaction that appends the events which say so. To the minute: a busy grant is written once a
/// minute, not once a request. Used on the writer thread only.
/// </summary>
internal sealed class GrantUseBook(SqliteConnection connection) : IDisposable
{
    private const long GrainMs = 60_000;

    private readonly Dictionary<(Guid Grant, string Limit), (long Allowed, long Denied)> _written = [];
    private readonly Statement _write = new(
        connection,
        """
        INSERT INTO grant_use (grant_id, limit_text, last_allowed_ms, last_denied_ms) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT (grant_id, limit_text) DO UPDATE
        SET last_allowed_ms = max(last_allowed_ms, excluded.last_allowed_ms), last_denied_ms = max(last_denied_ms, excluded.last_denied_ms)
        """);

    /// <summary>Takes note of an event; of most there is nothing to note.</summary>
    public void Note(LedgerEvent happened)
    {
        if (happened.Kind == LedgerEventKind.Reserved && happened.Grant is { } leaf)
        {
            Note(leaf, "", happened.AtMs, 0);
        }
        else if (happened.Kind == LedgerEventKind.Denied)
        {
            if (happened.Grant is { } asked)
            {
                Note(asked, "", 0, happened.AtMs);
            }

            if (happened is { DecidedBy: { } decider, Limit: { } limit })
            {
                Note(decider, limit, 0, happened.AtMs);
            }
        }
    }

    /// <summary>After a rollback: what was written is what the file says.</summary>
    public void Forget() => _written.Clear();

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

    private void Note(GrantId grant, string limit, long allowedMs, long deniedMs)
    {
        (long allowed, long denied) = _written.GetValueOrDefault((grant.Value, limit));
        if ((allowedMs == 0 || allowedMs - allowed < GrainMs) && (deniedMs == 0 || deniedMs - denied < GrainMs))
        {
            return;
        }

        Span<byte> id = stackalloc byte[16];
        grant.Value.TryWriteBytes(id, bigEndian: true, out _);
        _write.Bind(1, id);
        _write.Bind(2, limit);
        _write.Bind(3, allowedMs);
        _write.Bind(4, deniedMs);
        _write.Run();
        _written[(grant.Value, limit)] = (Math.Max(allowed, allowedMs), Math.Max(denied, deniedMs));
    }
}
