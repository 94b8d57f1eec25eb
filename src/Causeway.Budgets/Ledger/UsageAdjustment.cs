using Causeway.Budgets.Pricing;

namespace Causeway.Budgets.Ledger;

/// <summary>By how much a later word on a request differs from its usage record. All of them may be negative.</summary>
/// <param name="Request">The request.</param>
/// <param name="Tokens">Tokens by kind.</param>
/// <param name="NanoUsd">Nano-USD.</param>
public sealed record UsageAdjustment(Guid Request, TokenCounts Tokens, long NanoUsd);
