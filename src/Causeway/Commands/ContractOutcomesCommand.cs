using System.CommandLine;
using Causeway.Admin.Contracts;

namespace Causeway.Commands;

/// <summary><c>causeway contract outcomes</c></summary>
internal sealed class ContractOutcomesCommand : ClientVerb<ContractOutcomes>
{
    private static readonly Column[] s_columns =
    [
        new("CONTRACT", ColumnKind.Name),
        new("DAY"),
        new("PIN", ColumnKind.Name),
        new("REQUESTS", ColumnKind.Number),
        new("NATIVE", ColumnKind.Number),
        new("ENFORCED", ColumnKind.Number),
        new("REPAIRED", ColumnKind.Number),
        new("FAILED", ColumnKind.Number),
        new("REPAIR COST", ColumnKind.Number),
        new("KEPT", ColumnKind.Number),
        new("", ColumnKind.Bar),
    ];

    private readonly Argument<string> _name = new("NAME") { Description = "The contract, or NAME@VERSION; \"inline\" is every schema that came with its request." };
    private readonly Option<string?> _since = new("--since") { HelpName = "WHEN", Description = "24h, 7d, 2026-11-23 or 2026-11-23T14:00:00Z. Default: 24h" };

    public ContractOutcomesCommand(Surroundings surroundings)
        : base("outcomes", "What became of a contract, by version, day and pin.", surroundings)
    {
        Add(_name);
        Takes([_since], "causeway contract outcomes invoice", "causeway contract outcomes invoice --since 7d", "causeway contract outcomes inline --json | jq .total.shares");
    }

    protected override AdminRequest Ask(ParseResult parsed) =>
        AdminRequest.Get($"/contracts/{Uri.EscapeDataString(parsed.GetRequiredValue(_name))}/outcomes", ("since", parsed.GetValue(_since)));

    protected override void Show(ContractOutcomes answer, Connection connection, Screen screen)
    {
        screen.Remark($"{Figures.Time(answer.Since)} to {Figures.Time(answer.Until)}");
        if (answer.Rows.Count == 0)
        {
            screen.Line(EmptySpan.Words("No answer had to follow it.", answer.Since, answer.Until, days: 30));
            return;
        }

        screen.Line();
        screen.Table(
            s_columns,
            answer.Rows.Select(row => Cells([row.Contract ?? "", row.Day ?? "", row.Pin ?? ""], row, Screen.Bar)),
            Cells(["TOTAL", "", ""], answer.Total, _ => ""));
        screen.Line();
        WriteRemarks(answer, screen);
    }

    private static IReadOnlyList<string> Cells(IEnumerable<string> names, ContractOutcomeLine line, Func<double, string> bar)
    {
        double kept = 1 - line.Shares.Failed;
        return
        [
            .. names,
            Figures.Count(line.Requests),
            Part(line.Native, line.Shares.Native),
            Part(line.Enforced, line.Shares.Enforced),
            Part(line.Repaired, line.Shares.Repaired),
            Part(line.Failed, line.Shares.Failed),
            line.Repairs == 0 ? "" : Figures.Cost(line.RepairCostNanoUsd),
            // Less than all is never shown as all.
            line.Failed > 0 && kept > 0.99 ? "99%" : Figures.Share(kept),
            bar(kept),
        ];
    }

    private static string Part(long count, double share) => count == 0 ? "" : $"{Figures.Count(count)} ({Figures.Share(share)})";

    private static void WriteRemarks(ContractOutcomes answer, Screen screen)
    {
        ContractOutcomeLine total = answer.Total;
        screen.Remark("Kept: the caller got an answer in the contract's shape, by the provider's own enforcement, by Causeway's, or after a repair.");
        if (total.Failed > 0)
        {
            (long Count, string Word)[] kinds = [(total.Violated, "violated"), (total.Blank, "blank"), (total.Refused, "refused"), (total.Truncated, "truncated")];
            screen.Remark($"Failed: {string.Join(", ", kinds.Where(kind => kind.Count > 0).Select(kind => $"{Figures.Count(kind.Count)} {kind.Word}"))}.");
        }

        if (answer.UnbookedRequests > 0)
        {
            screen.Remark($"{Figures.Count(answer.UnbookedRequests)} requests wait to be booked and are not in these figures.");
        }
    }
}
