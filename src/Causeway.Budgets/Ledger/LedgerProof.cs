using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>
/// Folds a ledger from its first event on: the chain, and at each checkpoint that is kept whether its balances are what the events before it come to (invariant I13). A start
/// folds from the last checkpoint but one; this needs the whole ledger and holds none of it.
/// </summary>
/// <param name="grants">The grants that are kept.</param>
/// <param name="checkpoints">The checkpoints that are kept, in any order.</param>
public sealed class LedgerProof(IReadOnlyCollection<Grant> grants, IEnumerable<LedgerCheckpoint> checkpoints)
{
    private const int EventsBetweenForgetting = 200_000;

    private readonly BudgetLedger _ledger = BudgetLedger.ForProof(grants);
    private readonly Queue<LedgerCheckpoint> _checkpoints = new(checkpoints.OrderBy(checkpoint => checkpoint.Seq));
    private readonly byte[] _hash = LedgerEventCodec.Origin.ToArray();

    /// <summary>Events that follow from one another.</summary>
    public long Events { get; private set; }

    /// <summary>The last hash, hex; of an empty ledger that of its origin.</summary>
    public string Head => Convert.ToHexStringLower(_hash);

    /// <summary>The first thing that is wrong, in a sentence; null: nothing. What comes after it is not looked at.</summary>
    public string? Problem { get; private set; }

    /// <summary>Takes the next event as it is kept.</summary>
    public void Add(long seq, long atMs, long kind, byte[] payload, byte[] hash)
    {
        if (Problem is not null)
        {
            return;
        }

        if (seq != Events + 1)
        {
            Problem = $"Event {Events + 1} is missing.";
            return;
        }

        Compare(Events);
        Span<byte> chained = stackalloc byte[LedgerEventCodec.HashLength];
        LedgerEventCodec.Chain(_hash, seq, atMs, (LedgerEventKind)kind, payload, chained);
        if (kind is < 0 or > byte.MaxValue || !chained.SequenceEqual(hash))
        {
            Problem ??= $"Event {seq} or its hash was changed: it does not follow from the one before it.";
            return;
        }

        chained.CopyTo(_hash);
        Events++;
        try
        {
            _ledger.Prove(LedgerEventCodec.Read(seq, atMs, (LedgerEventKind)kind, payload));
        }
        catch (Exception wrong) when (wrong is FormatException or InvalidDataException or InvalidOperationException or OverflowException or ArgumentException)
        {
            Problem ??= $"Event {seq} cannot follow those before it: {wrong.Message}";
        }

        if (Events % EventsBetweenForgetting == 0)
        {
            _ledger.ForgetAccounts();
        }
    }

    /// <summary>There are no more events.</summary>
    /// <returns>Every balance and open reservation that they come to.</returns>
    public Balances End()
    {
        Compare(Events);
        if (Problem is null && _checkpoints.TryPeek(out LedgerCheckpoint? beyond))
        {
            Problem = $"Event {Events + 1} is missing: balances are kept with event {beyond.Seq}.";
        }

        ImmutableArray<byte> state = _ledger.StateBytes();
        return new Balances(Convert.ToHexStringLower(SHA256.HashData(ImmutableCollectionsMarshal.AsArray(state)!)), _ledger.OpenReservations);
    }

    private void Compare(long seq)
    {
        while (Problem is null && _checkpoints.TryPeek(out LedgerCheckpoint? kept) && kept.Seq <= seq)
        {
            _checkpoints.Dequeue();
            if (!_ledger.IsProved(kept))
            {
                Problem = _ledger.Mismatch;
            }
        }
    }

    /// <summary>What a ledger comes to.</summary>
    /// <param name="Sum">The SHA-256 of every balance by grant, limit and window, and of every open reservation.</param>
    /// <param name="Open">Open reservations.</param>
    public sealed record Balances(string Sum, int Open);
}
