using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Budgets.Ledger;

namespace Causeway.Admin.Spend;

/// <summary>What was spent in a window, by group.</summary>
internal sealed record SpendReport(
    [property: Description("What the rows are grouped by, in the order of the columns.")] IReadOnlyList<string> By,
    [property: Description("Where the window begins: whole hours, UTC.")] DateTimeOffset Since,
    [property: Description("Where it ends, not included: the end of an hour, or the moment of the answer.")] DateTimeOffset Until,
    [property: Description("Always USD.")] string Currency,
    [property: Description("Requests that are not booked yet and therefore in no row; 0 unless the store lags.")] long UnbookedRequests,
    [property: Description("By time where that is a group, then the dearest first.")] IReadOnlyList<SpendLine> Rows,
    [property: Description("The sum of the rows.")] SpendLine Total,
    [property: Description("The time zone of days and of the calendar.")] string Tz,
    [property: Description("The share of requests that used tokens of a model without a price: they are in no cost. 0 to 1.")] double UnpricedShare,
    [property: Description("The share of requests whose tokens the provider did not report in full. 0 to 1.")] double EstimatedShare,
    [property: Description("The window's name in the calendar; null: it has none.")] string? Window = null,
    [property: Description("The window before; null: it was not asked for."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] SpendComparison? Previous = null,
    [property: Description("What the window will have cost at its end; null: it was not asked for."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] ForecastView? Forecast = null);

/// <summary>A group's totals. Of the first eleven, those that were asked for are present.</summary>
internal sealed record SpendLine
{
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Team { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Feature { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Env { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("Whom the company charges; empty: nobody said.")]
    public string? CostCentre { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("As it is booked; empty: the caller named none.")]
    public string? EndUser { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The value of the tag that is asked for; empty: the request had none.")]
    public string? Tag { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The model that answered, or was asked for when none did.")]
    public string? Model { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("Empty when the request reached none.")]
    public string? Provider { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("The key's id.")]
    public string? Key { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("2026-11-23T14:00Z")]
    public string? Hour { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("2026-11-23, UTC")]
    public string? Day { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("How many groups the row stands for: all that \"top\" left out, of every moment. Absent: it is one.")]
    public int? Others { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("What it was in the window before; absent: that was not asked for.")]
    public long? PreviousNanoUsd { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull), Description("Requests in the window before.")]
    public long? PreviousRequests { get; init; }

    public required long Requests { get; init; }

    [Description("Those that were denied, failed or interrupted.")]
    public required long Failures { get; init; }

    [Description("Those that used tokens of a model without a price.")]
    public required long UnpricedRequests { get; init; }

    [Description("Those whose tokens the provider did not report in full.")]
    public required long EstimatedRequests { get; init; }

    [Description("Input that neither came from nor went to a cache.")]
    public required long InputTokens { get; init; }

    public required long CacheReadTokens { get; init; }

    public required long CacheWriteTokens { get; init; }

    [Description("Reasoning included.")]
    public required long OutputTokens { get; init; }

    public required long ReasoningTokens { get; init; }

    [Description("Cost of the priced requests in nano-USD; null: none of them has a price.")]
    public required long? CostNanoUsd { get; init; }

    [Description("The same in USD, exact; null: none of them has a price, which is not the same as costing nothing.")]
    public required string? CostUsd { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<Priced>)), Description("Whether the cost is all of it.")]
    public required Priced Priced { get; init; }

    /// <summary>A row of the store's, or a sum of them, as it is shown.</summary>
    public static SpendLine Of(SpendRow row, IReadOnlyList<SpendDimension> by, SpendRow? before)
    {
        // The store sums priced requests and counts the others. Some unpriced and nothing spent: there is no cost to speak of.
        Priced priced = row.UnpricedRequests == 0 ? Priced.All : row.CostNanoUsd == 0 ? Priced.None : Priced.Partly;
        long? cost = priced == Priced.None ? null : row.CostNanoUsd;
        return new SpendLine
        {
            Team = Value(SpendDimension.Team),
            Feature = Value(SpendDimension.Feature),
            Env = Value(SpendDimension.Environment),
            CostCentre = Value(SpendDimension.CostCentre),
            EndUser = Value(SpendDimension.EndUser),
            Tag = Value(SpendDimension.Tag),
            PreviousNanoUsd = before?.CostNanoUsd,
            PreviousRequests = before?.Requests,
            Model = Value(SpendDimension.Model),
            Provider = Value(SpendDimension.Provider),
            Key = Value(SpendDimension.Key),
            Hour = Value(SpendDimension.Hour),
            Day = Value(SpendDimension.Day),
            Requests = row.Requests,
            Failures = row.Failures,
            UnpricedRequests = row.UnpricedRequests,
            EstimatedRequests = row.EstimatedRequests,
            InputTokens = row.InputTokens,
            CacheReadTokens = row.CacheReadTokens,
            CacheWriteTokens = row.CacheWriteTokens,
            OutputTokens = row.OutputTokens,
            ReasoningTokens = row.ReasoningTokens,
            CostNanoUsd = cost,
            CostUsd = cost is { } nano ? Money.Usd(nano) : null,
            Priced = priced,
        };

        string? Value(SpendDimension dimension)
        {
            for (int i = 0; i < by.Count; i++)
            {
                if (by[i] == dimension)
                {
                    return row.Group[i];
                }
            }

            return null;
        }
    }

    /// <summary>The value of a group's column.</summary>
    public string Group(string column) => column switch
    {
        "team" => Team,
        "feature" => Feature,
        "env" => Env,
        "cost_centre" => CostCentre,
        "end_user" => EndUser,
        "model" => Model,
        "provider" => Provider,
        "key" => Key,
        "hour" => Hour,
        "day" => Day,
        _ => Tag,
    } ?? "";
}

/// <summary>Whether a cost covers all requests that it stands for.</summary>
internal enum Priced
{
    /// <summary>All that used tokens have a price.</summary>
    All,

    /// <summary>Some have none: the cost is too low by an unknown amount.</summary>
    Partly,

    /// <summary>None has one: there is no cost to show.</summary>
    None,
}
