using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <summary>
/// The budgets at work: a state machine that is told what is asked and says what holds, under one lock, with nothing to wait for. What it decides goes
/// to the journal in the order of the decisions; balances are a fold of that and of nothing else.
/// </summary>
/// <remarks>Per request: two short holds of the lock, and one object, one array and two events allocated.</remarks>
public sealed partial class BudgetLedger
{
    /// <summary>Live accounts of capability keys below one grant at most.</summary>
    public const int MaxAccounts = 10_000;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<GrantId, GrantNode> _nodes = new();
    private readonly ConcurrentDictionary<string, GrantNode> _defaults = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Reservation> _open = [];
    private readonly PriorityQueue<GrantNode, long> _ends = new();
    private readonly ILedgerJournal _journal;
    private readonly TimeProvider _time;
    private GrantNode[] _byId = [];
    private long _nowMs;
    private long _meanHeldMs = 2_000;

    /// <summary>An empty ledger.</summary>
    public BudgetLedger(ILedgerJournal journal, TimeProvider time)
    {
        _journal = journal;
        _time = time;
    }

    /// <summary>The name of this process where several write the ledger; null: it writes alone.</summary>
    public InstanceId? Instance { get; init; }

    /// <summary>Every grant, in no order.</summary>
    public IEnumerable<GrantNode> Grants => _nodes.Values;

    /// <summary>Reservations that are open.</summary>
    public int OpenReservations
    {
        get
        {
            lock (_gate)
            {
                return _open.Count - _leases.Count;
            }
        }
    }

    /// <summary>Those among them that this process made.</summary>
    public int OwnReservations
    {
        get
        {
            lock (_gate)
            {
                return _open.Values.Count(reservation => reservation.Owner == Instance && !reservation.IsLease);
            }
        }
    }

    /// <summary>The grant of that name with its place in the tree, or null. Needs no lock.</summary>
    public GrantNode? Find(GrantId id) => _nodes.GetValueOrDefault(id);

