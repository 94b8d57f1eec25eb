using System.Runtime.CompilerServices;
using Causeway.Budgets.Export;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Export;

/// <summary>A month's cost rows, read page by page: usage by the hour, then the adjustments that were made in the month.</summary>
internal sealed class FocusSource(IUsageStore usage, ILedgerStore events, BudgetLedger ledger)
{
    public async IAsyncEnumerable<FocusRow> RowsAsync(BillingMonth month, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var rows = new FocusRows(month, GrantOf);
        var range = new UsageRange(month.Start, month.End);
        while (true)
        {
            IReadOnlyList<UsageRecord> page = await usage.PageAsync(range, cancellation);
            foreach (FocusRow row in page.SelectMany(rows.Add))
            {
                yield return row;
            }

            if (page.Count < range.Limit)
            {
                break;
            }

            range = range with { After = page[^1].Request };
        }

        foreach (FocusRow row in rows.End())
        {
            yield return row;
        }

        await foreach (LedgerEvent adjusted in AdjustmentsAsync(month, cancellation))
        {
            yield return rows.Of(adjusted, adjusted.Request is { } request ? await usage.FindAsync(request, cancellation) : null);
        }
    }

    private async IAsyncEnumerable<LedgerEvent> AdjustmentsAsync(BillingMonth month, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var query = new LedgerQuery { Since = month.Start, Until = month.End, Kinds = new HashSet<LedgerEventKind> { LedgerEventKind.Adjusted } };
        while (true)
        {
            IReadOnlyList<LedgerEvent> page = await events.EventsAsync(query, cancellation);
            foreach (LedgerEvent one in page)
            {
                yield return one;
            }

            if (page.Count < query.Limit)
            {
                break;
            }

            query = query with { After = page[^1].Seq };
        }
    }

    private ExportedGrant? GrantOf(GrantId id) =>
        ledger.Find(id) is { } node ? new ExportedGrant(node.Grant.Holder, node.Scope.DataClassMax is { } rank ? DataClasses.Known[rank] : null) : null;
}
