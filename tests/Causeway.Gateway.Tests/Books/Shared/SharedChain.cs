using System.Buffers;
using System.Security.Cryptography;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Tests.Books.Shared;

/// <summary>What the instances of a simulation share: a database with one ledger, and a lock on its head.</summary>
internal sealed class SharedChain(TimeProvider time)
{
    /// <summary>How long sessions may stand at the head: the server's own, whatever becomes of who opened them.</summary>
    public List<ITimer> Limits { get; } = [];

    private readonly Dictionary<GrantId, Grant> _grants = [];
    private readonly List<LedgerCheckpoint> _checkpoints = [];
    private readonly HashSet<(InstanceId Instance, long Turn)> _kept = [];
    private TaskCompletionSource _free = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Every event that is durable.</summary>
    public List<LedgerEvent> Events { get; } = [];

    public List<Overlay> Overlays { get; } = [];

    public HashSet<Guid> Usage { get; } = [];

    /// <summary>The session that stands at the head; null: none does.</summary>
    public object? Holder { get; private set; }

    /// <summary>Is told when something was committed that others have to act on now.</summary>
    public Action? Pressing { get; set; }

    public long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    public async Task LockAsync(object session)
    {
        while (Holder is not null)
        {
            await _free.Task;
        }

        Holder = session;
    }

    /// <summary>Ends a session's turn; whatever it wrote without committing is gone.</summary>
    public void Release(object session)
    {
        if (Holder == session)
        {
            Holder = null;
            TaskCompletionSource free = _free;
            _free = new(TaskCreationOptions.RunContinuationsAsynchronously);
            free.SetResult();
        }
    }

    public LedgerNews After(long known) => new()
    {
        Events = [.. Events.Skip((int)known).Select(Copied)],
        Overlays = [.. Overlays.Where(overlay => Events.Skip((int)known).Any(one =>
            one.Kind is LedgerEventKind.OverlayAdded && one.Grant == overlay.Grant
            || one.Kind == LedgerEventKind.GlassBroken && overlay.Origin == "glass_" + one.Request!.Value.ToString("N")))],
        Checkpoints = [.. _checkpoints.Where(one => one.Seq > known).Select(one => new LedgerMark(one.Seq, TimeOf(one)))],
        NowMs = NowMs,
    };

    public void Commit(InstanceId instance, long turn, IReadOnlyList<JournalEntry> entries)
    {
        foreach (JournalEntry entry in entries)
        {
            if (entry.Event is { } happened)
            {
                Events.Add(Copied(happened with { Seq = Events.Count + 1 }));
            }

            if (entry.Grant is { } grant)
            {
                _grants[grant.Id] = grant;
            }

            if (entry.Usage is { } usage)
            {
                Usage.Add(usage.Request);
            }

            Overlays.AddRange(entry.Overlays);
            if (entry.Checkpoint is { } state)
            {
                _checkpoints.Add(new LedgerCheckpoint(Events.Count, state));
            }

            foreach (GrantId over in entry.Forgotten)
            {
                _grants.Remove(over);
            }
        }

        _kept.Add((instance, turn));
        if (entries.Any(entry => entry.Grant is not null || entry.Overlays.Count > 0))
        {
            Pressing?.Invoke();
        }
    }

    /// <summary>Forgets the last events, and a grant that they made.</summary>
    public void GoBack(int events, GrantId made)
    {
        Events.RemoveRange(Events.Count - events, events);
        _grants.Remove(made);
    }

    public bool WasKept(InstanceId instance, long turn) => _kept.Contains((instance, turn));

    public LedgerImage Image()
    {
        LedgerCheckpoint? newer = _checkpoints.LastOrDefault();
        LedgerCheckpoint? older = _checkpoints.Count > 1 ? _checkpoints[^2] : null;
        return new LedgerImage
        {
            Grants = [.. _grants.Values],
            Overlays = [.. Overlays],
            Older = older,
            Newer = newer,
            Events = [.. Events.Skip((int)((older ?? newer)?.Seq ?? 0)).Select(Copied)],
        };
    }

    /// <summary>The same chain has the same digest.</summary>
    public string Digest()
    {
        byte[] hash = LedgerEventCodec.Origin.ToArray();
        foreach (LedgerEvent one in Events)
        {
            LedgerEventCodec.Chain(hash, one.Seq, one.AtMs, one.Kind, Bytes(one), hash);
        }

        return Convert.ToHexStringLower(SHA256.HashData(hash));
    }

    private static long TimeOf(LedgerCheckpoint kept) => System.Buffers.Binary.BinaryPrimitives.ReadInt64BigEndian(kept.State.AsSpan(1));

    // As a store would keep it.
    private static LedgerEvent Copied(LedgerEvent one) => LedgerEventCodec.Read(one.Seq, one.AtMs, one.Kind, Bytes(one));

    private static byte[] Bytes(LedgerEvent one)
    {
        ArrayBufferWriter<byte> bytes = new();
        LedgerEventCodec.Write(bytes, one);
        return bytes.WrittenSpan.ToArray();
    }
}
