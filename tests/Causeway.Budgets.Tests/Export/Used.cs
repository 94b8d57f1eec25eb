using Causeway.Budgets.Export;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using CsCheck;

namespace Causeway.Budgets.Tests.Export;

/// <summary>Usage of a month, and its rows.</summary>
internal static class Used
{
    public static readonly BillingMonth November = Month("2026-11");
    public static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    public static readonly GrantId Grant = new(Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a50"));
    public static readonly Rates Mini = new() { Input = 750_000_000, Output = 4_500_000_000, CacheRead = 75_000_000, CacheWrite1h = 1_500_000_000 };

    private static readonly Gen<Rates?> s_rates = Gen.OneOf<Rates?>(
        Gen.Const<Rates?>(() => null),
        Gen.Const<Rates?>(() => Mini),
        Gen.Long[0, 100_000_000_000].Array[4].Select(Rates? (rates) => new Rates { Input = rates[0], Output = rates[1], CacheRead = rates[2], Reasoning = rates[3] }));

    /// <summary>Anything that can be booked: priced or not, by one price or several, counted or not.</summary>
    public static Gen<UsageRecord> Any { get; } =
        from second in Gen.Int[0, 3 * 3600]
        from counts in Gen.OneOf(Gen.Long[0, 3], Gen.Long[0, 2_000_000]).Array[8]
        from rates in s_rates
        from multiplier in Gen.OneOf(1_000_000L, 1_100_000L, 500_000L)
        from several in Gen.Int[0, 9]
        from team in Gen.OneOf("search", "support")
        from source in Gen.OneOf(UsageSource.Provider, UsageSource.Counted, UsageSource.Unmetered, UsageSource.None)
        from uses in Gen.OneOf(0, 0, 0, 1, 3)
        from fee in Gen.OneOf(Gen.Const(10_000_000L), Gen.Long[0, 100_000_000])
        let tokens = source is UsageSource.Unmetered or UsageSource.None ? default : new TokenCounts(counts[0], counts[1], counts[2], counts[3], counts[4], counts[5], counts[6] + counts[7], counts[7])
        let bill = source is UsageSource.Unmetered or UsageSource.None ? null : rates?.CostNanoUsd(tokens, multiplier)
        select Call(Noon.AddSeconds(second)) with
        {
            Attribution = new Attribution(team, "answers", "prod"),
            Tokens = tokens,
            ToolUses = tokens == default ? 0 : uses,
            ToolFeeNanoUsd = tokens == default || uses == 0 ? null : fee,
            CostNanoUsd = tokens == default || uses == 0 ? bill : bill + fee,
            Price = bill is null || several == 0 ? null : rates!.Text(multiplier),
            Source = source,
            OverrunNanoUsd = (bill ?? 0) / 3,
        };

    public static BillingMonth Month(string text) => BillingMonth.TryParse(text, out BillingMonth month) ? month : throw new FormatException(text);

    public static UsageRecord Call(DateTimeOffset at) => new()
    {
        Request = Guid.CreateVersion7(at),
        At = at,
        Attribution = new Attribution("search", "answers", "prod"),
        Key = new KeyId(Guid.Parse("0193a1b2c3d47e5f8a9b0c1d2e3f4a5c")),
        Grant = Grant,
        Protocol = "openai",
        Route = "chat.completions",
        ModelAsked = "gpt-5.4-mini",
        Provider = "openai",
        Region = "eu-west-1",
        Status = 200,
        Outcome = Outcome.Completed,
    };

    /// <summary>A priced call.</summary>
    public static UsageRecord Call(DateTimeOffset at, TokenCounts tokens, Rates rates, long multiplierPpm = 1_000_000) => Call(at) with
    {
        Tokens = tokens,
        CostNanoUsd = rates.CostNanoUsd(tokens, multiplierPpm),
        Price = rates.Text(multiplierPpm),
        Source = UsageSource.Provider,
    };

    public static IReadOnlyList<FocusRow> Rows(params IEnumerable<UsageRecord> usage)
    {
        FocusRows rows = New();
        return [.. usage.OrderBy(record => record.At).SelectMany(rows.Add), .. rows.End()];
    }

    public static FocusRows New() => new(November, grant => grant == Grant ? new ExportedGrant(new Holder(IsFeature: false, "search"), "internal") : null);

    /// <summary>What a row has in a column, as CSV shows it before it is quoted.</summary>
    public static string? In(this FocusRow row, string column) => FocusColumns.All.Single(one => one.Name == column) switch
    {
        TextColumn<FocusRow> text => text.Value(row),
        TimeColumn<FocusRow> time => ExportText.Moment(time.Value(row)),
        NumberColumn<FocusRow> number => number.Value(row)?.Text(number.Digits),
        _ => throw new InvalidOperationException(),
    };
}
