using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Leases;
using static Causeway.Budgets.Ledger.PathMovement;

namespace Causeway.Budgets.Ledger;

/// <content>
/// Leases in the chain: parts of a budget that one instance holds for one leaf. Each is held against the whole path as a request's bound is, so that every instance's fold counts it; what is
/// drawn from it moves to the request that drew it; the rest goes back, or is in doubt when its holder is gone (docs/decisions/0024-leases-on-the-chain.md).
/// </content>
public sealed partial class BudgetLedger
{
    // An instance that decided something so lately shares the budgets.
    private const long ActiveMs = 15_000;

    private readonly Dictionary<Guid, Reservation> _leases = [];
    private readonly Dictionary<Guid, DoubtedLease> _doubtedLeases = [];
    private readonly Dictionary<InstanceId, long> _active = [];
    private readonly List<(LeaseLot Lot, Guid Request, Amounts Bound)> _toldInTurn = [];
    private LeaseDesk? _desk;
    private long _taken;
    private long _drawn;
    private long? _learnsUntilMs;

    /// <summary>How this instance takes leases; null: it takes none, and knows what to do with those of others.</summary>
    public LeaseRules? Leases
    {
        get => _desk?.Rules;
        init => _desk = value is null ? null : new LeaseDesk(value);
    }

    private LeaseRules TimesOfLeases => _desk?.Rules ?? s_times;

    private static readonly LeaseRules s_times = new();

    /// <summary>Requests that this instance decided by a lease since its start.</summary>
    public long Drawn => Interlocked.Read(ref _drawn);

    /// <summary>Leases that this instance holds.</summary>
    public int OwnLeases
    {
        get
        {
            lock (_gate)
            {
                return _leases.Values.Count(lease => lease.Owner == Instance);
            }
        }
    }

    /// <summary>Every lease that is held, the oldest first.</summary>
    public IReadOnlyList<HeldLease> HeldLeases()
    {
        lock (_gate)
        {
            return [.. _leases.Values.OrderBy(lease => lease.AtMs).ThenBy(lease => lease.Id).Select(View)];
        }
    }

    /// <summary>Those that are held against a grant: its own leaf's, and those of leaves below it.</summary>
    public IReadOnlyList<HeldLease> LeasesBelow(GrantNode grant)
    {
        lock (_gate)
        {
            return [.. _leases.Values.Where(lease => lease.Grant.Path.Contains(grant.Newest)).OrderBy(lease => lease.AtMs).ThenBy(lease => lease.Id).Select(View)];
        }
    }

    private static HeldLease View(Reservation lease) => new(lease.Id, lease.Owner.GetValueOrDefault(), lease.Grant.Grant.Id, lease.Held, lease.Places)
    {
        TakenAt = DateTimeOffset.FromUnixTimeMilliseconds(lease.AtMs),
        EndsAt = DateTimeOffset.FromUnixTimeMilliseconds(lease.DeadlineMs),
    };

    // What leases hold of a limit in the window of a moment.
    private long LeasedOf(LimitState state, long now)
    {
        long sum = 0;
        foreach (Reservation lease in _leases.Values)
        {
            ImmutableArray<LimitSlot> slots = lease.Grant.Slots;
            for (int i = 0; i < lease.Balances.Length; i++)
            {
                if (slots[i].State == state && lease.Balances[i] is { } balance && state.Limit.Window.CountsUntil(balance.Start) > now)
                {
                    sum += state.Limit.Meter == Meter.Requests ? lease.Places : lease.Held.Of(state.Limit.Meter);
                }
            }
        }

        return sum;
    }

    // The name is given once and never again, so that what comes late is known to be of a lease that is no more: it is the epoch.
    private Guid NextLease()
    {
        Span<byte> text = stackalloc byte[24];
        Instance!.Value.Value.TryWriteBytes(text);
        BinaryPrimitives.WriteInt64BigEndian(text[16..], ++_taken);
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(text, digest);
        return new Guid(digest[..16], bigEndian: true);
    }

    private Reservation OpenLease(GrantNode leaf, Guid id, in Amounts held, int requests, long atMs, long untilMs, InstanceId? owner)
    {
        if (_open.ContainsKey(id))
        {
            throw new InvalidOperationException($"There is a lease {id:N} already.");
        }

        Reservation lease = Bound(id, leaf, held, atMs, untilMs, BalancesAt(leaf, atMs), owner);
        KeepLease(lease, requests);
        Move(lease, held, requests, default, 0, default, 0);
        return lease;
    }

    private void KeepLease(Reservation lease, int requests)
    {
        (lease.IsLease, lease.Places) = (true, requests);
        _open.Add(lease.Id, lease);
        _leases.Add(lease.Id, lease);
    }

    // What a request takes over from the lease that it was drawn from: the sum of the two is what it was.
    private bool DrawLocked(Guid id, in Amounts bound)
    {
        if (!_leases.TryGetValue(id, out Reservation? lease))
        {
            return false;
        }

        GiveBack(lease, bound, 1);
        return true;
    }

    private static void GiveBack(Reservation lease, in Amounts held, int requests)
    {
        Amounts part = Amounts.Least(held, lease.Held);
        int places = Math.Min(requests, lease.Places);
        Move(lease, Negative(part), -places, default, 0, default, 0);
        lease.Held = Amounts.Beyond(lease.Held, part);
        lease.Places -= places;
    }

