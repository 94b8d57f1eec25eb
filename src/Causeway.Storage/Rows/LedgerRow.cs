using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Rows;

/// <summary>An event of the ledger as it is kept.</summary>
internal sealed record LedgerRow(long Seq, long AtMs, long KindNumber, byte[] Payload, byte[] Hash)
{
    public LedgerEventKind Kind => (LedgerEventKind)KindNumber;

    /// <exception cref="FormatException">It is none.</exception>
    public LedgerEvent ToEvent() => LedgerEventCodec.Read(Seq, AtMs, Kind, Payload);

    /// <summary>What is wrong with it as the one that comes after so many; null: nothing.</summary>
    public string? Break(byte[] previous, long count)
    {
        if (Seq != count + 1)
        {
            return $"Event {count + 1} is missing.";
        }

        Span<byte> hash = stackalloc byte[LedgerEventCodec.HashLength];
        LedgerEventCodec.Chain(previous, Seq, AtMs, Kind, Payload, hash);
        bool hasKind = KindNumber is >= 0 and <= byte.MaxValue; // As its hash takes it.
        return hasKind && hash.SequenceEqual(Hash) ? null : $"Event {Seq} or its hash was changed: it does not follow from the one before it.";
    }

    /// <summary>
    /// The events that are folded have to follow from one another: a number that was changed in the store must not become a balance in silence.
    /// </summary>
    /// <param name="after">The place before the first of them.</param>
    /// <param name="last">The row at that place; null: there is none.</param>
    /// <param name="rows">The rows after it.</param>
    public static (List<LedgerEvent> Events, string? Problem) Chained(long after, LedgerRow? last, IEnumerable<LedgerRow> rows) =>
        after == 0 ? Chained(ChainEnd.Empty, rows)
        : last is { Hash.Length: LedgerEventCodec.HashLength } ? Chained(new ChainEnd(after, last.Hash), rows)
        : ([], $"Event {after} is missing, and the last checkpoint follows it.");

    /// <summary>The same after a place whose hash is known.</summary>
    public static (List<LedgerEvent> Events, string? Problem) Chained(ChainEnd after, IEnumerable<LedgerRow> rows)
    {
        List<LedgerEvent> events = [];
        byte[] hash = [.. after.Hash];
        string? problem = null;
        long expected = after.Seq;
        foreach (LedgerRow row in rows)
        {
            LedgerEventCodec.Chain(hash, row.Seq, row.AtMs, row.Kind, row.Payload, hash);
            problem ??= row.Seq != ++expected ? $"Event {expected} is missing."
                : hash.AsSpan().SequenceEqual(row.Hash) ? null
                : $"Event {row.Seq} or its hash was changed: it does not follow from the one before it.";
            try
            {
                events.Add(row.ToEvent());
            }
            catch (FormatException unreadable)
            {
                return (events, problem ?? $"Event {row.Seq} cannot be read: {unreadable.Message}");
            }
        }

        return (events, problem);
    }
}
