using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Flow;

/// <summary>Who asks: a key and the grant that it speaks for.</summary>
/// <param name="Key">The key.</param>
/// <param name="Grant">The grant with its place in the tree; of a key with a total of its own, its account.</param>
/// <param name="Token">What was verified of a capability key; null: an opaque key.</param>
internal sealed record Caller(Key Key, GrantNode Grant, VerifiedToken? Token = null)
{
    /// <summary>What a capability key is narrowed to; null: an opaque key, which is not.</summary>
    public Restrictions? Restrictions => Token?.Restrictions;
}
