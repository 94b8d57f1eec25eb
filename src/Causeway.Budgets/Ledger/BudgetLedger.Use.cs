using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <content>What is asked about grants by people: when they were used, how much of them, and what is left above.</content>
public sealed partial class BudgetLedger
{
    /// <summary>Whether a grant, or one above it, rests or does not hold now, so that nothing could be reserved; null: none does.</summary>
    public LedgerDenial? Rests(GrantNode grant)
    {
        lock (_gate)
        {
            return LedgerDecision.StatusDenial(grant, Advance());
        }
    }

    /// <summary>When a grant or anything below it was last used.</summary>
    public LastUse LastUseOf(GrantNode grant)
    {
        lock (_gate)
        {
            (long allowed, long denied) = (0, 0);
            Stack<GrantNode> below = new([grant]);
            while (below.TryPop(out GrantNode? node))
            {
                (allowed, denied) = (Math.Max(allowed, node.LastAllowedMs), Math.Max(denied, node.LastDeniedMs));
                foreach (GrantNode child in node.ChildList)
                {
                    below.Push(child);
                }
            }

            return new LastUse(Moment(allowed), Moment(denied));
        }
    }

    /// <summary>Whether a limit is raised now by what has an origin that begins so.</summary>
    public bool HasRaise(GrantNode grant, int limit, string origin)
    {
        lock (_gate)
        {
            long now = Advance();
            return grant.States[limit].Overlays.Any(overlay => overlay.Origin.StartsWith(origin, StringComparison.Ordinal) && overlay.UntilMs > now);
        }
    }

    /// <summary>When each of a grant's limits last refused a request, in their order; null: never.</summary>
    public IReadOnlyList<DateTimeOffset?> LastDenials(GrantNode grant)
    {
        lock (_gate)
        {
            return [.. grant.States.Select(state => Moment(state.LastDeniedMs))];
        }
    }

    /// <summary>What was used of a grant's limits in the windows that are kept: by limit, oldest window first. Windows in which nothing was used are not among them.</summary>
    public IReadOnlyList<WindowUse> History(GrantNode grant)
    {
        lock (_gate)
        {
            long now = Advance();
            List<WindowUse> history = [];
            foreach (LimitState state in grant.States)
            {
                if (state.Limit.Window.Kind == WindowKind.Rolling)
                {
                    history.Add(new WindowUse(state.Number, state.Limit, Moment(now)!.Value - state.Limit.Window.Length, state.TakenAt(now) - state.ReservedAt(now), IsOver: false));
                    continue;
                }

                history.AddRange(state.Balances.Where(balance => !balance.IsUnused).Select(balance => new WindowUse(
                    state.Number,
                    state.Limit,
                    DateTimeOffset.FromUnixTimeMilliseconds(balance.Start),
                    balance.Committed + balance.InDoubt,
                    state.Limit.Window.EndOf(balance.Start) <= now)));
            }

            return history;
        }
    }

    /// <summary>The other limits of the path that count the same and have less left than a raise would add: with them the raise helps only so far.</summary>
    /// <param name="grant">The grant that is raised.</param>
    /// <param name="number">The limit's place among its limits.</param>
    /// <param name="amount">By how much.</param>
    public IReadOnlyList<BindingLimit> BindingBeside(GrantNode grant, int number, long amount)
    {
        lock (_gate)
        {
            return Binding(grant.Slots.Select(slot => slot.State).Where(state => state != grant.States[number]), grant.States[number].Limit.Meter, amount, Advance());
        }
    }

    /// <summary>What is left on the nearest money limit of the path, nano-USD; null: none limits money.</summary>
    public long? LeftUsd(GrantNode grant)
    {
        lock (_gate)
        {
            return LeftUsd(grant, Advance());
        }
    }

    private static long? LeftUsd(GrantNode grant, long now)
    {
        foreach (LimitSlot slot in grant.Slots)
        {
            if (slot.State.Limit is { Meter: Meter.Usd, IsPace: false })
            {
                return Math.Max(0, slot.State.AmountAt(now) - slot.State.TakenAt(now));
            }
        }

        return null;
    }

    private static IReadOnlyList<BindingLimit> Binding(IEnumerable<LimitState> states, Meter meter, long amount, long now) =>
    [
        .. from state in states
           where state.Limit.Meter == meter && !state.Limit.IsPace
           let left = Math.Max(0, state.AmountAt(now) - state.TakenAt(now))
           where left < amount
           select new BindingLimit(state.Grant.Grant.Id, state.Limit, left),
    ];

    private void Remember(LedgerEvent denial)
    {
        if (denial.Grant is { } leaf && Find(leaf) is { } asked)
        {
            asked.LastDeniedMs = Math.Max(asked.LastDeniedMs, denial.AtMs);
            if (!IsOfKey(denial.Code))
            {
                Ask(asked, denial.AtMs);
            }
        }

        if (denial is { DecidedBy: { } decider, Limit: { } words } && Find(decider)?.States.FirstOrDefault(state => state.Text == words) is { } limit)
        {
            limit.LastDeniedMs = Math.Max(limit.LastDeniedMs, denial.AtMs);
        }
    }

    // A key that is no good asks for nothing: whoever found one could claim a share of what is shared fairly with it.
    private static bool IsOfKey(string? code) => code is "key_revoked" or "key_expired" or "scope_address" || code?.StartsWith("token_", StringComparison.Ordinal) == true;

    private void Recall(GrantUse use)
    {
        if (Find(use.Grant) is not { } node)
        {
            return;
        }

        if (use.Limit.Length == 0)
        {
            (node.LastAllowedMs, node.LastDeniedMs) = (use.LastAllowedMs, use.LastDeniedMs);
        }
        else if (node.States.FirstOrDefault(state => state.Text == use.Limit) is { } limit)
        {
            limit.LastDeniedMs = use.LastDeniedMs;
        }
    }

    private static DateTimeOffset? Moment(long ms) => ms == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(ms);
}
