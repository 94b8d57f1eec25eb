using System.Globalization;
using System.Text;

namespace Causeway.Admin.Spend;

/// <summary>A report as a table for spreadsheets: the rows, without the total.</summary>
internal static class SpendCsv
{
    private static readonly string[] s_figures =
    [
        "requests", "failures", "unpriced_requests", "estimated_requests",
        "input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens",
        "cost_usd", "priced",
    ];

    public static string Write(SpendReport report)
    {
        bool compares = report.Previous is not null;
        StringBuilder csv = new StringBuilder().AppendRow([.. report.By, .. s_figures, .. compares ? ["previous_usd", "previous_requests"] : Array.Empty<string>()]);
        foreach (SpendLine row in report.Rows)
        {
            csv.AppendRow(
            [
                .. report.By.Select(group => row.Others is { } count ? $"({count} others)" : row.Group(group)),
                Number(row.Requests),
                Number(row.Failures),
                Number(row.UnpricedRequests),
                Number(row.EstimatedRequests),
                Number(row.InputTokens),
                Number(row.CacheReadTokens),
                Number(row.CacheWriteTokens),
                Number(row.OutputTokens),
                Number(row.ReasoningTokens),
                row.CostUsd ?? "",
                row.Priced switch { Priced.All => "all", Priced.Partly => "partly", _ => "none" },
                .. compares ? [row.PreviousNanoUsd is { } nano ? Money.Usd(nano) : "", row.PreviousRequests is { } requests ? Number(requests) : ""] : Array.Empty<string>(),
            ]);
        }

        return csv.ToString();
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
