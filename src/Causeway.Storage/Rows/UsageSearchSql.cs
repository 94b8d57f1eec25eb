using System.Globalization;
using System.Text;
using Causeway.Budgets.Ledger;

namespace Causeway.Storage.Rows;

/// <summary>
/// A search for usage as SQL: a bounded piece of the table by its key, newest first, and of that what matches. Words are compared by their numbers. Put
/// together from constants; whatever comes from outside is a parameter.
/// </summary>
internal sealed class UsageSearchSql
{
    // An id is made with the moment of arrival; this much they may be apart.
    private static readonly TimeSpan s_idSlack = TimeSpan.FromHours(1);

    private static readonly Guid s_last = new([.. Enumerable.Repeat((byte)0xFF, 16)]);

    private UsageSearchSql(string records, string edge, IReadOnlyList<object> values) => (Records, Edge, Values) = (records, edge, values);

    /// <summary>Reads the matching records, as <see cref="UsageRow.Select"/> does.</summary>
    public string Records { get; }

    /// <summary>Reads the id of the last record that was looked through; no row: there are fewer than that. Takes the first two values.</summary>
    public string Edge { get; }

    /// <summary>The parameters: ids as <see cref="Guid"/>, times as Unix milliseconds in <see cref="long"/>.</summary>
    public IReadOnlyList<object> Values { get; }

    /// <param name="search">What is looked for.</param>
    /// <param name="place">How the engine writes its nth parameter, from 1 on.</param>
    /// <param name="named">How the engine finds the number of the name that is in a parameter.</param>
    /// <param name="labels">How it reads tags.</param>
    public static UsageSearchSql For(UsageSearch search, Func<int, string> place, Func<string, string> named, LabelSql labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(search.Limit, 1, nameof(search));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(search.Limit, 1_000, nameof(search));
        List<object> values =
        [
            search.Before ?? (search.Until is { } until ? UsageRow.FirstIdAt(until + s_idSlack) : s_last),
            search.Since is { } since && since - DateTimeOffset.UnixEpoch > s_idSlack ? UsageRow.FirstIdAt(since - s_idSlack) : Guid.Empty,
        ];
        string piece = $"FROM usage WHERE request < {place(1)} AND request >= {place(2)} ORDER BY request DESC";
        var conditions = new StringBuilder();
        if (search.Since is { } from)
        {
            Condition("at_ms >=", from.ToUnixTimeMilliseconds());
        }

        if (search.Until is { } to)
        {
            Condition("at_ms <", to.ToUnixTimeMilliseconds());
        }

        if (search.Outcome is { } outcome)
        {
            Condition("outcome =", (long)outcome);
        }

        foreach ((UsageWord word, string text) in search.Words)
        {
            values.Add(text);
            Joined($"{Column(word)} = ({named(place(values.Count))})");
        }

        if (search.EndUser is { } user)
        {
            values.Add(user);
            Joined($"end_user = {place(values.Count)}");
        }

        if (search.Tag is { } tag)
        {
            values.Add($"{tag.Name}={tag.Value}");
            Joined(labels.Has(place(values.Count)));
        }

        string scanned = UsageSearch.MaxScanned.ToString(CultureInfo.InvariantCulture);
        return new UsageSearchSql(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{UsageRow.Columns} FROM (SELECT * {piece} LIMIT {scanned}) AS usage{UsageRow.Adjusted}{conditions} ORDER BY request DESC LIMIT {search.Limit + 1}"),
            string.Create(CultureInfo.InvariantCulture, $"SELECT request {piece} LIMIT 1 OFFSET {UsageSearch.MaxScanned - 1}"),
            values);

        void Condition(string comparison, long value)
        {
            values.Add(value);
            Joined($"{comparison} {place(values.Count)}");
        }

        void Joined(string condition) => conditions.Append(conditions.Length == 0 ? " WHERE " : " AND ").Append(condition);
    }

    /// <summary>The page of what was read.</summary>
    /// <param name="records">At most one more than <paramref name="limit"/>.</param>
    /// <param name="limit">Records of a page.</param>
    /// <param name="edge">What <see cref="Edge"/> read.</param>
    public static UsageSearchPage Page(IReadOnlyList<UsageRecord> records, int limit, Guid? edge) =>
        records.Count > limit ? new UsageSearchPage([.. records.Take(limit)], records[limit - 1].Request) : new UsageSearchPage(records, edge);

    private static string Column(UsageWord word) => word switch
    {
        UsageWord.Team => "team",
        UsageWord.Feature => "feature",
        UsageWord.Environment => "environment",
        UsageWord.Key => "key",
        UsageWord.Provider => "provider",
        UsageWord.ModelAsked => "model_asked",
        UsageWord.Channel => "channel",
        UsageWord.Release => "release",
        UsageWord.ErrorCode => "error_code",
        UsageWord.ContractOutcome => "contract_outcome",
        UsageWord.DataClass => "data_class",
        UsageWord.Agreement => "agreement",
        UsageWord.CostCentre => "cost_centre",
        _ => throw new ArgumentOutOfRangeException(nameof(word), word, "There is no such column."),
    };
}
