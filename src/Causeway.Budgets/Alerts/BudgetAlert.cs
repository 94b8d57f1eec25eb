using Causeway.Budgets.Grants;

namespace Causeway.Budgets.Alerts;

/// <summary>What an alert is about.</summary>
public enum AlertKind
{
    /// <summary>So many hundredths of a limit's amount are used.</summary>
    Threshold,

    /// <summary>At the present rate the amount is gone before its window ends.</summary>
    Forecast,

    /// <summary>The first denial of its kind.</summary>
    Denied,
}

/// <summary>Something about a budget that a person should know before the callers tell.</summary>
/// <param name="Kind">What it is about.</param>
/// <param name="Grant">Whose budget.</param>
/// <param name="Holder">Whose grant that is.</param>
/// <param name="AtMs">When it was seen, Unix milliseconds.</param>
public sealed record BudgetAlert(AlertKind Kind, GrantId Grant, Holder Holder, long AtMs)
{
    /// <summary>The limit; null: of a denial that no limit decided.</summary>
    public Limit? Limit { get; init; }

    /// <summary>What the limit holds with its raises, in the meter's unit.</summary>
    public long Amount { get; init; }

    /// <summary>What is used of it: booked, and of calls whose end is not known.</summary>
    public long Used { get; init; }

    /// <summary>What a new request could have of it.</summary>
    public long Left { get; init; }

    /// <summary>When the window began, Unix milliseconds; null: it has no beginning that stays.</summary>
    public long? WindowStartsMs { get; init; }

    /// <summary>When it ends; null: it does not, or it rolls.</summary>
    public long? WindowEndsMs { get; init; }

    /// <summary>Of a threshold the highest that was passed, in hundredths of the amount.</summary>
    public int Threshold { get; init; }

    /// <summary>All that were passed since the last alert, the lowest first: one settlement may jump over several.</summary>
    public IReadOnlyList<int> Passed { get; init; } = [];

    /// <summary>Of a forecast when the amount is gone, Unix milliseconds.</summary>
    public long ForecastAtMs { get; init; }

    /// <summary>Of a denial its code.</summary>
    public string? Code { get; init; }
}
