using System.Collections.Immutable;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <content>Accounts of capability keys: a total of calls or money needs a place where it is counted.</content>
public sealed partial class BudgetLedger
{
    // What may still end late when an account is over: streams, and the clocks of other machines.
    private const long AccountGraceMs = 3_600_000;

    private readonly Queue<ImmutableArray<GrantId>> _forgotten = [];

    /// <summary>The account that a key's total is counted in, made with its first use. Many keys gain nothing: each account still debits the grant above.</summary>
    /// <param name="above">The grant, or the account of an earlier total of the same key.</param>
    /// <param name="id">Follows from the prefix of the key that states the total.</param>
    /// <param name="limits">The totals.</param>
    /// <param name="endsAt">When the key is over.</param>
    /// <param name="denial"><c>token_subaccounts_full</c>: the grant has as many as it may.</param>
    public GrantNode? AccountFor(GrantNode above, GrantId id, ImmutableArray<Limit> limits, DateTimeOffset endsAt, out LedgerDenial? denial)
    {
        denial = null;
        if (_nodes.TryGetValue(id, out GrantNode? known))
        {
            return known;
        }

        lock (_gate)
        {
            if (_nodes.TryGetValue(id, out known))
            {
                return known;
            }

            long now = Advance();
            if (above.LiveChildren >= MaxAccounts)
            {
                denial = new LedgerDenial("token_subaccounts_full", above.Grant.Id) { RetryAfter = TimeSpan.FromSeconds(60) };
                return null;
            }

            Grant grant = new()
            {
                Id = id,
                Parent = above.Grant.Id,
                Kind = GrantKind.Account,
                Holder = above.Grant.Holder,
                Limits = limits,
                ExpiresAt = endsAt,
                DepthLeft = 0,
                Enforcement = above.Enforcement,
                CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(now),
                CreatedBy = "causeway",
            };
            GrantNode made = new(grant, above);
            Add(made);
            _ = _journal.Append(
                new JournalEntry(new LedgerEvent(LedgerEventKind.GrantCreated, now) { Grant = id, DecidedBy = above.Grant.Id, Actor = grant.CreatedBy, Detail = GrantJson.Text(grant) }) { Grant = grant },
                isAwaited: false);
            return made;
        }
    }

    /// <summary>Whether an account is over for so long that nothing can come back to it: checkpoints leave it out from then on.</summary>
    internal static bool IsForgotten(GrantNode node, long nowMs)
    {
        if (node.Grant.Kind != GrantKind.Account || node.Grant.ExpiresAt?.ToUnixTimeMilliseconds() + AccountGraceMs > nowMs)
        {
            return false;
        }

        foreach (LimitState state in node.States)
        {
            foreach (Balance balance in state.Balances)
            {
                if (balance.Holders > 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    // Out of memory now; out of the store when no checkpoint that is kept can speak of them any more, which is two later.
    private ImmutableArray<GrantId> Forget(long nowMs)
    {
        ForgetLeases(nowMs);
        GrantNode[] over = [.. ById().Where(node => IsForgotten(node, nowMs))];
        foreach (GrantNode node in over)
        {
            _nodes.TryRemove(node.Grant.Id, out _);
            node.Parent?.ChildList.Remove(node);
        }

        if (over.Length > 0)
        {
            _byId = [];
        }

        _forgotten.Enqueue([.. over.Select(node => node.Grant.Id)]);
        return _forgotten.Count > 2 ? _forgotten.Dequeue() : [];
    }
}
