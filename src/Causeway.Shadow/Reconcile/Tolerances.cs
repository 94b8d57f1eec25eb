namespace Causeway.Shadow.Reconcile;

/// <summary>How far a vendor's figures may be from what was booked before a day counts as different.</summary>
/// <param name="TokensPerMille">Of the tokens of a day.</param>
/// <param name="LeastTokens">Tokens that never matter.</param>
/// <param name="CostPerMille">Of the cost of a day.</param>
/// <param name="LeastNanoUsd">Nano-USD that never matter.</param>
/// <param name="LateDays">Vendors go on adding to the last days: a day younger than this may still change.</param>
public sealed record Tolerances(int TokensPerMille = 5, long LeastTokens = 1_000, int CostPerMille = 10, long LeastNanoUsd = 10_000_000, int LateDays = 3)
{
    /// <summary>Whether two counts are the same within this.</summary>
    public bool SameTokens(long one, long other) => Math.Abs(one - other) <= Math.Max(LeastTokens, Share(Math.Max(one, other), TokensPerMille));

    /// <summary>Whether two costs are the same within this.</summary>
    public bool SameCost(long one, long other) => Math.Abs(one - other) <= Math.Max(LeastNanoUsd, Share(Math.Max(one, other), CostPerMille));

    private static long Share(long whole, int perMille) => (long)((Int128)whole * perMille / 1000);
}

/// <summary>Why a vendor's figures of a day are not those that were booked.</summary>
public enum DifferenceClass
{
    /// <summary>They are, within the tolerances.</summary>
    Match,

    /// <summary>The day is so young that the vendor may still add to it, or has not told it yet.</summary>
    LateUsage,

    /// <summary>Tokens were estimated here, since the provider did not report them in full.</summary>
    Estimated,

    /// <summary>The tokens are the same, the cost is not.</summary>
    PriceChange,

    /// <summary>The vendor counts more than was booked: somebody else uses the credential.</summary>
    NotThroughCauseway,

    /// <summary>The vendor counts less than was booked: the export does not hold all of it.</summary>
    MissingAtVendor,

    /// <summary>Only costs are there to compare, and they differ: an export of usage would tell why.</summary>
    NoUsage,
}

/// <summary>A day of one of Causeway's providers, as the vendor tells it and as it was booked.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Day">The day, UTC.</param>
/// <param name="VendorTokens">Null: there is no export of usage for it.</param>
/// <param name="BookedTokens">What was booked.</param>
/// <param name="VendorNanoUsd">Null: there is no export of cost in USD for it.</param>
/// <param name="BookedNanoUsd">What was booked.</param>
/// <param name="Class">Why they differ.</param>
public sealed record ReconciledDay(string Provider, DateOnly Day, long? VendorTokens, long BookedTokens, long? VendorNanoUsd, long BookedNanoUsd, DifferenceClass Class);
