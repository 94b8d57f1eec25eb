using Causeway.Budgets.Agreements;

namespace Causeway.Admin.Residency;

/// <summary>Counts of calls over a longer time: day by day, since one question has the time of one read.</summary>
internal static class ResidencyDays
{
    private static readonly TimeSpan s_step = TimeSpan.FromDays(1);

    /// <summary>The rows of each day, one after another; what they count is to be added up.</summary>
    public static async Task<List<ResidencyRow>> CountAsync(IResidencyStore store, DateTimeOffset since, DateTimeOffset until, CancellationToken cancellation)
    {
        List<ResidencyRow> all = [];
        for (DateTimeOffset day = since; day < until; day += s_step)
        {
            all.AddRange(await store.CountAsync(day, day + s_step < until ? day + s_step : until, cancellation));
        }

        return all;
    }
}
