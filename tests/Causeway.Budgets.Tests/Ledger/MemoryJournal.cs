using System.Buffers;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>A journal in memory, and what a store would hand back after a crash that kept its first entries. Called under the ledger's lock.</summary>
internal sealed class MemoryJournal : ILedgerJournal
{
    private readonly List<JournalEntry> _entries = [];

    public IReadOnlyList<JournalEntry> Entries => _entries;

    public IEnumerable<LedgerEvent> Events => _entries.Where(entry => entry.Event is not null).Select(entry => entry.Event!);

    public Task Append(JournalEntry entry, bool isAwaited)
    {
        _entries.Add(entry);
        return Task.CompletedTask;
    }

    /// <summary>Forgets what comes after the first entries.</summary>
    public void Cut(int kept) => _entries.RemoveRange(kept, _entries.Count - kept);

    /// <summary>The whole chain and every checkpoint that was ever written, folded from the first event on.</summary>
    public LedgerProof Proof(IReadOnlyCollection<Grant> grants)
    {
        List<LedgerCheckpoint> checkpoints = [];
        List<LedgerEvent> events = [];
        foreach (JournalEntry entry in _entries)
        {
            if (entry.Event is { } happened)
            {
                events.Add(happened);
            }

            if (entry.Checkpoint is { } state)
            {
                checkpoints.Add(new LedgerCheckpoint(events.Count, state));
            }
        }

        LedgerProof proof = new(grants, checkpoints);
        byte[] hash = LedgerEventCodec.Origin.ToArray();
        for (int i = 0; i < events.Count; i++)
        {
            ArrayBufferWriter<byte> bytes = new();
            LedgerEventCodec.Write(bytes, events[i]);
            LedgerEventCodec.Chain(hash, i + 1, events[i].AtMs, events[i].Kind, bytes.WrittenSpan, hash);
            proof.Add(i + 1, events[i].AtMs, (long)events[i].Kind, bytes.WrittenSpan.ToArray(), [.. hash]);
        }

        return proof;
    }

    /// <summary>What a store holds: events through their bytes, grants and raises as they are now, the last two checkpoints.</summary>
    public LedgerImage Image()
    {
        Dictionary<GrantId, Grant> grants = [];
        Dictionary<Guid, Overlay> overlays = [];
        List<LedgerEvent> events = [];
        List<LedgerCheckpoint> checkpoints = [];
        foreach (JournalEntry entry in _entries)
        {
            if (entry.Event is { } happened)
            {
                ArrayBufferWriter<byte> bytes = new();
                LedgerEventCodec.Write(bytes, happened);
                events.Add(LedgerEventCodec.Read(events.Count + 1, happened.AtMs, happened.Kind, bytes.WrittenSpan));
            }

            if (entry.Grant is { } grant)
            {
                grants[grant.Id] = grant;
            }

            foreach (Overlay overlay in entry.Overlays)
            {
                overlays[overlay.Id] = overlay;
            }

            if (entry.Checkpoint is { } state)
            {
                checkpoints.Add(new LedgerCheckpoint(events.Count, state));
            }
        }

        LedgerCheckpoint? newer = checkpoints.Count > 0 ? checkpoints[^1] : null;
        LedgerCheckpoint? older = checkpoints.Count > 1 ? checkpoints[^2] : null;
        long from = (older ?? newer)?.Seq ?? 0;
        return new LedgerImage
        {
            Grants = [.. grants.Values],
            Overlays = [.. overlays.Values],
            Older = older,
            Newer = newer,
            Events = [.. events.Where(happened => happened.Seq > from)],
        };
    }
}