    // Out of the doubt: it was not used, or is held by the request that drew it.
    private void Undoubt(DoubtedLease lease, in Amounts held, int requests)
    {
        Amounts part = Amounts.Least(held, lease.Held);
        int places = Math.Min(requests, lease.Requests);
        Apply(lease.Grant.Newest, lease.AtMs, part, places, default, 0, _nowMs);
        (lease.Held, lease.Requests) = (Amounts.Beyond(lease.Held, part), lease.Requests - places);
        Forget(lease);
    }

    private void Forget(DoubtedLease lease)
    {
        if (lease.Held == default && lease.Requests == 0)
        {
            _doubtedLeases.Remove(lease.Id);
        }
    }

    // By the chain's own time, so that every fold forgets the same.
    private DoubtedLease? DoubtedLeaseOf(Guid? id, long atMs) => id is { } lease && _doubtedLeases.TryGetValue(lease, out DoubtedLease? doubted) && !doubted.IsOver(atMs) ? doubted : null;

    // How many requests a later word takes out of the doubt: of a lease all that are in doubt of it. The decision and every fold of it count the same.
    private int Doubted(Guid? request, in Amounts wasInDoubt, long atMs) => DoubtedLeaseOf(request, atMs)?.Requests ?? (wasInDoubt == default ? 0 : 1);

    // A later word on what is in doubt of it, by people.
    private void Adjusted(Guid? id, in Amounts wasInDoubt, long atMs)
    {
        if (DoubtedLeaseOf(id, atMs) is { } lease)
        {
            (lease.Held, lease.Requests) = (Amounts.Beyond(lease.Held, wasInDoubt), 0);
            Forget(lease);
        }
    }

    private void FoldLease(LedgerEvent happened)
    {
        Guid id = happened.Request.GetValueOrDefault();
        switch (happened.Kind)
        {
            case LedgerEventKind.LeaseTaken:
                OpenLease(Known(happened), id, happened.Held, (int)happened.Places, happened.ReservedAtMs, happened.DeadlineMs, InstanceId.TryParse(happened.Actor, out InstanceId owner) ? owner : null);
                break;
            case LedgerEventKind.LeaseReturned when _leases.TryGetValue(id, out Reservation? lease):
                if (happened.Code == LedgerEvent.LeaseEnded)
                {
                    VoidLocked(lease);
                }
                else
                {
                    GiveBack(lease, happened.Held, (int)happened.Places);
                }

                break;
            case LedgerEventKind.LeaseReturned when DoubtedLeaseOf(id, happened.AtMs) is { } doubted:
                Undoubt(doubted, happened.Held, (int)happened.Places);
                break;
            case LedgerEventKind.LeaseReturned when happened.Code != LedgerEvent.LeaseLate:
                throw new FormatException($"Event {happened.Seq} of the ledger gives back of a lease that is not held.");
            case LedgerEventKind.LeaseRecalled:
                Recalled(Known(happened), happened.AtMs);
                break;
        }
    }

    private void Recalled(GrantNode grant, long atMs)
    {
        foreach (Reservation lease in _leases.Values)
        {
            if (lease.RecalledAtMs == 0 && lease.Grant.Path.Contains(grant))
            {
                lease.RecalledAtMs = Math.Max(1, atMs);
            }
        }
    }

    private void ForgetLeases(long nowMs)
    {
        foreach ((Guid id, DoubtedLease lease) in _doubtedLeases)
        {
            if (lease.IsOver(nowMs))
            {
                _doubtedLeases.Remove(id); // A dictionary may be removed from while it is walked.
            }
        }
    }

    // Who decides something now and then shares what there is.
    private void NoteActive(LedgerEvent happened)
    {
        if (happened.Kind is LedgerEventKind.Reserved or LedgerEventKind.LeaseTaken && InstanceId.TryParse(happened.Actor, out InstanceId active))
        {
            _active[active] = happened.AtMs;
        }
    }

    private int ActiveInstances(long now)
    {
        foreach ((InstanceId one, long at) in _active)
        {
            if (at + ActiveMs < now)
            {
                _active.Remove(one);
            }
        }

        return Math.Max(1, _active.Count + (_active.ContainsKey(Instance.GetValueOrDefault()) ? 0 : 1));
    }
}

/// <summary>A lease as the chain knows it.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Owner">The instance that holds it.</param>
/// <param name="Grant">The leaf that it is for.</param>
/// <param name="Held">What it holds of the parts that the path limits: what its holder has drawn and told of is no longer among it.</param>
/// <param name="Requests">How many requests, where those are limited; otherwise 0.</param>
public sealed record HeldLease(Guid Id, InstanceId Owner, GrantId Grant, Amounts Held, int Requests)
{
    /// <summary>When it was taken, by the store's clock.</summary>
    public DateTimeOffset TakenAt { get; init; }

    /// <summary>When it ends, by the same.</summary>
    public DateTimeOffset EndsAt { get; init; }
}

/// <summary>What is in doubt of a lease whose holder was taken for gone. If it comes back, it says better.</summary>
/// <param name="id">The lease.</param>
/// <param name="grant">Its leaf.</param>
/// <param name="atMs">When it was taken.</param>
/// <param name="owner">Its holder.</param>
internal sealed class DoubtedLease(Guid id, GrantNode grant, long atMs, InstanceId? owner)
{
    private const long WaitMs = 24 * 3_600_000;

    public Guid Id { get; } = id;

    public GrantNode Grant { get; } = grant;

    public long AtMs { get; } = atMs;

    public InstanceId? Owner { get; } = owner;

    public Amounts Held { get; set; }

    public int Requests { get; set; }

    /// <summary>Its holder's word is waited for no longer: what is in doubt stays so, until people say better.</summary>
    public bool IsOver(long nowMs) => AtMs + WaitMs <= nowMs;
}
