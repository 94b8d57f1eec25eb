using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Flow;

/// <summary>Who asks: a key and the grant that it speaks for.</summary>
/// <param name="Key">The key.</param>
/// <param name="Grant">The grant with its place in the tree.</param>
internal sealed record Caller(Key Key, GrantNode Grant);
