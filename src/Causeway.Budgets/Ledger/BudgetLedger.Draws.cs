using System.Diagnostics.CodeAnalysis;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Leases;
using static Causeway.Budgets.Ledger.LedgerDecision;

namespace Causeway.Budgets.Ledger;

/// <content>
/// What a request draws from a lease of this instance: decided here and now, with no turn, since the lease is durable and held against the whole path already. Where there is none, or it does not
/// fit, the request is decided at the head of the chain; a leaf that is asked often takes a lease in the same turn.
/// </content>
public sealed partial class BudgetLedger
{
    // A recall is answered within a turn of its holder, which hears of it by a notification.
    private const int RecallRounds = 6;
    private const long MostCalls = 100_000;

    /// <summary>Whether a request of a leaf could be decided without the store: there is a lease that is not over. Needs no turn.</summary>
    public bool HasLease(GrantNode grant)
    {
        if (_desk is null)
        {
            return false;
        }

        lock (_gate)
        {
            long at = _time.GetTimestamp();
            return LeafOf(grant.Newest, at).Find(default, at, grant.Newest.Slots) is not null;
        }
    }

    private bool TryDraw(GrantNode grant, Guid request, in Amounts bound, in Amounts room, TimeSpan lifetime, in Spender spender, [NotNullWhen(true)] out Held? held)
    {
        held = null;
        if (_journal.IsBehind)
        {
            return false; // What is told waits long enough already: who takes its place in the queue slows down.
        }

        LeaseLeaf leaf;
        LeaseLot lot;
        Reservation drawn;
        bool isLow;
        lock (_gate)
        {
            grant = grant.Newest;
            long at = _time.GetTimestamp();
            leaf = LeafOf(grant, at);
            leaf.Note(bound, at, PeriodOfCalls);
            if (leaf.Find(room, at, grant.Slots) is not { } found)
            {
                return false;
            }

            long now = Clock();
            if (StatusDenial(grant, now) is { } denial)
            {
                held = new Held(null, denial);
                return true;
            }

            lot = found;
            lot.Draw(request, bound, at);
            drawn = new Reservation(request, grant, bound, lot.AtMs, now + (long)lifetime.TotalMilliseconds, []) { Owner = Instance, LeftNanoUsd = LeftUsd(grant, now) };
            isLow = !leaf.IsAsking && at >= leaf.RestUntil && IsLow(leaf, at);
            leaf.IsAsking |= isLow;
        }

        Interlocked.Increment(ref _drawn);
        _ = _journal.Post(new EnteredFact(this, drawn, bound, spender, lot)); // What is lost of it is in doubt with the lease.
        if (isLow)
        {
            _ = RefillAsync(grant, leaf);
        }

        held = new Held(drawn, null);
        return true;
    }

    // Half of it is gone, or it is to be replaced by one that fits what is left by now.
    private bool IsLow(LeaseLeaf leaf, long at) =>
        leaf.RestCalls() < Math.Max(_desk!.Rules.LeastCalls, leaf.Calls) / 2 || _time.GetElapsedTime(leaf.Lots[^1].AskedAt, at) >= _desk.Rules.Renewal;

    private async Task RefillAsync(GrantNode grant, LeaseLeaf leaf)
    {
        long askedAt = _time.GetTimestamp();
        try
        {
            Open(await DecideAsync(() => TakeLot(grant.Newest, askedAt)));
        }
        catch (LedgerUnavailableException)
        {
            lock (_gate)
            {
                leaf.RestUntil = Math.Max(leaf.RestUntil, After(TimesOfLeases.Rest));
            }
        }
        finally
        {
            lock (_gate)
            {
                leaf.IsAsking = false;
            }
        }
    }

    // The turn that took it is durable.
    private void Open(LeaseLot? lot)
    {
        if (lot is not null)
        {
            lock (_gate)
            {
                lot.Open();
            }
        }
    }

