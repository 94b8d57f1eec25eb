using System.Text;
using Causeway.Admin.Spend;
using Causeway.Budgets.Export;
using Causeway.Budgets.Ledger;
using Causeway.Gateway.Books;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Causeway.Admin.Export;

/// <summary><c>GET /export/focus</c>: a month's cost rows in the columns of FOCUS, whose sum is what was booked.</summary>
internal static class ExportFocus
{
    public const string Csv = "csv";
    public const string Parquet = "parquet";
    private static readonly QueryParameter s_month = new("month", $"Which month, UTC: {BillingMonth.Form}.");
    private static readonly QueryParameter s_format = new("format", "csv when left out.") { Allowed = [Csv, Parquet] };

    public static void Map(RouteGroupBuilder api) => api.MapGet("/export/focus", RunAsync)
        .WithName("export_focus").WithTags("export").WithSummary("Export a month's cost as FOCUS")
        .WithDescription("One row for each hour, grant, provider, model, kind of token and unit price; docs/focus.md describes the columns. The sum of BilledCost is what was booked, to the nano-USD.")
        .Asks(s_month, s_format)
        .Produces<string>(StatusCodes.Status200OK, "text/csv", FocusFile.ParquetType)
        .Refuses(AdminError.QueryInvalid);

    private static async Task<Results<FocusFile, Problem>> RunAsync(HttpContext http, IUsageStore usage, ILedgerStore events, BudgetLedger ledger, Journal journal, TimeProvider time)
    {
        if (!BillingMonth.TryParse(s_month.Text(http.Request.Query), out BillingMonth month))
        {
            return new Problem(AdminError.QueryInvalid, "Mend what \"errors\" names.", [new FieldProblem("month", $"is {BillingMonth.Form}")]);
        }

        await journal.CatchUpAsync(time, http.RequestAborted);
        return new FocusFile(new FocusSource(usage, events, ledger), month, s_format.Text(http.Request.Query) == Parquet);
    }
}

/// <summary>Writes the rows while they are read. A store that fails on the way breaks the answer off, so that half a file is not taken for a whole one.</summary>
internal sealed class FocusFile(FocusSource source, BillingMonth month, bool isParquet) : IResult
{
    public const string ParquetType = "application/vnd.apache.parquet";

    private const int ChunkCharacters = 64 * 1024;

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        CancellationToken cancellation = httpContext.RequestAborted;
        IAsyncEnumerable<FocusRow> rows = source.RowsAsync(month, cancellation);
        response.ContentType = isParquet ? ParquetType : "text/csv; charset=utf-8";
        response.Headers.ContentDisposition = $"attachment; filename=\"causeway-focus-{month}.{(isParquet ? ExportFocus.Parquet : ExportFocus.Csv)}\"";
        await (isParquet ? WriteParquetAsync(response, rows, cancellation) : WriteCsvAsync(response, rows, cancellation));
    }

    private static async Task WriteCsvAsync(HttpResponse response, IAsyncEnumerable<FocusRow> rows, CancellationToken cancellation)
    {
        var csv = new StringBuilder(FocusCsv.Head);
        await foreach (FocusRow row in rows)
        {
            FocusCsv.Append(csv, row);
            if (csv.Length >= ChunkCharacters)
            {
                await response.WriteAsync(csv.ToString(), cancellation);
                csv.Clear();
            }
        }

        await response.WriteAsync(csv.ToString(), cancellation);
    }

    private static async Task WriteParquetAsync(HttpResponse response, IAsyncEnumerable<FocusRow> rows, CancellationToken cancellation)
    {
        var parquet = new ParquetFile<FocusRow>(response.Body, "focus", FocusColumns.All);
        await foreach (FocusRow row in rows)
        {
            await parquet.AddAsync(row, cancellation);
        }

        await parquet.EndAsync(cancellation);
    }
}
