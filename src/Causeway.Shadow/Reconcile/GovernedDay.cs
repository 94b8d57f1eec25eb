namespace Causeway.Shadow.Reconcile;

/// <summary>What Causeway booked on one day for one provider and team.</summary>
/// <param name="Day">The day, UTC.</param>
/// <param name="Provider">The provider's name in the configuration; empty: none was chosen.</param>
/// <param name="Team">The team.</param>
/// <param name="Requests">Requests.</param>
/// <param name="EstimatedRequests">Those whose tokens the provider did not report in full.</param>
/// <param name="Tokens">Tokens in both directions, cached ones included.</param>
/// <param name="CostNanoUsd">What it cost.</param>
public readonly record struct GovernedDay(DateOnly Day, string Provider, string Team, long Requests, long EstimatedRequests, long Tokens, long CostNanoUsd);
