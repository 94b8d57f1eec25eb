using System.Collections.Immutable;
using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Ledger;

/// <content>The fold from the first event on, for those who want to see that the balances are what the events say.</content>
public sealed partial class BudgetLedger
{
    /// <summary>An empty ledger that decides nothing and writes nowhere, with the grants that are kept; accounts of keys come into being by their events.</summary>
    internal static BudgetLedger ForProof(IReadOnlyCollection<Grant> grants)
    {
        BudgetLedger ledger = new(new NoJournal(), new NoTime());
        var kept = grants.Where(grant => grant.Kind != GrantKind.Account).ToDictionary(grant => grant.Id);
        foreach (Grant grant in kept.Values)
        {
            ledger.Plant(grant, kept);
        }

        return ledger;
    }

    /// <summary>Folds the next event.</summary>
    /// <exception cref="FormatException">It cannot follow those before it.</exception>
    internal void Prove(LedgerEvent happened)
    {
        if (happened is { Kind: LedgerEventKind.GrantCreated, Detail: { } json } && GrantJson.Read(System.Text.Encoding.UTF8.GetBytes(json)) is { Kind: GrantKind.Account } account)
        {
            // One that is there was over, forgotten and made anew.
            _nodes.TryRemove(account.Id, out _);
            Plant(account, _nodes.Values.Select(node => node.Grant).Where(grant => grant.Id == account.Parent).ToDictionary(grant => grant.Id));
            _byId = [];
        }

        if (happened is { Kind: LedgerEventKind.GrantCreated, Grant: { } id, Detail: { } made } && Find(id) is { Grant.Kind: not GrantKind.Account } node)
        {
            // With the limits that it began with; what was changed since comes by its events.
            node.Become(node.Grant with { Limits = GrantJson.Read(System.Text.Encoding.UTF8.GetBytes(made)).Limits });
        }

        Fold(happened);
    }

    /// <summary>Whether a checkpoint holds what the events so far come to.</summary>
    internal bool IsProved(LedgerCheckpoint kept)
    {
        Prove(kept);
        return Mismatch is null;
    }

    /// <summary>Drops accounts that are over, so that a long ledger's need not all be held.</summary>
    internal void ForgetAccounts()
    {
        foreach (GrantNode over in ById().Where(node => IsForgotten(node, _nowMs)))
        {
            _nodes.TryRemove(over.Grant.Id, out _);
            over.Parent?.ChildList.Remove(over);
        }

        _byId = [];
    }

    /// <summary>Every balance and open reservation, in the bytes of a checkpoint.</summary>
    internal ImmutableArray<byte> StateBytes() => [.. LedgerState.Write(_nowMs, ById(), _open.Values, _doubtedLeases.Values)];

    private sealed class NoJournal : ILedgerJournal
    {
        public Task Append(JournalEntry entry, bool isAwaited) => throw new InvalidOperationException("A proof decides nothing.");
    }

    private sealed class NoTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
