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
    private const int KeptBytes = 1024 * 1024;
    private readonly List<Chained> _chained = [];
    private ArrayBufferWriter<byte> _bytes = new(4096);
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

    /// <summary>Writes entries but for their usage records.</summary>
    /// <remarks>
    /// All are chained before any is written: digests and the database are each more code than a processor's first cache holds, and in turn they would
    /// come out of the second for every event.
    /// </remarks>
    public void Append(IReadOnlyList<JournalEntry> entries)
    {
        if (_seq < 0)
        {
            Load();
        }

        Chain(entries);
        int next = 0;
        for (int i = 0; i < entries.Count; i++)
        {
            Write(entries[i], ref next);
        }
    }

    private void Write(JournalEntry entry, ref int next)
    {
        if (entry.Grant is { } grant)
        {
            Write(grant); // Before what refers to it.
        }

        if (entry.Event is { } happened)
        {
            Write(happened, _chained[next++]);
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

    private void Chain(IReadOnlyList<JournalEntry> entries)
    {
        _chained.Clear();
        if (_bytes.Capacity > KeptBytes)
        {
            _bytes = new ArrayBufferWriter<byte>(4096);
        }

        _bytes.ResetWrittenCount();
        long seq = _seq;
        for (int i = 0; i < entries.Count; i++)
        {
            if (entries[i].Event is not { } happened)
            {
                continue;
            }

            int from = _bytes.WrittenCount;
            LedgerEventCodec.Write(_bytes, happened);
            LedgerEventCodec.Chain(_hash, ++seq, happened.AtMs, happened.Kind, _bytes.WrittenSpan[from..], _hash);
            _chained.Add(new Chained(from, _bytes.WrittenCount - from));
            _bytes.Write(_hash);
        }
    }

    private void Write(LedgerEvent happened, Chained chained)
    {
        ReadOnlySpan<byte> bytes = _bytes.WrittenSpan[chained.From..];
        long seq = _seq + 1;
        _append.Bind(1, seq);
        _append.Bind(2, happened.AtMs);
        _append.Bind(3, (long)happened.Kind);
        _append.Bind(4, bytes[..chained.Length]);
        _append.Bind(5, bytes.Slice(chained.Length, LedgerEventCodec.HashLength));
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

    // Where an event's bytes are; its hash follows them.
    private readonly record struct Chained(int From, int Length);
}
