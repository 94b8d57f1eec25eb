using System.Buffers;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;
using Causeway.Storage.Rows;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>Appends the ledger's entries and keeps the chain. Used on the writer thread only, inside the writer's transaction.</summary>
internal sealed class LedgerBook(SqliteConnection connection) : IDisposable
{
    private readonly ArrayBufferWriter<byte> _payload = new(512);
    private readonly byte[] _hash = new byte[LedgerEventCodec.HashLength];
    private readonly Statement _append = new(connection, "INSERT INTO ledger (seq, at_ms, kind, payload, hash) VALUES (?1, ?2, ?3, ?4, ?5)");
    private readonly Statement _grant = new(
        connection, "INSERT INTO grants (id, parent, body) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET body = excluded.body");

    private readonly Statement _overlay = new(
        connection,
        """
        INSERT INTO overlays (id, grant_id, limit_no, amount, from_ms, until_ms, origin) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
        ON CONFLICT (id) DO UPDATE SET until_ms = excluded.until_ms
        """);

    private readonly Statement _glass = new(connection, "INSERT INTO broken_glass (id, reviewed, body) VALUES (?1, 0, ?2) ON CONFLICT (id) DO NOTHING");
    private readonly GrantUseBook _uses = new(connection);
    private readonly Statement _checkpoint = new(connection, "INSERT INTO ledger_checkpoints (seq, state) VALUES (?1, ?2) ON CONFLICT (seq) DO UPDATE SET state = excluded.state");
    private readonly Statement _prune = new(
        connection, "DELETE FROM ledger_checkpoints WHERE seq NOT IN (SELECT seq FROM ledger_checkpoints ORDER BY seq DESC LIMIT 2)");

    private readonly Statement _forget = new(connection, "DELETE FROM grants WHERE id = ?1");
    private long _seq = -1;

    /// <summary>Writes one entry but for its usage record.</summary>
    public void Append(JournalEntry entry)
    {
        if (_seq < 0)
        {
            Load();
        }

        if (entry.Grant is { } grant)
        {
            Write(grant); // Before what refers to it.
        }

        if (entry.Event is { } happened)
        {
            Append(happened);
            _uses.Note(happened);
            if (happened.Kind == LedgerEventKind.GlassBroken)
            {
                Write(BrokenGlass.Of(happened));
            }
        }

        foreach (Overlay overlay in entry.Overlays)
        {
            Write(overlay);
        }

        if (entry.Checkpoint is { } state)
        {
            _checkpoint.Bind(1, _seq);
            _checkpoint.Bind(2, state.AsSpan());
            _checkpoint.Run();
            _prune.Run();
        }

        Span<byte> id = stackalloc byte[16];
        foreach (GrantId over in entry.Forgotten)
        {
            over.Value.TryWriteBytes(id, bigEndian: true, out _);
            _forget.Bind(1, id);
            _forget.Run();
        }
    }

    /// <summary>After a rollback: the chain's end is what the file says.</summary>
    public void Forget()
    {
        _seq = -1;
        _uses.Forget();
    }

    public void Dispose()
    {
        _append.Dispose();
        _grant.Dispose();
        _overlay.Dispose();
        _glass.Dispose();
        _uses.Dispose();
        _checkpoint.Dispose();
        _prune.Dispose();
        _forget.Dispose();
    }

    private void Append(LedgerEvent happened)
    {
        _payload.ResetWrittenCount();
        LedgerEventCodec.Write(_payload, happened);
        long seq = _seq + 1;
        LedgerEventCodec.Chain(_hash, seq, happened.AtMs, happened.Kind, _payload.WrittenSpan, _hash);
        _append.Bind(1, seq);
        _append.Bind(2, happened.AtMs);
        _append.Bind(3, (long)happened.Kind);
        _append.Bind(4, _payload.WrittenSpan);
        _append.Bind(5, _hash.AsSpan());
        _append.Run();
        _seq = seq;
    }

    private void Write(Grant grant)
    {
        Span<byte> id = stackalloc byte[16];
        grant.Id.Value.TryWriteBytes(id, bigEndian: true, out _);
        _grant.Bind(1, id);
        if (grant.Parent is { } parent)
        {
            parent.Value.TryWriteBytes(id, bigEndian: true, out _);
            _grant.Bind(2, id);
        }
        else
        {
            _grant.Bind(2, (long?)null);
        }

        _grant.Bind(3, Kept.Body(grant).AsSpan());
        _grant.Run();
    }

    private void Write(Overlay overlay)
    {
        Span<byte> id = stackalloc byte[16];
        overlay.Id.TryWriteBytes(id, bigEndian: true, out _);
        _overlay.Bind(1, id);
        overlay.Grant.Value.TryWriteBytes(id, bigEndian: true, out _);
        _overlay.Bind(2, id);
        _overlay.Bind(3, overlay.Limit);
        _overlay.Bind(4, overlay.Amount);
        _overlay.Bind(5, overlay.FromMs);
        _overlay.Bind(6, overlay.UntilMs);
        _overlay.Bind(7, overlay.Origin);
        _overlay.Run();
    }

    private void Write(BrokenGlass glass)
    {
        Span<byte> id = stackalloc byte[16];
        glass.Id.TryWriteBytes(id, bigEndian: true, out _);
        _glass.Bind(1, id);
        _glass.Bind(2, RaiseJson.Write(glass).AsSpan());
        _glass.Run();
    }

    private void Load()
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1";
        using SqliteDataReader row = command.ExecuteReader();
        if (row.Read())
        {
            _seq = row.GetInt64(0);
            row.GetFieldValue<byte[]>(1).CopyTo(_hash, 0);
        }
        else
        {
            _seq = 0;
            LedgerEventCodec.Origin.CopyTo(_hash);
        }
    }
}
