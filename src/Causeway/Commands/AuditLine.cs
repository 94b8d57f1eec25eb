using System.Globalization;
using Causeway.Admin;
using Causeway.Admin.Audit;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Commands;

/// <summary>An entry of the audit as people read it.</summary>
internal static class AuditLine
{
    public static readonly IReadOnlyList<Column> Columns =
    [
        new("TIME (UTC)"), new("KIND", ColumnKind.Name), new("WHO"), new("WHAT"), new("GRANT"), new("DECIDED BY"), new("LIMIT"), new("CODE"), new("HELD"), new("BOOKED"),
    ];

    // Of a stream nobody knows how wide its columns will be: ids have their length, the rest is what mostly fits.
    private static readonly int[] s_widths = [19, 15, 36, 24, 38, 38, 16, 20, 20, 20];

    public static IReadOnlyList<string> Cells(AuditEntry entry) =>
    [
        entry.At.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
        entry.Kind,
        entry.Key ?? entry.Actor ?? "",
        What(entry),
        entry.Grant ?? "",
        entry.DecidedBy ?? "",
        entry.Limit ?? "",
        entry.Code ?? "",
        Amount(entry.Held),
        Amount(entry.Booked),
    ];

    /// <summary>A line of a stream.</summary>
    public static string Of(AuditEntry entry) => Printable.Of(string.Join("  ", Cells(entry).Select((cell, i) => cell.PadRight(s_widths[i]))).TrimEnd());

    private static string What(AuditEntry entry) =>
        entry is { Code: GrantSetting.Code, Detail: { } detail } ? string.Join("; ", GrantSetting.Of(new LedgerEvent(LedgerEventKind.GrantChanged, 0) { Detail = detail }).Differences()) :
        entry.Model is { } model ? entry.Provider is { } provider && !model.StartsWith(provider + "/", StringComparison.Ordinal) ? $"{provider}/{model}" : model
        : entry.Reason ?? "";

    // $0.0123 1.2k/300: money, tokens in and out.
    private static string Amount(AuditAmounts? amounts) =>
        amounts is null ? "" : $"{Figures.Bound(amounts.Usd)} {Figures.Tokens(amounts.TokensIn)}/{Figures.Tokens(amounts.TokensOut)}";
}
