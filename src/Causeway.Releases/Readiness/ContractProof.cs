namespace Causeway.Releases.Readiness;

/// <summary>Whether measurements show that the pins of a way back hold its contract.</summary>
/// <param name="IsRequired">The channel passes over pins of which they do not; otherwise it only says so.</param>
/// <param name="Unproven">Those pins, each with the first thing that is missing.</param>
/// <param name="Until">When the last pin of which they do is measured too long ago, UTC; null: none is, or nothing of it is left to a provider.</param>
public sealed record ContractProof(bool IsRequired, IReadOnlyList<string> Unproven, DateTimeOffset? Until);
