using Causeway.Budgets.Keys;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Flow;

/// <summary>Who asks: a key and the grant that it speaks for.</summary>
/// <param name="Key">The key.</param>
/// <param name="Grant">The grant with its place in the tree; of a key with a total of its own, its account.</param>
/// <param name="Restrictions">What a capability key is narrowed to; null: an opaque key, which is not.</param>
internal sealed record Caller(Key Key, GrantNode Grant, Restrictions? Restrictions = null);
