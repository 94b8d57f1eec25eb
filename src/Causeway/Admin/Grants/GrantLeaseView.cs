using System.ComponentModel;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Grants;

/// <summary>What one instance holds of a grant, and of those below it, by leases.</summary>
internal sealed record GrantLeaseView(
    [property: Description("Its name in the ledger.")] string Instance,
    [property: Description("How many leases.")] int Leases,
    [property: Description("What may still be drawn from them, or is drawn and not told yet, of what the paths limit.")] long NanoUsd,
    long TokensIn,
    long TokensOut,
    [property: Description("Requests, where those are limited.")] int Requests,
    [property: Description("When the last of them ends.")] DateTimeOffset EndsAt)
{
    public static IReadOnlyList<GrantLeaseView> Of(IEnumerable<HeldLease> leases) =>
    [
        .. leases.GroupBy(lease => lease.Owner).OrderBy(of => of.Key.Value).Select(of =>
        {
            Amounts sum = of.Aggregate(default(Amounts), (before, lease) => before + lease.Held);
            return new GrantLeaseView(of.Key.ToString(), of.Count(), sum.NanoUsd, sum.TokensIn, sum.TokensOut, of.Sum(lease => lease.Requests), of.Max(lease => lease.EndsAt));
        }),
    ];
}
