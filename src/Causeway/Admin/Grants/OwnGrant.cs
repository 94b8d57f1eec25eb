using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Grants;

/// <summary>The grant that a key draws on, as whoever holds the key is shown it.</summary>
internal static class OwnGrant
{
    /// <summary>The grant: the key's, or the default one of its team.</summary>
    public static async ValueTask<GrantNode> OfAsync(Key key, BudgetLedger ledger) =>
        (key.Grant is { } id ? ledger.Find(id) : null) ?? await ledger.DefaultForAsync(key.Attribution.Team);

    /// <summary>Alone: what stands above it, and how far, is not the holder's to know.</summary>
    public static GrantView Show(GrantNode node, BudgetLedger ledger, DateTimeOffset now) => GrantView.Of(node, ledger, now) with { Parent = null, Depth = 0 };
}
