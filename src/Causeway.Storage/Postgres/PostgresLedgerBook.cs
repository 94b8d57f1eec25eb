using System.Buffers;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;
using Causeway.Storage.Rows;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>Appends the ledger's entries and keeps the chain. Used by the writer only, inside its transaction.</summary>
/// <remarks>
/// When the answer to a commit is lost, the entries come again and may be there already. The chain tells: it ends as it did before that transaction, or
/// as it would after it. Any other end is another process's work, and then nothing is written any more: the balances in memory are not what is kept.
/// </remarks>
internal sealed class PostgresLedgerBook
{
    private readonly PostgresAddress _address;
    private readonly ArrayBufferWriter<byte> _payload = new(512);
    private readonly GrantUseNotes _uses;
    private readonly List<GrantUse> _used = [];
    private readonly List<Run> _written = []; // In this transaction.
    private readonly List<Run> _unanswered = []; // In the one whose end is not known.
    private readonly List<Run> _landed = []; // It was kept: these come again.
    private End? _durable;
    private End? _end; // In this session.

    public PostgresLedgerBook(PostgresAddress address)
    {
        _address = address;
        _uses = new GrantUseNotes(_used.Add);
    }

    /// <summary>Drops what is kept already from entries that come again.</summary>
    public async Task<IReadOnlyList<JournalEntry>> FreshAsync(NpgsqlConnection connection, IReadOnlyList<JournalEntry> entries)
    {
        _end ??= await FindEndAsync(connection);
        int known = _landed.FindIndex(run => run.Is(entries));
        if (known < 0)
        {
            return entries;
        }

        int kept = _landed[known].Entries;
        _landed.RemoveAt(known);
        return [.. entries.Skip(kept)];
    }

    /// <summary>Writes entries but for their usage records.</summary>
    public async Task AppendAsync(NpgsqlConnection connection, IReadOnlyList<JournalEntry> entries)
    {
        End start = _end!;
        await using NpgsqlBatch batch = connection.CreateBatch();
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
        if (rows.Count > 0)
        {
            batch.Add(
                "INSERT INTO ledger (stream, seq, at_ms, kind, payload, hash) SELECT $1, * FROM unnest($2::bigint[], $3::bigint[], $4::integer[], $5::bytea[], $6::bytea[])",
                StreamOwner.Stream,
                Array(rows, row => row.Seq),
                Array(rows, row => row.AtMs),
                Array(rows, row => (int)row.KindNumber),
                Array(rows, row => row.Payload),
                Array(rows, row => row.Hash));
            _end = new End(rows[^1].Seq, rows[^1].Hash);
            _written.Add(new Run(start, _end, entries.Count));
        }

        if (batch.BatchCommands.Count > 0)
        {
            await batch.ExecuteNonQueryAsync(CancellationToken.None);
        }
    }

    /// <summary>Told of the end of a transaction.</summary>
    public void Ended(TransactionEnd how)
    {
        if (how == TransactionEnd.Committed)
        {
            _durable = _end ?? _durable;
            _unanswered.Clear();
        }
        else
        {
            if (how == TransactionEnd.Unknown && _written.Count > 0)
            {
                _unanswered.Clear();
                _unanswered.AddRange(_written);
            }

            _end = null;
            _uses.Forget();
            _used.Clear();
        }

        _written.Clear();
    }

    private void Add(NpgsqlBatch batch, List<LedgerRow> rows, JournalEntry entry, End start)
    {
        if (entry.Grant is { } grant)
        {
            // Before what refers to it.
            batch.Add(
                "INSERT INTO grants (id, parent, body) VALUES ($1, $2::uuid, $3) ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                grant.Id.Value, grant.Parent?.Value, GrantJson.Write(grant));
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
            batch.Add("INSERT INTO ledger_checkpoints (stream, seq, state) VALUES ($1, $2, $3) ON CONFLICT (stream, seq) DO UPDATE SET state = excluded.state", StreamOwner.Stream, seq, state);
            batch.Add(
                "DELETE FROM ledger_checkpoints WHERE stream = $1 AND seq NOT IN (SELECT seq FROM ledger_checkpoints WHERE stream = $1 ORDER BY seq DESC LIMIT 2)", StreamOwner.Stream);
        }

        foreach (GrantId over in entry.Forgotten)
        {
            batch.Add("DELETE FROM grants WHERE id = $1", over.Value);
        }
    }

    private async Task<End> FindEndAsync(NpgsqlConnection connection)
    {
        End found = (await connection.ReadAsync(
            row => new End(row.GetInt64(0), row.GetFieldValue<byte[]>(1)), CancellationToken.None, "SELECT seq, hash FROM ledger WHERE stream = $1 ORDER BY seq DESC LIMIT 1", StreamOwner.Stream))
            .FirstOrDefault() ?? new End(0, LedgerEventCodec.Origin.ToArray());
        if (_durable is null || found.Is(_durable))
        {
            _durable = found; // Until a commit succeeds the unanswered one may still arrive.
        }
        else if (_unanswered is [.., { } last] && found.Is(last.End))
        {
            _durable = found;
            _landed.AddRange(_unanswered);
            _unanswered.Clear();
        }
        else
        {
            throw new StoreUnavailableException(
                $"The ledger of the store {_address} ends with event {found.Seq}, where this process wrote event {_durable.Seq} last: another process, or a backup, has taken its "
                + "place. Nothing more is booked by this one; start it again, and see that no other one uses the store.");
        }

        return found;
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

    private sealed record End(long Seq, byte[] Hash)
    {
        public bool Is(End other) => Seq == other.Seq && Hash.AsSpan().SequenceEqual(other.Hash);
    }

    /// <summary>What one append made of the chain.</summary>
    private sealed record Run(End Start, End End, int Entries)
    {
        /// <summary>Whether entries begin with those of this append: then they lead from its start to its end.</summary>
        public bool Is(IReadOnlyList<JournalEntry> entries)
        {
            if (entries.Count < Entries)
            {
                return false;
            }

            ArrayBufferWriter<byte> payload = new(512);
            (long seq, byte[] hash) = (Start.Seq, Start.Hash);
            foreach (LedgerEvent happened in entries.Take(Entries).Select(entry => entry.Event).OfType<LedgerEvent>())
            {
                hash = Row(payload, ++seq, hash, happened).Hash;
            }

            return End.Is(new End(seq, hash));
        }
    }
}
