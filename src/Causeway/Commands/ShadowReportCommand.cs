using System.CommandLine;
using Causeway.Admin.Shadow;
using Causeway.Shadow.Reconcile;

namespace Causeway.Commands;

/// <summary><c>causeway shadow report</c></summary>
internal sealed class ShadowReportCommand : ClientVerb<ShadowReportView>
{
    private const int Shown = 30;
    private static readonly Column[] s_adoption = [new("", ColumnKind.Name), new("GOVERNED", ColumnKind.Number), new("SHADOW", ColumnKind.Number), new("ADOPTION", ColumnKind.Number), new("", ColumnKind.Bar)];
    private static readonly Column[] s_accounts =
        [new("VENDOR", ColumnKind.Name), new("ACCOUNT"), new("PROJECT", ColumnKind.Name), new("KEY"), new("WHOSE"), new("COST", ColumnKind.Number), new("TOKENS", ColumnKind.Number), new("LAST")];

    private static readonly Column[] s_days =
        [new("PROVIDER", ColumnKind.Name), new("DAY"), new("VENDOR TOKENS", ColumnKind.Number), new("BOOKED", ColumnKind.Number), new("VENDOR COST", ColumnKind.Number), new("BOOKED", ColumnKind.Number), new("CLASS")];

    private static readonly Column[] s_regions = [new("VENDOR", ColumnKind.Name), new("REGION", ColumnKind.Name), new("COST", ColumnKind.Number), new(""), new("AGREEMENT")];
    private static readonly Column[] s_hosts = [new("HOST", ColumnKind.Name), new("VENDOR"), new("CALLS", ColumnKind.Number), new("CLIENTS", ColumnKind.Number), new("LAST")];
    private static readonly Column[] s_first = [new("TEAM", ColumnKind.Name), new("NEW KEYS", ColumnKind.Number), new("USED", ColumnKind.Number), new("HOURS TO FIRST CALL", ColumnKind.Number)];
    private readonly Option<string?> _since = new("--since") { HelpName = "WHEN", Description = "The first day: 30d or 2026-11-01. Default: 30d" };
    private readonly Option<string?> _until = new("--until") { HelpName = "WHEN", Description = "The day after the last. Default: after today" };
    private readonly Option<bool> _csv = new("--csv") { Description = "Print the accounts for a spreadsheet." };

    public ShadowReportCommand(Surroundings surroundings)
        : base("report", "What vendors bill beside what was booked: own, claimed, nobody's; regions, hosts, adoption.", surroundings)
    {
        Validators.Add(result =>
        {
            if (result.GetResult(_csv) is not null && result.GetResult(Json) is not null)
            {
                result.AddError("--json and --csv exclude each other.");
            }
        });
        Takes([_since, _until, _csv], "causeway shadow report", "causeway shadow report --since 2026-10-01 --until 2026-11-01", "causeway shadow report --since 90d --csv > shadow.csv");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        "/shadow/report", ("since", parsed.GetValue(_since)), ("until", parsed.GetValue(_until)), ("format", parsed.GetValue(_csv) ? "csv" : null));

    protected override bool WantsRaw(ParseResult parsed) => base.WantsRaw(parsed) || parsed.GetValue(_csv);

    protected override void Show(ShadowReportView answer, Connection connection, Screen screen)
    {
        screen.Remark($"{answer.Since} to {answer.Until}, whole days, UTC");
        screen.Line();
        if (answer.Total is { } total)
        {
            screen.Table(s_adoption, answer.Adoption.Select(Row), Row(total with { Name = "ALL" }));
            Part(screen, "By team", s_adoption, answer.Teams.Select(Row));
        }

        Part(screen, "Accounts", s_accounts, answer.Accounts.Take(Shown).Select(use => (string[])
        [
            use.Vendor, Named(use.Account), Named(use.Project), Named(use.Key), use.Class switch { UseClass.Own => $"own ({use.Provider})", UseClass.Claimed => use.Team!, _ => "nobody's" }, Usd(use.CostUsd), Figures.Tokens(use.Tokens), use.Last,
        ]));
        if (answer.AccountCount > Shown)
        {
            screen.Remark($"{Figures.Count(answer.AccountCount - Shown)} more: --json, --csv");
        }

        Part(screen, "Own providers, days that differ", s_days, answer.Reconciled.Where(day => day.Class != DifferenceClass.Match).Take(Shown).Select(day => (string[])
        [
            day.Provider, day.Day, day.VendorTokens is { } tokens ? Figures.Tokens(tokens) : "", Figures.Tokens(day.BookedTokens), Usd(day.VendorUsd), Usd(day.BookedUsd), ScanFinding.Word(day.Class),
        ]));
        if (answer.Reconciled.Count > 0)
        {
            screen.Remark(
                $"{Figures.Count(answer.Reconciled.Count(day => day.Class == DifferenceClass.Match))} of {Figures.Count(answer.Reconciled.Count)} days match, within {answer.Tolerances.TokensPerMille / 10.0:0.#} % of tokens and {answer.Tolerances.CostPerMille / 10.0:0.#} % of cost.");
        }

        Part(screen, "Regions", s_regions, answer.Regions.Select(region => (string[])[region.Vendor, region.Region, Usd(region.CostUsd), region.Provider is { } provider ? $"own ({provider})" : "shadow", Covered(region)]));
        Part(screen, "Hosts in logs", s_hosts, answer.Hosts.Take(Shown).Select(host => (string[])[host.Host, host.Vendor, Figures.Count(host.Requests), Figures.Count(host.Clients), host.Last]));
        Part(screen, "New keys", s_first, answer.FirstCalls.Select(team => (string[])[team.Team, Figures.Count(team.Keys), Figures.Count(team.Used), team.MedianHours?.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture) ?? ""]));
        if (answer.Accounts.Count == 0)
        {
            screen.Line();
            screen.Remark("No vendor's export was imported for these days: causeway shadow import FILE");
        }

        foreach (BilledView other in answer.OtherCurrencies)
        {
            screen.Remark($"{other.Amount.TrimEnd('0').TrimEnd('.')} {other.Currency} more is in no share: amounts are compared in USD.");
        }
    }

    private static void Part(Screen screen, string title, Column[] columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] all = [.. rows];
        if (all.Length > 0)
        {
            screen.Line();
            screen.Accent(title);
            screen.Table(columns, all);
        }
    }

    private static IReadOnlyList<string> Row(AdoptionView share) =>
        [share.Name, Usd(share.GovernedUsd), Usd(share.ShadowUsd), share.Share is { } part ? Figures.Share(part) : "", share.Share is { } length ? Screen.Bar(length) : ""];

    private static string Covered(RegionView region) => region.Agreed switch
    {
        true => "covered",
        false when region.FirstOutside is { } day => $"outside on {Figures.Count(region.OutsideDays)} {(region.OutsideDays == 1 ? "day" : "days")}, first {day}",
        false => "none",
        null => "none stated",
    };

    private static string Named(string text) => text.Length == 0 ? "(none)" : text;

    private static string Usd(string? usd) => usd is null ? "" : decimal.Parse(usd, System.Globalization.CultureInfo.InvariantCulture).ToString("$#,0.00", System.Globalization.CultureInfo.InvariantCulture);
}