    // Asks at the head of the chain, and where leases of others stand against it, has them given back and asks again.
    private async ValueTask<Held> AskAsync(GrantNode grant, Func<GrantNode, bool, Asked> ask)
    {
        long askedAt = _time.GetTimestamp();
        for (int round = 0; ; round++)
        {
            bool mayRecall = round < RecallRounds;
            Asked asked = await DecideAsync(
                () =>
                {
                    Asked answer = ask(grant.Newest, mayRecall);
                    return answer.Held.Reservation is null || _desk is null ? answer : answer with { Lot = TakeLot(grant.Newest, askedAt) };
                },
                lost => Lost(lost.Held));
            Open(asked.Lot);
            if (!asked.IsRecalled)
            {
                return asked.Held;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10 << round), _time);
        }
    }

    // In a turn. Own rests are given back at once, and the question is asked again; others are told to.
    private Asked Recalling(Func<LedgerDenial?> ask, bool mayRecall, Func<Asked> decide)
    {
        lock (_gate)
        {
            long now = Advance();
            if (_leases.Count == 0 || ask() is not { Limit: { Meter: not Meter.Concurrent } } denial || denial.Code == "request_exceeds_limit" || Find(denial.Grant) is not { } limited)
            {
                return decide();
            }

            if (ReturnBelow(limited, now) && ask() is null)
            {
                return decide();
            }

            return mayRecall && Recall(limited, denial, now) ? new Asked(new Held(null, denial), null, IsRecalled: true) : decide();
        }
    }

    private bool ReturnBelow(GrantNode limited, long now)
    {
        bool isAny = false;
        foreach (Reservation lease in _leases.Values.Where(lease => lease.Owner == Instance && lease.Grant.Path.Contains(limited)).ToArray())
        {
            lease.RecalledAtMs = now;
            Tend(lease, now);
            isAny = true;
        }

        return isAny;
    }

    // False: nobody is waited for. Who was told and has not answered is gone, or cut off.
    private bool Recall(GrantNode limited, LedgerDenial denial, long now)
    {
        bool isNew = false;
        bool isAwaited = false;
        foreach (Reservation lease in _leases.Values)
        {
            if (lease.Owner != Instance && lease.Grant.Path.Contains(limited))
            {
                isNew |= lease.RecalledAtMs == 0;
                isAwaited |= lease.RecalledAtMs == 0 || now - lease.RecalledAtMs < (long)TimesOfLeases.Patience.TotalMilliseconds;
            }
        }

        if (isNew)
        {
            Recalled(limited, now);
            _ = _journal.Append(
                new JournalEntry(new LedgerEvent(LedgerEventKind.LeaseRecalled, now) { Grant = limited.Grant.Id, Limit = denial.Limit?.ToString(), Actor = Instance?.ToString() }), isAwaited: true);
        }

        return isAwaited;
    }

    // In a turn. As large as the rules say for each limit of the path, less what is still held.
    private LeaseLot? TakeLot(GrantNode grant, long askedAt)
    {
        lock (_gate)
        {
            long now = Advance();
            long at = _time.GetTimestamp();
            if (_desk is not { Rules: { } rules })
            {
                return null;
            }

            LeaseLeaf leaf = LeafOf(grant, at);
            if (Instance is not { } me || at < leaf.RestUntil || !leaf.HasCalls(CallsToLease, at, PeriodOfCalls)
                || LeaseParts.Of(grant.Slots) is not { } parts || StatusDenial(grant, now) is not null)
            {
                return null;
            }

            if (leaf.Lots is [.., { } youngest] && _time.GetElapsedTime(youngest.AskedAt, at) >= rules.Renewal)
            {
                ReturnAll(leaf); // One of the size that fits by now takes their place.
            }

            long usable = Math.Min(now + (long)(rules.Life - rules.Margin).TotalMilliseconds, HoldsUntil(grant, now)) - now;
            long calls = CallsOf(grant, leaf.Unit, rules, now);
            leaf.Calls = calls;
            calls -= leaf.RestCalls();
            if (usable < (long)rules.Renewal.TotalMilliseconds || calls < rules.LeastCalls)
            {
                return null;
            }

            Amounts held = parts.Of(leaf.Unit.Times(calls));
            int requests = parts.Requests ? (int)calls : 0;
            if (LimitDenial(grant, held, now, null, _meanHeldMs, requests) is not null)
            {
                return null;
            }

            Reservation lease = OpenLease(grant, NextLease(), held, requests, now, now + (long)rules.Life.TotalMilliseconds, me);
            _ = _journal.Append(
                new JournalEntry(new LedgerEvent(LedgerEventKind.LeaseTaken, now)
                {
                    Request = lease.Id,
                    Grant = grant.Grant.Id,
                    Held = held,
                    Places = requests,
                    ReservedAtMs = now,
                    DeadlineMs = lease.DeadlineMs,
                    Actor = me.ToString(),
                }),
                isAwaited: true);
            LeaseLot lot = new(lease.Id, grant.Slots, parts, held, requests)
            {
                AtMs = now,
                AskedAt = askedAt,
                UseUntil = askedAt + (long)(usable / 1000.0 * _time.TimestampFrequency), // From before the store was asked, so that it is over here before it is over there.
            };
            _desk.Add(leaf, lot);
            return lot;
        }
    }

    private void ReturnAll(LeaseLeaf leaf)
    {
        foreach (LeaseLot lot in leaf.Lots)
        {
            if (_leases.TryGetValue(lot.Id, out Reservation? lease))
            {
                Return(lease, leaf, lot);
            }
        }
    }

    private long CallsOf(GrantNode grant, in Amounts unit, LeaseRules rules, long now)
    {
        long calls = MostCalls;
        int instances = ActiveInstances(now);
        foreach (LimitSlot slot in grant.Slots)
        {
            LimitState state = slot.State;
            long one = state.Limit.Meter == Meter.Requests ? 1 : unit.Of(state.Limit.Meter);
            if (slot.Carve < 0 && one > 0) // What is carved out of a limit takes nothing more of it.
            {
                long amount = state.AmountAt(now);
                calls = Math.Min(calls, rules.CallsOf(amount - state.TakenAt(now), amount, one, instances));
            }
        }

        return calls;
    }

    // A window, a raise or a grant of the path that ends takes the lease with it.
    private static long HoldsUntil(GrantNode grant, long now)
    {
        long until = long.MaxValue;
        foreach (GrantNode node in grant.Path)
        {
            until = Math.Min(until, node.Grant.ExpiresAt?.ToUnixTimeMilliseconds() ?? long.MaxValue);
        }

        foreach (LimitSlot slot in grant.Slots)
        {
            until = Math.Min(until, slot.State.EndAt(now));
            foreach (Overlay overlay in slot.State.Overlays)
            {
                until = overlay.HoldsAt(now) ? Math.Min(until, overlay.UntilMs) : until;
            }
        }

        return until;
    }

    private LeaseLeaf LeafOf(GrantNode grant, long at) => _desk!.Of(grant.Grant.Id, at, PeriodOfCalls);

    private long PeriodOfCalls => (long)(_desk!.Rules.Renewal.TotalSeconds * _time.TimestampFrequency);

    private long CallsToLease => Math.Max(1, (long)(_desk!.Rules.CallsPerSecond * _desk.Rules.Renewal.TotalSeconds));

    private readonly record struct Asked(Held Held, LeaseLot? Lot, bool IsRecalled);
}
