using Causeway.Budgets.Agreements;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;

namespace Causeway.Storage.Tests.Conformance;

/// <summary>What <see cref="IResidencyStore"/> promises, whatever the engine.</summary>
public abstract class ResidencyStoreConformance
{
    private const string Agreement = "agr_0193a1b2c3d47e5f8a9b0c1d2e3f4a5b";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_call_is_counted_where_it_went_and_what_did_not_go_apart()
    {
        await using TestStore store = await NewAsync();
        UsageRecord one = Record(1) with { DataClass = "customer", Agreement = Agreement, Region = "eu" };
        UsageRecord several = Record(2) with
        {
            DataClass = "customer",
            Attempts = 2,
            Agreement = Agreement,
            Trail =
            [
                new AttemptRecord("closed", "m", "data_class_not_covered", null, TimeSpan.Zero, null),
                new AttemptRecord("down", "m", "upstream_unreachable", null, TimeSpan.FromMilliseconds(1), null),
                new AttemptRecord("busy", "m", "status_503", 503, TimeSpan.FromMilliseconds(1), null) { Region = "us" },
                new AttemptRecord("silent", "m", "upstream_timeout", null, TimeSpan.FromSeconds(1), null) { Region = "us", Agreement = "agr_2" },
                new AttemptRecord("p", "m", "answered", 200, TimeSpan.FromMilliseconds(1), 5) { Region = "eu", Agreement = Agreement },
            ],
        };
        UsageRecord refused = Record(3) with { DataClass = "restricted", Attempts = 0, Provider = null, Region = null, ErrorCode = "data_class_not_covered", Outcome = Outcome.Denied };
        UsageRecord again = Record(4) with { DataClass = "customer", Attempts = 0, Provider = null, Region = null, Agreement = Agreement, CachedFrom = one.Request };
        UsageRecord old = Record(5) with { Region = null };
        UsageRecord otherwise = Record(6) with { DataClass = "internal", Attempts = 0, Provider = null, ErrorCode = "limit_spent", Outcome = Outcome.Denied };
        await store.Usage.AppendAsync([one, several, refused, again, old, otherwise], Cancel);

        IReadOnlyList<ResidencyRow> rows = await store.Store.Residency.CountAsync(Usage.Start, Usage.Start.AddDays(1), Cancel);

        Assert.Equal(
            [
                "GivenAgain customer    1 0 0",
                "PassedOver customer closed   1 0 0",
                "Refused restricted    1 0 0",
                "Went  p   1 7 3",
                "Went customer busy us  1 0 0",
                $"Went customer p eu {Agreement} 2 14 6",
                "Went customer silent us agr_2 1 0 0",
            ],
            rows.Select(row => row.Kind == ResidencyKind.GivenAgain ? row with { Agreement = null } : row)
                .Select(row => $"{row.Kind} {row.DataClass} {row.Provider} {row.Region} {row.Agreement} {row.Calls} {row.InputTokens} {row.OutputTokens}").Order(StringComparer.Ordinal));
        ResidencyRow both = rows.Single(row => row is { Kind: ResidencyKind.Went, Agreement: Agreement });
        Assert.Equal((one.At, several.At, "search"), (both.First, both.Last, both.Team));
        Assert.Equal(Agreement, rows.Single(row => row.Kind == ResidencyKind.GivenAgain).Agreement);
    }

    [Fact]
    public async Task Only_the_span_is_counted()
    {
        await using TestStore store = await NewAsync();
        await store.Usage.AppendAsync([Record(1), Record(2)], Cancel);

        Assert.Single(await store.Store.Residency.CountAsync(Record(2).At, Usage.Start.AddDays(1), Cancel));
        Assert.Equal(1, Assert.Single(await store.Store.Residency.CountAsync(Record(2).At, Usage.Start.AddDays(1), Cancel)).Calls);
        Assert.Empty(await store.Store.Residency.CountAsync(Usage.Start.AddDays(1), Usage.Start.AddDays(2), Cancel));
    }

    protected abstract Task<TestStore> NewAsync();

    private static UsageRecord Record(int minute)
    {
        DateTimeOffset at = Usage.Start.AddMinutes(minute);
        return Usage.Number(1) with
        {
            Request = Guid.CreateVersion7(at),
            At = at,
            Attribution = new Causeway.Budgets.Keys.Attribution("search", "answers", "dev"),
            Provider = "p",
            Region = "eu",
            Attempts = 1,
            ErrorCode = null,
            Outcome = Outcome.Completed,
            Tokens = new TokenCounts(4, 3, 0, 0, 0, 0, 3, 0),
            CachedFrom = null,
            DataClass = null,
            Agreement = null,
            Trail = [],
        };
    }
}
