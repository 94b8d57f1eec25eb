using System.Collections.Immutable;
using System.Text;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <content>A living grant is set to other limits, another scope or another end; what was counted stays counted.</content>
public sealed partial class BudgetLedger
{
    /// <summary>
    /// Changes what a grant says. A limit of the same meter and window keeps its balances; one that is new counts the requests that are reserved from then on; one that is
    /// left out limits no longer. Holds from the next decision on, for all below it too.
    /// </summary>
    /// <param name="id">Which.</param>
    /// <param name="change">The grant as it is to be, from the one that it is: limits, scope, times and modes. A pure function; it may be called more than once.</param>
    /// <param name="version">Only if it is of this version; null: whatever it is.</param>
    /// <param name="actor">Who says so.</param>
    /// <param name="reason">Why.</param>
    /// <param name="durable">Completes when it is kept.</param>
    /// <returns>What stands against it; empty: it is set, or there was nothing to change.</returns>
    public IReadOnlyList<DelegationFault> Set(GrantId id, Func<Grant, Grant> change, int? version, string actor, string reason, out Task durable)
    {
        durable = Task.CompletedTask;
        lock (_gate)
        {
            long now = Advance();
            if (!_nodes.TryGetValue(id, out GrantNode? node))
            {
                return [new DelegationFault("grant_unknown", $"there is no grant {id}")];
            }

            Grant before = node.Grant;
            if (version is { } read && read != before.Version)
            {
                return [new DelegationFault("version_stale", $"{id} is of version {before.Version} by now, not {read}")];
            }

            if (before.Status == GrantStatus.Revoked || node.HasEnded)
            {
                return [new DelegationFault("grant_revoked", $"{id} is {(before.Status == GrantStatus.Revoked ? "revoked" : "over")} and stays so")];
            }

            Grant after = change(before);
            after = after with { Limits = Numbered(before.Limits, after.Limits, now + 1) };
            if (new GrantSetting(before, after) is var setting && !setting.Differences().Any())
            {
                return [];
            }

            after = after with { Version = before.Version + 1, Reason = reason };
            string detail = new GrantSetting(before, after).ToDetail();
            DelegationFault[] faults = [.. FaultsOf(node, after, now), .. TooLong(id, detail)];
            if (faults.Length > 0)
            {
                return faults;
            }

            if (after.Limits.Any(limit => limit.SinceMs > now))
            {
                _nowMs = now + 1; // What comes from here on is reserved later than all before it, so that it is known which of the two a new limit counts.
            }

            Reshape(node, after);
            durable = _journal.Append(
                new JournalEntry(new LedgerEvent(LedgerEventKind.GrantChanged, _nowMs) { Grant = id, Code = GrantSetting.Code, Actor = actor, Reason = reason, Detail = detail }) { Grant = after },
                isAwaited: true);
            return [];
        }
    }

    // Those that stay keep their order; where they were, and since when they count, is theirs.
    private static ImmutableArray<Limit> Numbered(ImmutableArray<Limit> before, ImmutableArray<Limit> after, long sinceMs) =>
    [
        .. from old in before
           let same = after.FirstOrDefault(old.IsSameWindow)
           where same is not null
           select same with { SinceMs = old.SinceMs },
        .. from one in after
           where !before.Any(one.IsSameWindow)
           select one with { SinceMs = sinceMs },
    ];

    private static List<DelegationFault> FaultsOf(GrantNode node, Grant after, long now)
    {
        Grant before = node.Grant;
        bool isCounted = before.Limits.SequenceEqual(after.Limits);
        if (before.Kind == GrantKind.Account || (before.Kind == GrantKind.BreakGlass && !isCounted))
        {
            return [new DelegationFault("grant_limits", before.Kind == GrantKind.Account ? $"{before.Id} is the account of a key; what it may do is in the key" : $"{before.Id} is sealed: revoke it, and seal another amount")];
        }

        List<DelegationFault> faults = [.. Delegation.Faults(after.Limits)];
        if (after.ExpiresAt?.ToUnixTimeMilliseconds() <= now)
        {
            faults.Add(new DelegationFault("grant_expired", "it would be over at once; revoke it instead"));
        }

        if (node.Parent is { } parent)
        {
            // What stood against it before, since the grant above was narrowed, may stay: each change is measured by itself.
            faults.AddRange(Delegation.Wider(after, parent).Except(Delegation.Wider(before, parent)));
        }

        foreach (LimitState state in node.States)
        {
            Limit? next = after.Limits.FirstOrDefault(state.Limit.IsSameWindow);
            if (state.IsRaisedAfter(now) && (next is null || after.Limits.IndexOf(next) != state.Number))
            {
                faults.Add(new DelegationFault("grant_limits", $"{state.Limit} is raised for a time, so that no limit up to it can be taken away before the raise is over"));
            }

            if (state.Carved > (next?.Amount ?? 0))
            {
                faults.Add(new DelegationFault("delegation_exceeds", $"{Limit.Write(state.Limit.Meter, state.Carved)} of {state.Limit} is carved out for grants below it, and cannot be taken from them"));
            }
        }

        if (faults.Count == 0 && before.IsCarved)
        {
            faults.AddRange(ShortOfCarve(node, after, now));
        }

        return faults;
    }

