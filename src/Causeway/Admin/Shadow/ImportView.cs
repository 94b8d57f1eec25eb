using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Shadow.Import;

namespace Causeway.Admin.Shadow;

/// <summary>What became of a file.</summary>
internal sealed record ImportView(
    [property: JsonConverter(typeof(SnakeCaseEnum<ImportResult>)), Description("applied: it took the place of what was there; unchanged: it was taken before and all of it stands; dry_run: it would be applied; rejected and empty: nothing was taken.")] ImportResult Result,
    [property: Description("What kind of export it is.")] string Format,
    [property: Description("Records in it.")] long Records,
    [property: Description("Those that are not of inference.")] long Other,
    [property: Description("Those that are wrong.")] long Rejected,
    [property: Description("The first hundred of those, with their lines.")] IReadOnlyList<RejectedView> RejectedRecords,
    [property: Description("Lines that it makes: records added up by day, account, project, key, user, model, region and item.")] int Lines,
    [property: Description("Days of accounts and projects that it speaks for.")] int Windows,
    [property: Description("The first day, UTC; null: it has none.")] string? First,
    [property: Description("The last day, UTC.")] string? Last,
    [property: Description("What it bills, by currency.")] IReadOnlyList<BilledView> Billed,
    [property: Description("Columns that were expected and are not there.")] IReadOnlyList<string> MissingColumns,
    [property: Description("Columns that nothing is made of.")] IReadOnlyList<string> UnknownColumns,
    [property: Description("The import's id, where it was applied.")] string? Import)
{
    public static ImportView Of(ImportOutcome outcome)
    {
        ImportFile file = outcome.File;
        return new ImportView(
            outcome.Result,
            file.Format.Name,
            file.Records,
            file.Other,
            file.RejectedCount,
            [.. file.Rejected.Select(one => new RejectedView(one.Line, one.Problem))],
            file.Lines.Count,
            outcome.Windows,
            file.Lines.Count == 0 ? null : Days.Text(file.Lines.Min(line => line.Key.Day)),
            file.Lines.Count == 0 ? null : Days.Text(file.Lines.Max(line => line.Key.Day)),
            [.. file.Lines.Where(line => line.Sum.CostNano is not null).GroupBy(line => line.Key.Currency).Select(group => new BilledView(group.Key, Days.Amount(group.Aggregate(Int128.Zero, (sum, line) => sum + line.Sum.CostNano!.Value))))],
            file.Missing,
            file.Unknown,
            outcome.Import is { } import ? $"imp_{import.Id:N}" : null);
    }
}

/// <summary>A record that is wrong.</summary>
internal sealed record RejectedView([property: Description("Its line, from 1; of Parquet its row.")] long Line, [property: Description("What is wrong.")] string Problem);

/// <summary>An amount.</summary>
internal sealed record BilledView([property: Description("ISO 4217.")] string Currency, [property: Description("In units of the currency.")] string Amount);

/// <summary>Imports, newest first.</summary>
internal sealed record ImportPage(IReadOnlyList<ImportedView> Imports);

/// <summary>A file that was taken.</summary>
internal sealed record ImportedView(string Id, DateTimeOffset At, string Actor, string Format, string File, string Account, long Records, int Lines, string First, string Last)
{
    public static ImportedView Of(ShadowImport import) => new(
        $"imp_{import.Id:N}", import.At, import.Actor, import.Format, import.File, import.Account, import.Records, import.Lines, Days.Text(import.First), Days.Text(import.Last));
}

/// <summary>Days and amounts as text.</summary>
internal static class Days
{
    private const int NanoDigits = 9;

    public static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Billionths as a decimal number with nine digits behind the point.</summary>
    public static string Amount(Int128 nano)
    {
        (Int128 whole, Int128 part) = Int128.DivRem(Int128.Abs(nano), 1_000_000_000);
        return $"{(nano < 0 ? "-" : "")}{whole}.{part.ToString("D" + NanoDigits, System.Globalization.CultureInfo.InvariantCulture)}";
    }
}
