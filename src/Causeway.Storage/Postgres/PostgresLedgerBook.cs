using System.Buffers;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Appends the ledger's entries to the chain's end. Used by the writer only, inside its transaction, which holds the lock of the head.</summary>
internal sealed class PostgresLedgerBook
{
    private readonly ArrayBufferWriter<byte> _payload = new(512);
    private readonly GrantUseNotes _uses;
    private readonly List<GrantUse> _used = [];

    public PostgresLedgerBook() => _uses = new GrantUseNotes(_used.Add);

    /// <summary>Adds to a batch what writes entries but for their usage records.</summary>
    /// <returns>Where the chain ends then.</returns>
    public ChainEnd Add(NpgsqlBatch batch, ChainEnd start, IReadOnlyList<JournalEntry> entries)
    {
        List<LedgerRow> rows = [];
        foreach (JournalEntry entry in entries)
        {
            Add(batch, rows, entry, start);
        }

        foreach (GrantUse use in _used)
        {
            batch.Add(
                """
                INSERT INTO grant_use AS kept (grant_id, limit_text, last_allowed_ms, last_denied_ms) VALUES ($1, $2, $3, $4)
                ON CONFLICT (grant_id, limit_text) DO UPDATE
                SET last_allowed_ms = greatest(kept.last_allowed_ms, excluded.last_allowed_ms), last_denied_ms = greatest(kept.last_denied_ms, excluded.last_denied_ms)
                """,
                use.Grant.Value, use.Limit, use.LastAllowedMs, use.LastDeniedMs);
        }

        _used.Clear();
        if (rows.Count == 0)
        {
            return start;
        }

        batch.Add(
            "INSERT INTO ledger (stream, seq, at_ms, kind, payload, hash) SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::integer[], $5::bytea[], $6::bytea[])",
            PostgresLedgerStore.Stream,
            Array(rows, row => row.Seq),
            Array(rows, row => row.AtMs),
            Array(rows, row => (int)row.KindNumber),
            Array(rows, row => row.Payload),
            Array(rows, row => row.Hash));
        return new ChainEnd(rows[^1].Seq, rows[^1].Hash);
    }

    /// <summary>After a rollback: what was noted of the transaction is void.</summary>
    public void Forget()
    {
        _uses.Forget();
        _used.Clear();
    }

    private void Add(NpgsqlBatch batch, List<LedgerRow> rows, JournalEntry entry, ChainEnd start)
    {
        if (entry.Grant is { } grant)
        {
            // Before what refers to it.
            batch.Add(
                "INSERT INTO grants (id, parent, body) VALUES ($1, $2::uuid, $3) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                grant.Id.Value, grant.Parent?.Value, Kept.Body(grant));
        }

        if (entry.Event is { } happened)
        {
            (long seq, byte[] hash) = rows is [.., { } last] ? (last.Seq, last.Hash) : (start.Seq, start.Hash);
            rows.Add(Row(_payload, seq + 1, hash, happened));
            _uses.Note(happened);
            if (happened.Kind == LedgerEventKind.GlassBroken)
            {
                BrokenGlass glass = BrokenGlass.Of(happened);
                batch.Add("INSERT INTO broken_glass (id, reviewed, body) VALUES ($1, false, $2) ON CONFLICT (id) DO NOTHING", glass.Id, RaiseJson.Write(glass));
            }
        }

        foreach (Overlay overlay in entry.Overlays)
        {
            batch.Add(
                """
                INSERT INTO overlays (id, grant_id, limit_no, amount, from_ms, until_ms, origin) VALUES ($1, $2, $3, $4, $5, $6, $7)
                ON CONFLICT (id) DO UPDATE SET until_ms = excluded.until_ms
                """,
                overlay.Id, overlay.Grant.Value, overlay.Limit, overlay.Amount, overlay.FromMs, overlay.UntilMs, overlay.Origin);
        }

        if (entry.Checkpoint is { } state)
        {
            long seq = rows is [.., { } last] ? last.Seq : start.Seq;
            batch.Add("INSERT INTO ledger_checkpoints (stream, seq, state) VALUES ($1, $2, $3) ON CONFLICT (stream, seq) DO UPDATE SET state = excluded.state", PostgresLedgerStore.Stream, seq, state);
            batch.Add(
                "DELETE FROM ledger_checkpoints WHERE stream = $1 AND seq NOT IN (SELECT seq FROM ledger_checkpoints WHERE stream = $1 ORDER BY seq DESC LIMIT 2)", PostgresLedgerStore.Stream);
        }

        foreach (GrantId over in entry.Forgotten)
        {
            batch.Add("DELETE FROM grants WHERE id = $1", over.Value);
        }
    }

    private static LedgerRow Row(ArrayBufferWriter<byte> payload, long seq, byte[] previous, LedgerEvent happened)
    {
        payload.ResetWrittenCount();
        LedgerEventCodec.Write(payload, happened);
        byte[] hash = new byte[LedgerEventCodec.HashLength];
        LedgerEventCodec.Chain(previous, seq, happened.AtMs, happened.Kind, payload.WrittenSpan, hash);
        return new LedgerRow(seq, happened.AtMs, (long)happened.Kind, payload.WrittenSpan.ToArray(), hash);
    }

    private static NpgsqlParameter<T[]> Array<T>(List<LedgerRow> rows, Func<LedgerRow, T> value) => new() { TypedValue = [.. rows.Select(value)] };
}
