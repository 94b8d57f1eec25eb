using Causeway.Admin.Export;
using Causeway.Budgets.Export;
using Microsoft.AspNetCore.Http;

namespace Causeway.Admin.Spend;

/// <summary>A report's rows as Apache Parquet: what <see cref="SpendCsv"/> has, with the cost as an exact decimal.</summary>
internal sealed class SpendParquet(SpendReport report) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        HttpResponse response = httpContext.Response;
        response.ContentType = FocusFile.ParquetType;
        response.Headers.ContentDisposition = "attachment; filename=\"causeway-spend.parquet\"";
        var file = new ParquetFile<SpendLine>(response.Body, "spend", [.. Columns()]);
        foreach (SpendLine row in report.Rows)
        {
            await file.AddAsync(row, httpContext.RequestAborted);
        }

        await file.EndAsync(httpContext.RequestAborted);
    }

    private IEnumerable<ExportColumn<SpendLine>> Columns()
    {
        foreach (string group in report.By)
        {
            yield return new TextColumn<SpendLine>(group, row => row.Others is null ? row.Group(group) : null);
        }

        yield return Count("requests", row => row.Requests);
        yield return Count("failures", row => row.Failures);
        yield return Count("unpriced_requests", row => row.UnpricedRequests);
        yield return Count("estimated_requests", row => row.EstimatedRequests);
        yield return Count("input_tokens", row => row.InputTokens);
        yield return Count("cache_read_tokens", row => row.CacheReadTokens);
        yield return Count("cache_write_tokens", row => row.CacheWriteTokens);
        yield return Count("output_tokens", row => row.OutputTokens);
        yield return Count("reasoning_tokens", row => row.ReasoningTokens);
        yield return Usd("cost_usd", row => row.CostNanoUsd);
        yield return new TextColumn<SpendLine>("priced", row => row.Priced switch { Priced.All => "all", Priced.Partly => "partly", _ => "none" });
        if (report.Previous is not null)
        {
            yield return Usd("previous_usd", row => row.PreviousNanoUsd);
            yield return Count("previous_requests", row => row.PreviousRequests);
        }
    }

    private static NumberColumn<SpendLine> Count(string name, Func<SpendLine, long?> value) => new(name, 0, 0, row => value(row) is { } count ? new Exact(count, 0) : null);

    private static NumberColumn<SpendLine> Usd(string name, Func<SpendLine, long?> value) => new(name, 9, 9, row => value(row) is { } nano ? Exact.Usd(nano) : null);
}