    /// <summary>The grant of keys that were made without one: a team's, without limits, made when it is first asked for.</summary>
    public GrantNode DefaultFor(string team)
    {
        if (FindDefault(team) is { } known)
        {
            return known;
        }

        GrantId id = DefaultId(team);
        lock (_gate)
        {
            if (!_nodes.TryGetValue(id, out GrantNode? node))
            {
                long now = Advance();
                Grant grant = new()
                {
                    Id = id,
                    Holder = new Holder(IsFeature: false, team),
                    Enforcement = Enforcement.Soft,
                    CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now),
                    CreatedBy = "causeway",
                    Reason = "keys that were made without a grant",
                    IsDefault = true,
                };
                node = new GrantNode(grant, null);
                Add(node);
                _ = _journal.Append(
                    new JournalEntry(new LedgerEvent(LedgerEventKind.GrantCreated, now) { Grant = id, Actor = grant.CreatedBy, Reason = grant.Reason, Detail = GrantJson.Text(grant) }) { Grant = grant },
                    isAwaited: false);
            }

            return _defaults[team] = node;
        }
    }

    /// <summary><see cref="DefaultFor"/> where the decision holds for everybody.</summary>
    public ValueTask<GrantNode> DefaultForAsync(string team) => FindDefault(team) is { } known ? ValueTask.FromResult(known) : DecideAsync(() => DefaultFor(team));

    private GrantNode? FindDefault(string team)
    {
        if (_defaults.TryGetValue(team, out GrantNode? known))
        {
            return known;
        }

        return _nodes.TryGetValue(DefaultId(team), out known) ? _defaults[team] = known : null;
    }

    /// <summary>The name of a team's default grant.</summary>
    public static GrantId DefaultId(string team)
    {
        Span<byte> digest = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes("default grant of team/" + team), digest);
        return new GrantId(new Guid(digest[..16], bigEndian: true));
    }

    /// <summary>Makes a grant.</summary>
    /// <returns>What stands against it; empty: it is made. <paramref name="durable"/> completes when it is kept.</returns>
    public IReadOnlyList<DelegationFault> Create(Grant grant, out Task durable)
    {
        durable = Task.CompletedTask;
        lock (_gate)
        {
            long now = Advance();
            if (_nodes.ContainsKey(grant.Id))
            {
                return [new DelegationFault("grant_exists", $"{grant.Id} exists already")];
            }

            if (Delegation.Faults(grant.Limits) is { Count: > 0 } wrong)
            {
                return wrong;
            }

            GrantNode? parent = null;
            if (grant.Parent is { } above)
            {
                if (!_nodes.TryGetValue(above, out parent))
                {
                    return [new DelegationFault("grant_unknown", $"there is no grant {above}")];
                }

                DelegationFault[] faults =
                [
                    .. Delegation.Faults(grant, parent),
                    .. Delegation.FaultsAbove(parent, now),
                ];
                if (faults.Length > 0)
                {
                    return faults;
                }
            }

            GrantNode node = new(grant, parent);
            if (ShortOfCarve(node, now) is { } fault)
            {
                return [fault];
            }

            Add(node);
            TakeEscrow(node, now, 1);
            durable = _journal.Append(
                new JournalEntry(new LedgerEvent(LedgerEventKind.GrantCreated, now) { Grant = grant.Id, DecidedBy = grant.Parent, Actor = grant.CreatedBy, Reason = grant.Reason, Detail = GrantJson.Text(grant) }) { Grant = grant },
                isAwaited: true);
            return [];
        }
    }

    /// <summary>Suspends, resumes or revokes a grant: a single event; what is below it follows by the check of its path. What it is already is not said again (I4).</summary>
    /// <param name="id">Which.</param>
    /// <param name="status">What it is to be.</param>
    /// <param name="actor">Who says so.</param>
    /// <param name="reason">Why.</param>
    /// <param name="durable">Completes when it is kept.</param>
    /// <param name="cuts">What runs is ended too, on every instance.</param>
    /// <returns>The grant as it now is; null: there is none of that name, or it is revoked and stays so.</returns>
    public Grant? Change(GrantId id, GrantStatus status, string actor, string reason, out Task durable, bool cuts = false)
    {
        durable = Task.CompletedTask;
        lock (_gate)
        {
            long now = Advance();
            if (!_nodes.TryGetValue(id, out GrantNode? node) || (node.Grant.Status == GrantStatus.Revoked && status != GrantStatus.Revoked))
            {
                return null;
            }

            if (node.Grant.Status == status && (!cuts || node.WasCut))
            {
                durable = node.Kept.IsFaulted ? Task.CompletedTask : node.Kept; // What the store did not take at once, it is given again.
                return node.Grant;
            }

            Put(node, status, reason, cuts);
            durable = node.Kept = _journal.Append(
                new JournalEntry(new LedgerEvent(LedgerEventKind.GrantChanged, now) { Grant = id, Code = "grant_" + Word(status), Actor = actor, Reason = reason, Detail = cuts ? LedgerEvent.Cuts : null }) { Grant = node.Grant },
                isAwaited: true);
            return node.Grant;
        }
    }

    private void Put(GrantNode node, GrantStatus status, string reason, bool cuts)
    {
        if (status == GrantStatus.Revoked)
        {
            End(node);
        }

        node.WasCut = cuts;
        node.Grant = node.Grant with
        {
            Status = status,
            Reason = reason,
            Version = node.Grant.Version + 1,
        };
    }

    /// <summary>Raises a limit for a time. The base grant is untouched.</summary>
    /// <returns>False: there is no such grant or limit.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It raises by less than 1, or ends before it begins.</exception>
    public bool Raise(Overlay overlay, string actor, string reason, out Task durable)
    {
        durable = Task.CompletedTask;
        if (overlay.Amount < 1 || overlay.UntilMs <= overlay.FromMs)
        {
            throw new ArgumentOutOfRangeException(nameof(overlay), overlay, "A raise is by 1 or more and ends after it begins.");
        }

        lock (_gate)
        {
            long now = Advance();
            if (!_nodes.TryGetValue(overlay.Grant, out GrantNode? node) || overlay.Limit < 0 || overlay.Limit >= node.States.Length)
            {
                return false;
            }

            if (node.States[overlay.Limit].Overlays.Contains(overlay))
            {
                return true; // The same again changes nothing.
            }

            node.States[overlay.Limit].Add(overlay, now);
            durable = _journal.Append(
                new JournalEntry(new LedgerEvent(LedgerEventKind.OverlayAdded, now)
                {
                    Grant = overlay.Grant,
                    Actor = actor,
                    Reason = reason,
                    Limit = node.States[overlay.Limit].Limit.ToString(),
                    Detail = $"+{Limit.Write(node.States[overlay.Limit].Limit.Meter, overlay.Amount)} until {DateTimeOffset.FromUnixTimeMilliseconds(overlay.UntilMs):u} ({overlay.Origin})",
                })
                { Overlays = [overlay] },
                isAwaited: true);
            return true;
        }
    }

    /// <summary>What became of a grant's own limits in their windows of now.</summary>
    public IReadOnlyList<LimitUse> Use(GrantNode grant)
    {
        lock (_gate)
        {
            long now = Advance();
            return [.. grant.States.Select(state => Use(state, now) with { Leased = LeasedOf(state, now) })];
        }
    }

    /// <summary>The same in the windows of another moment, which a late settlement is booked in; what rolls, and a moment to come, as of now.</summary>
    public IReadOnlyList<LimitUse> UseAt(GrantNode grant, long atMs)
    {
        lock (_gate)
        {
            long now = Advance();
            return [.. grant.States.Select(state => Use(state, state.Limit.Window.Kind == WindowKind.Rolling ? now : Math.Min(atMs, now)))];
        }
    }

    /// <summary>Writes an event that moves no balance.</summary>
    public Task Note(LedgerEvent what, bool isAwaited = false)
    {
        if (!_journal.DecidesNow)
        {
            if (isAwaited)
            {
                return DecideAsync(() => Note(what)).AsTask();
            }

            _ = _journal.Post(new NotedFact(this, what));
            return Task.CompletedTask;
        }

        lock (_gate)
        {
            return _journal.Append(new JournalEntry(what with { AtMs = Advance() }), isAwaited);
        }
    }

    /// <summary>Writes a denial with the request's usage record: denials are never sampled.</summary>
    public void Denied(LedgerEvent denial, UsageRecord usage)
    {
        if (!_journal.DecidesNow)
        {
            _ = _journal.Post(new DeniedFact(this, denial, usage));
            return;
        }

        lock (_gate)
        {
            LedgerEvent written = denial with { AtMs = Advance() };
            Remember(written);
            _ = _journal.Append(new JournalEntry(written) { Usage = usage }, isAwaited: false);
        }
    }

    private static LimitUse Use(LimitState state, long now)
    {
        bool rolls = state.Limit.Window.Kind == WindowKind.Rolling;
        Balance[] counted = rolls ? [.. state.Balances.Where(balance => state.Limit.Window.CountsUntil(balance.Start) > now)] : state.Find(now) is { } one ? [one] : [];
        long start = state.Limit.Window.StartOf(now);
        long end = state.EndAt(now);
        return new LimitUse(state.Limit)
        {
            Amount = state.AmountAt(now),
            Committed = counted.Sum(balance => balance.Committed),
            Held = counted.Sum(balance => balance.Reserved),
            InDoubt = counted.Sum(balance => balance.InDoubt),
            Carved = counted.Length > 0 && !rolls ? counted[0].Escrowed : state.Carved,
            WindowStarts = state.Limit.Window.Kind == WindowKind.None ? null
                : DateTimeOffset.FromUnixTimeMilliseconds(rolls ? now - (long)state.Limit.Window.Length.TotalMilliseconds : start),
            WindowEnds = rolls || end == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(end),
        };
    }

    /// <summary>The ledger's time: the clock's, but never backwards.</summary>
    private long Advance()
    {
        _nowMs = Math.Max(_nowMs, Clock());
        while (_ends.TryPeek(out GrantNode? node, out long end) && end <= _nowMs)
        {
            _ends.Dequeue();
            if (node.Grant.ExpiresAt?.ToUnixTimeMilliseconds() <= _nowMs) // It may have been given another end since.
            {
                End(node);
            }
        }

        return _nowMs;
    }

    private static string Word(GrantStatus status) => status switch { GrantStatus.Active => "resumed", GrantStatus.Suspended => "suspended", _ => "revoked" };

    private void Add(GrantNode node)
    {
        _nodes[node.Grant.Id] = node;
        if (node.Parent is { } parent)
        {
            parent.ChildList.Add(node);
            parent.LiveChildren++;
        }

        if (node.Grant.Status == GrantStatus.Revoked)
        {
            End(node);
        }
        else if (node.Grant.ExpiresAt is { } end)
        {
            _ends.Enqueue(node, end.ToUnixTimeMilliseconds());
        }
    }

    // Revoked, or over by age: what it had carved out is the grant's above again, and stays that whatever of its requests ends later.
    private void End(GrantNode node)
    {
        if (node.HasEnded)
        {
            return;
        }

        node.HasEnded = true;
        if (node.Parent is { } parent)
        {
            parent.LiveChildren--;
        }

        TakeEscrow(node, _nowMs, -1);
        foreach (LimitState state in node.States)
        {
            state.CarvedFrom = null;
        }
    }
}
