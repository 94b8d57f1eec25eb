using System.Text;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Leases;
using Causeway.Budgets.Raises;

namespace Causeway.Budgets.Ledger;

/// <content>
/// A ledger that several processes write. Each holds the whole state; what the others decided is folded in at the head of the chain, before anything of its own
/// is decided there, so that every decision is made on all decisions before it (docs/decisions/0013-one-chain-several-instances.md).
/// </content>
public sealed partial class BudgetLedger
{
    // While the ledger is read anew: reservations that requests of this process still hold.
    private Dictionary<Guid, Reservation>? _known;

    // What ended in the turn under way, in case the store does not keep the turn; null: this process writes alone.
    private List<Reservation>? _endedInTurn;

    // The store's time when this process last stood at the head, and when that was by its own steady clock.
    private long? _headMs;
    private long _headAt;

    /// <summary>Makes a decision where it holds for everybody; see <see cref="ILedgerJournal.DecideAsync"/>.</summary>
    public ValueTask<T> DecideAsync<T>(Func<T> decision, Action<T>? undo = null) => _journal.DecideAsync(decision, undo);

    /// <summary>Writes what has happened already, however long the store is away; see <see cref="ILedgerJournal.Post(Action)"/>.</summary>
    public void Post(Action decision) => _journal.Post(decision);

    /// <summary><see cref="Create"/> where it holds for everybody, and kept.</summary>
    /// <exception cref="LedgerUnavailableException">Several instances write the ledger, and the store is away.</exception>
    public Task<IReadOnlyList<DelegationFault>> CreateAsync(Grant grant) => KeptAsync(() => (Create(grant, out Task durable), durable));

    /// <summary><see cref="Change(GrantId, GrantStatus, string, string, out Task, bool)"/> where it holds for everybody, and kept.</summary>
    /// <exception cref="LedgerUnavailableException">Several instances write the ledger, and the store is away.</exception>
    public Task<Grant?> ChangeAsync(GrantId id, GrantStatus status, string actor, string reason) => KeptAsync(() => (Change(id, status, actor, reason, out Task durable), durable));

    /// <summary><see cref="Set"/> where it holds for everybody, and kept.</summary>
    /// <exception cref="LedgerUnavailableException">Several instances write the ledger, and the store is away.</exception>
    public Task<IReadOnlyList<DelegationFault>> SetAsync(GrantId id, Func<Grant, Grant> change, int? version, string actor, string reason) =>
        KeptAsync(() => (Set(id, change, version, actor, reason, out Task durable), durable));

    /// <summary><see cref="Raise"/> where it holds for everybody, and kept.</summary>
    /// <exception cref="LedgerUnavailableException">Several instances write the ledger, and the store is away.</exception>
    public Task<bool> RaiseAsync(Overlay overlay, string actor, string reason) => KeptAsync(() => (Raise(overlay, actor, reason, out Task durable), durable));

    /// <summary><see cref="Break"/> where it holds for everybody, and kept.</summary>
    /// <exception cref="LedgerUnavailableException">Several instances write the ledger, and the store is away.</exception>
    public Task<(BrokenGlass? Broken, DelegationFault? Fault)> BreakAsync(GrantId grant, long nanoUsd, TimeSpan lifetime, string actor, string reason) =>
        KeptAsync(() => ((Break(grant, nanoUsd, lifetime, actor, reason, out DelegationFault? fault, out Task durable), fault), durable));

    private async Task<T> KeptAsync<T>(Func<(T Decided, Task Durable)> decision)
    {
        (T decided, Task durable) = await DecideAsync(decision);
        await durable;
        return decided;
    }

    /// <summary>Takes over what is kept, as one of several: what others hold open stays open. Called once, before the first request.</summary>
    public Replay Join(LedgerImage image)
    {
        lock (_gate)
        {
            _endedInTurn = [];
            return new Replay(Load(image), 0, Mismatch);
        }
    }

    /// <summary>Folds in what others wrote. What this process decides next comes right after it.</summary>
    /// <exception cref="FormatException">An event speaks of what is not there: the ledger has to be read anew.</exception>
    public void Follow(LedgerNews news)
    {
        lock (_gate)
        {
            _endedInTurn?.Clear();
            _toldInTurn.Clear();
            int mark = 0;
            foreach (LedgerEvent happened in news.Events)
            {
                for (; mark < news.Checkpoints.Count && news.Checkpoints[mark].Seq < happened.Seq; mark++)
                {
                    ForgetAt(news.Checkpoints[mark]);
                }

                Follow(happened, news.Overlays);
                NoteActive(happened);
            }

            for (; mark < news.Checkpoints.Count; mark++)
            {
                ForgetAt(news.Checkpoints[mark]);
            }

            if (news.NowMs is { } now)
            {
                Learn(_headMs, now);
                (_headMs, _headAt) = (now, _time.GetTimestamp());
            }

            Tend(Advance());
        }
    }

