using System.Globalization;
using System.Text;
using Causeway.Shadow.Reconcile;

namespace Causeway.Admin.Shadow;

/// <summary>The accounts of a report for a spreadsheet.</summary>
internal static class ShadowCsv
{
    public static string Of(ShadowReport report)
    {
        var csv = new StringBuilder().AppendRow(["vendor", "account", "project", "key", "class", "team", "provider", "cost_usd", "requests", "tokens", "first", "last", "regions"]);
        foreach (AccountUse use in report.Accounts)
        {
            csv.AppendRow(
            [
                use.Vendor, use.Account, use.Project, use.Key, use.Class.ToString().ToLowerInvariant(), use.Team ?? "", use.Provider ?? "",
                ShadowReportView.Usd(use.CostNanoUsd) ?? "", Number(use.Requests), Number(use.Tokens), Days.Text(use.First), Days.Text(use.Last), string.Join(' ', use.Regions),
            ]);
        }

        return csv.ToString();
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
