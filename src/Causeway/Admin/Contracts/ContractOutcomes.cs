using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Contracts;

/// <summary>What became of a contract in a window.</summary>
internal sealed record ContractOutcomes(
    [property: Description("The contract that was asked for.")] string Contract,
    [property: Description("Where the window begins.")] DateTimeOffset Since,
    [property: Description("Where it ends: the moment of the answer.")] DateTimeOffset Until,
    [property: Description("Requests that are not booked yet and therefore in no row; 0 unless the store lags.")] long UnbookedRequests,
    [property: Description("By version, day and pin.")] IReadOnlyList<ContractOutcomeLine> Rows,
    [property: Description("The sum of the rows.")] ContractOutcomeLine Total)
{
    public static ContractOutcomes Of(string contract, DateTimeOffset since, DateTimeOffset until, long unbooked, IReadOnlyList<ContractOutcomeRow> rows) => new(
        contract,
        since,
        until,
        unbooked,
        [
            .. rows
                .GroupBy(row => (row.Contract, row.Day, row.Provider, row.Model))
                .Select(group => ContractOutcomeLine.Of([.. group]) with
                {
                    Contract = group.Key.Contract,
                    Day = group.Key.Day,
                    Pin = group.Key.Provider.Length == 0 ? group.Key.Model : $"{group.Key.Provider}/{group.Key.Model}",
                }),
        ],
        ContractOutcomeLine.Of(rows));
}

/// <summary>One version at one pin on one day, or the sum of all.</summary>
internal sealed record ContractOutcomeLine
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("NAME@VERSION, or inline; absent in the total.")]
    public string? Contract { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("2026-11-23, UTC; absent in the total.")]
    public string? Day { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("provider/model; absent in the total.")]
    public string? Pin { get; init; }

    [Description("Requests that a model answered.")]
    public required long Requests { get; init; }

    [Description("The provider enforced the whole contract.")]
    public required long Native { get; init; }

    [Description("Causeway enforced some of it, without asking again.")]
    public required long Enforced { get; init; }

    [Description("The model was asked again, and its answer then followed the contract.")]
    public required long Repaired { get; init; }

    [Description("No answer in the contract's shape: the sum of the four below.")]
    public required long Failed { get; init; }

    [Description("The answer broke the contract.")]
    public required long Violated { get; init; }

    [Description("The answer was empty or white space.")]
    public required long Blank { get; init; }

    [Description("The model said no.")]
    public required long Refused { get; init; }

    [Description("The answer broke off at its longest length.")]
    public required long Truncated { get; init; }

    [Description("Of the requests, from 0 to 1.")]
    public required ContractShares Shares { get; init; }

    [Description("Calls in which a model was asked to repair its answer.")]
    public required long Repairs { get; init; }

    [Description("What those calls cost; null: none of their models has a price.")]
    public required long? RepairCostNanoUsd { get; init; }

    [Description("The same in USD, exact.")]
    public required string? RepairCostUsd { get; init; }

    public static ContractOutcomeLine Of(IReadOnlyList<ContractOutcomeRow> rows)
    {
        long requests = rows.Sum(row => row.Requests);
        long native = Count("native");
        long enforced = Count("enforced");
        long repaired = Count("repaired");
        long failed = requests - native - enforced - repaired;
        long repairs = rows.Sum(row => row.Repairs);
        long cost = rows.Sum(row => row.RepairCostNanoUsd);
        long? known = repairs > 0 && cost == 0 ? null : cost;
        return new ContractOutcomeLine
        {
            Requests = requests,
            Native = native,
            Enforced = enforced,
            Repaired = repaired,
            Failed = failed,
            Violated = Count("violated"),
            Blank = Count("blank"),
            Refused = Count("refused"),
            Truncated = Count("truncated"),
            Shares = new ContractShares(Share(native), Share(enforced), Share(repaired), Share(failed)),
            Repairs = repairs,
            RepairCostNanoUsd = known,
            RepairCostUsd = known is { } nano ? Money.Usd(nano) : null,
        };

        long Count(string outcome) => rows.Where(row => row.Outcome == outcome).Sum(row => row.Requests);

        double Share(long part) => requests == 0 ? 0 : Math.Round((double)part / requests, 4);
    }
}

/// <summary>Shares of requests, from 0 to 1, rounded to four decimals.</summary>
internal sealed record ContractShares(double Native, double Enforced, double Repaired, double Failed);