    /// <summary>
    /// Reads the ledger anew after the store did not keep a turn: what was decided in it never happened. Reservations that requests still hold are taken up again;
    /// those that were made in that turn hold nothing.
    /// </summary>
    public Replay Rejoin(LedgerImage image)
    {
        lock (_gate)
        {
            _known = new Dictionary<Guid, Reservation>(_open);
            foreach (Reservation ended in _endedInTurn ?? [])
            {
                _known[ended.Id] = ended;
            }

            foreach ((LeaseLot lot, Guid request, Amounts bound) in _toldInTurn)
            {
                lot.Untell(request, bound);
            }

            GrantNode[] before = [.. _nodes.Values];
            _toldInTurn.Clear();
            _leases.Clear();
            _doubtedLeases.Clear();
            _nodes.Clear();
            _defaults.Clear();
            _open.Clear();
            _ends.Clear();
            _forgotten.Clear();
            _byId = [];
            _endedInTurn = [];
            int replayed = Load(image);
            foreach (GrantNode old in before)
            {
                if (_nodes.TryGetValue(old.Grant.Id, out GrantNode? now))
                {
                    old.GiveWayTo(now);
                }
                else
                {
                    old.Grant = old.Grant with { Status = GrantStatus.Revoked, Reason = "the store did not keep it" };
                }
            }

            foreach (Reservation lost in _known.Values)
            {
                lost.State = lost.State == ReservationState.Open ? ReservationState.Void : lost.State;
            }

            _known = null;
            return new Replay(replayed, 0, Mismatch);
        }
    }

    /// <summary>Takes as in doubt what instances hold that are gone.</summary>
    /// <returns>How many.</returns>
    public int DoubtOf(IReadOnlySet<InstanceId> gone)
    {
        lock (_gate)
        {
            Advance();
            Reservation[] left = [.. _open.Values.Where(reservation => reservation.Owner is { } owner && gone.Contains(owner))];
            foreach (Reservation reservation in left)
            {
                DoubtLocked(reservation);
                Write(reservation, LedgerEventKind.InDoubt, null, UsageSource.None, null, null, "instance_gone");
            }

            return left.Length;
        }
    }

    // One clock for all: the store's, carried on by what has passed here since. A wall clock that is wrong or steps decides nothing.
    private long Clock() => _headMs is { } head ? head + (long)_time.GetElapsedTime(_headAt).TotalMilliseconds : _time.GetUtcNow().ToUnixTimeMilliseconds();

    // Balances move as in a replay; the tree changes as it did where it was decided.
    private void Follow(LedgerEvent happened, IReadOnlyList<Overlay> overlays)
    {
        _nowMs = Math.Max(_nowMs, happened.AtMs);
        switch (happened.Kind)
        {
            case LedgerEventKind.GrantCreated:
                Adopt(happened);
                break;
            case LedgerEventKind.GrantChanged when happened.Code == GrantSetting.Code:
                Reshape(Known(happened), GrantSetting.Of(happened).After);
                break;
            case LedgerEventKind.GrantChanged:
                Change(Known(happened), happened);
                break;
            case LedgerEventKind.OverlayAdded:
                foreach (Overlay overlay in overlays.Where(one => one.Grant == happened.Grant && one.Amount > 0))
                {
                    Known(happened).States.ElementAtOrDefault(overlay.Limit)?.Add(overlay, happened.AtMs);
                }

                break;
            case LedgerEventKind.GlassBroken:
                string origin = BrokenGlass.Of(happened).Name;
                Open(
                    Find(happened.DecidedBy.GetValueOrDefault())?.States.Where(state => state.Limit.Meter == Meter.Usd) ?? [],
                    happened.Held.NanoUsd,
                    happened.AtMs,
                    [.. overlays.Where(one => one.Origin == origin && _nodes.ContainsKey(one.Grant))]);
                break;
            default:
                Fold(happened);
                break;
        }
    }

    private void Adopt(LedgerEvent happened)
    {
        Grant grant = GrantJson.Read(Encoding.UTF8.GetBytes(happened.Detail ?? ""));
        if (_nodes.ContainsKey(grant.Id))
        {
            return;
        }

        GrantNode? parent = grant.Parent is not { } above ? null : Find(above) ?? throw new FormatException($"Event {happened.Seq} of the ledger makes {grant.Id} below {above}, which does not exist.");
        GrantNode node = new(grant, parent);
        Add(node);
        TakeEscrow(node, happened.AtMs, 1);
    }

    private void Change(GrantNode node, LedgerEvent happened)
    {
        GrantStatus status = happened.Code switch
        {
            "grant_suspended" => GrantStatus.Suspended,
            "grant_resumed" => GrantStatus.Active,
            "grant_revoked" => GrantStatus.Revoked,
            _ => throw new FormatException($"Event {happened.Seq} of the ledger changes a grant in a way that this version does not know: {happened.Code}."),
        };
        Put(node, status, happened.Reason ?? "", happened.Detail == LedgerEvent.Cuts);
    }

    private void ForgetAt(LedgerMark mark)
    {
        _nowMs = Math.Max(_nowMs, mark.AtMs);
        Forget(mark.AtMs);
    }
}
