using Causeway.Budgets.Agreements;
using Causeway.Shadow.Reconcile;

namespace Causeway.Admin.Shadow;

/// <summary>Whether agreements cover what a vendor says of a region.</summary>
/// <param name="IsAgreed">Null: there was never an agreement with the provider, and none is required.</param>
/// <param name="OutsideDays">Days that none covers.</param>
/// <param name="FirstOutside">The first of those.</param>
internal readonly record struct RegionCover(bool? IsAgreed, int OutsideDays, DateOnly? FirstOutside)
{
    /// <summary>Holds what a vendor says against the agreements.</summary>
    public static RegionCover Of(RegionUse use, AgreementRegister agreements, DateTimeOffset now)
    {
        // Whoever called without Causeway did so under no agreement that it knows: what can be told is whether one would cover the place.
        if (use.Provider is not { } provider)
        {
            return new RegionCover(agreements.All.Any(one => one.StateAt(now) == AgreementState.InForce && Covers(one, use.Region)), 0, null);
        }

        Agreement[] own = [.. agreements.Of(provider)];
        if (own.Length == 0 && !agreements.IsRequired)
        {
            return new RegionCover(null, 0, null);
        }

        DateOnly[] outside = [.. use.Days.Where(day => !own.Any(one => Covers(one, use.Region) && IsWithin(one, day)))];
        return new RegionCover(outside.Length == 0, outside.Length, outside.Length == 0 ? null : outside[0]);
    }

    private static bool Covers(Agreement one, string region) => one.Regions.Any(agreed => Geography.Covers(agreed, region));

    // Vendors count by the day: a day on which an agreement began or ended is covered.
    private static bool IsWithin(Agreement one, DateOnly day)
    {
        DateTimeOffset begin = new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
        return one.From < begin.AddDays(1) && one.End > begin;
    }
}