    // What a carve grows by comes out of the grant above, which must have it (I1, I2).
    private static IEnumerable<DelegationFault> ShortOfCarve(GrantNode node, Grant after, long now)
    {
        foreach (Limit limit in after.Limits.Where(limit => !limit.IsPace))
        {
            LimitState above = node.Parent!.States.First(state => state.Limit == Delegation.CarvedFrom(limit, node.Parent.Grant));
            LimitState? own = node.States.FirstOrDefault(state => state.Limit.IsSameWindow(limit));
            long used = own?.Find(now)?.Used ?? 0;
            long grows = limit.Amount - (own?.Limit.Amount ?? 0);
            long moves = Math.Max(0, limit.Amount - used) - (own?.EscrowAt(now) ?? 0);
            long free = Math.Min(above.Limit.Amount - above.Carved, above.AmountAt(now) - above.TakenAt(now));
            if (grows > 0 && (grows > above.Limit.Amount - above.Carved || moves > above.AmountAt(now) - above.TakenAt(now)))
            {
                yield return new DelegationFault("delegation_exceeds", $"{limit} is {Limit.Write(limit.Meter, grows)} more, and of {above.Limit} above {Limit.Write(limit.Meter, Math.Max(0, free))} is free");
            }
        }
    }

    private static IEnumerable<DelegationFault> TooLong(GrantId id, string detail) => Encoding.UTF8.GetByteCount(detail) <= GrantSetting.MaxBytes
        ? []
        : [new DelegationFault("grant_limits", $"{id} with all its names before and after is more than the ledger holds in one entry; name fewer models or routes")];

    // The same for who decides, who follows and who replays: the balances of limits that stay are theirs, and open requests find theirs again.
    private void Reshape(GrantNode node, Grant after)
    {
        (Reservation Open, ImmutableArray<LimitSlot> Slots)[] open =
            [.. from one in _open.Values where one.Grant.Path.Contains(node) orderby one.Id select (one, one.Grant.Slots)];
        if (!node.HasEnded)
        {
            TakeEscrow(node, _nowMs, -1);
        }

        bool isCounted = node.Grant.Limits.SequenceEqual(after.Limits);
        bool hasEnd = node.Grant.ExpiresAt == after.ExpiresAt;
        node.Become(after);
        foreach (LimitState state in node.States)
        {
            state.Shares = after.IsFair ? state.Shares : null;
        }

        foreach ((Reservation one, ImmutableArray<LimitSlot> slots) in isCounted ? [] : open)
        {
            Rebind(one, slots);
        }

        if (!node.HasEnded)
        {
            TakeEscrow(node, _nowMs, 1);
            if (!hasEnd && after.ExpiresAt is { } end)
            {
                _ends.Enqueue(node, end.ToUnixTimeMilliseconds());
            }
        }
    }

    private static void Rebind(Reservation open, ImmutableArray<LimitSlot> before)
    {
        ImmutableArray<LimitSlot> slots = open.Grant.Slots;
        var balances = new Balance?[slots.Length];
        for (int i = 0; i < balances.Length; i++)
        {
            for (int old = 0; old < before.Length; old++)
            {
                if (before[old].State == slots[i].State)
                {
                    balances[i] = open.Balances[old];
                }
            }
        }

        open.Rebind(balances);
    }

    // The first change of each grant that there is among events.
    private static Dictionary<GrantId, GrantSetting> FirstSettings(IReadOnlyList<LedgerEvent> events)
    {
        Dictionary<GrantId, GrantSetting> first = [];
        foreach (LedgerEvent happened in events)
        {
            if (happened is { Kind: LedgerEventKind.GrantChanged, Code: GrantSetting.Code, Grant: { } id } && !first.ContainsKey(id))
            {
                first[id] = GrantSetting.Of(happened);
            }
        }

        return first;
    }
}
