using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Reviews;

namespace Causeway.Budgets.Tests.Raises;

public sealed class GrantReviewTests
{
    private const long Usd = 1_000_000_000;

    private readonly RaiseHouse _house = new();

    [Theory]
    [InlineData(29, ReviewAdvice.None)]
    [InlineData(30, ReviewAdvice.Tell)]
    [InlineData(44, ReviewAdvice.Tell)]
    [InlineData(45, ReviewAdvice.Suspend)]
    [InlineData(89, ReviewAdvice.Suspend)]
    [InlineData(90, ReviewAdvice.Revoke)]
    public void Days_without_use_decide(int days, ReviewAdvice advice)
    {
        GrantNode team = _house.Grant(null, ["usd 100/month"]);
        GrantNode used = _house.Grant(team, ["usd 10/month"]);
        GrantNode never = _house.Grant(team, ["usd 10/month"]);
        _house.Grant(team, ["usd 10/month"], GrantKind.BreakGlass);
        _house.Ledger.DefaultFor("search");
        _house.Time.Now = RaiseHouse.Start.AddDays(1);
        Assert.True(_house.Spend(used, Usd));
        _house.Time.Now = RaiseHouse.Start.AddDays(1 + days);
        Assert.NotNull(_house.Denial(team, 1_000 * Usd)); // An attempt that is refused is no use.

        var reviews = GrantReview.All(_house.Ledger, GrantReview.TellAfterDays, _house.Time.Now).ToDictionary(review => review.Grant.Id);

        Assert.Equal((advice, days), (reviews[used.Grant.Id].Advice, reviews[used.Grant.Id].UnusedDays));
        Assert.Equal((advice, days), (reviews[team.Grant.Id].Advice, reviews[team.Grant.Id].UnusedDays)); // What is below it is its use.
        Assert.Equal(days + 1, reviews[never.Grant.Id].UnusedDays);
        Assert.Null(reviews[never.Grant.Id].Use.Allowed);
        Assert.All(reviews.Values.Where(review => review.Grant.IsDefault || review.Grant.Kind == GrantKind.BreakGlass), review => Assert.Equal(ReviewAdvice.None, review.Advice));
    }

    [Fact]
    public void What_rests_already_is_not_told_to_rest_and_what_has_ended_is_not_reviewed()
    {
        GrantNode resting = _house.Grant(null, ["usd 10/month"]);
        GrantNode ended = _house.Grant(null, ["usd 10/month"]);
        _house.Grant(null, ["usd 10/month"], expires: RaiseHouse.Start.AddDays(10));
        _house.Ledger.Change(resting.Grant.Id, GrantStatus.Suspended, "admin", "rest", out _);
        _house.Ledger.Change(ended.Grant.Id, GrantStatus.Revoked, "admin", "over", out _);

        GrantReview review = Assert.Single(GrantReview.All(_house.Ledger, GrantReview.TellAfterDays, RaiseHouse.Start.AddDays(60)));

        Assert.Equal((resting.Grant.Id, ReviewAdvice.Tell), (review.Grant.Id, review.Advice));
    }

    [Fact]
    public void Half_as_much_again_as_the_most_of_eight_windows_is_suggested()
    {
        GrantNode grant = _house.Grant(null, ["usd 100/day", "tokens 1M/day", "usd 100/24h", "requests 1000"]);
        foreach (long spent in (long[])[50, 1, 2, 3, 7, 3, 0, 2, 1])
        {
            _house.Time.Now = _house.Time.Now.AddDays(1);
            Assert.True(spent == 0 || _house.Spend(grant, spent * Usd));
        }

        _house.Time.Now = _house.Time.Now.AddDays(1);
        LimitReview[] limits = [.. Assert.Single(GrantReview.All(_house.Ledger, 30, _house.Time.Now)).Limits];

        Assert.Equal((7 * Usd, (long?)(10_500_000_000)), (limits[0].P99, limits[0].Suggested)); // The 50 are nine windows back.
        Assert.Equal((0L, (long?)null), (limits[1].P99, limits[1].Suggested));
        Assert.All(limits[2..], limit => Assert.Null(limit.P99));

        Assert.True(_house.Spend(grant, 80 * Usd));
        Assert.Null(Assert.Single(GrantReview.All(_house.Ledger, 30, _house.Time.Now)).Limits[0].Suggested);
    }

    [Fact]
    public void Two_whole_windows_have_to_be_over()
    {
        GrantNode grant = _house.Grant(null, ["usd 100/day"]);
        Assert.True(_house.Spend(grant, Usd));
        _house.Time.Now = new DateTimeOffset(2026, 11, 25, 0, 0, 0, TimeSpan.Zero);
        Assert.Null(Assert.Single(GrantReview.All(_house.Ledger, 30, _house.Time.Now)).Limits[0].P99);

        Assert.True(_house.Spend(grant, Usd));
        _house.Time.Now = new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(Usd, Assert.Single(GrantReview.All(_house.Ledger, 30, _house.Time.Now)).Limits[0].P99);
    }

    [Fact]
    public void When_a_limit_refused_last_is_known_also_after_a_restart()
    {
        GrantNode team = _house.Grant(null, ["usd 5/day", "usd 100/month"]);
        GrantNode leaf = _house.Grant(team, ["usd 5/day"]);
        LedgerDenial denial = _house.Denial(leaf, 6 * Usd)!;
        _house.Ledger.Denied(new LedgerEvent(LedgerEventKind.Denied, 0) { Grant = leaf.Grant.Id, DecidedBy = denial.Grant, Limit = denial.Limit!.ToString() }, null!);
        _house.Ledger.Denied(new LedgerEvent(LedgerEventKind.Denied, 0) { Grant = leaf.Grant.Id, DecidedBy = team.Grant.Id, Limit = "usd 100/month" }, null!);
        Assert.True(_house.Spend(leaf, Usd));

        foreach (BudgetLedger ledger in (BudgetLedger[])[_house.Ledger, _house.Restarted().Ledger])
        {
            GrantReview review = GrantReview.All(ledger, 30, _house.Time.Now).Single(one => one.Grant.Id == team.Grant.Id);
            Assert.Equal(new LastUse(RaiseHouse.Start, RaiseHouse.Start), review.Use);
            Assert.Equal([null, RaiseHouse.Start], review.Limits.Select(limit => limit.Use.Denied));
            Assert.Equal([RaiseHouse.Start], GrantReview.All(ledger, 30, _house.Time.Now).Single(one => one.Grant.Id == leaf.Grant.Id).Limits.Select(limit => limit.Use.Denied));
        }
    }

    [Fact]
    public void What_was_kept_longer_ago_than_events_are_replayed_counts_too()
    {
        GrantNode grant = _house.Grant(null, ["usd 5/day"]);
        var next = new BudgetLedger(new MemoryJournal(), _house.Time);
        next.Start(new LedgerImage { Grants = [grant.Grant], Uses = [new GrantUse(grant.Grant.Id, "", 1_000, 2_000), new GrantUse(grant.Grant.Id, "usd 5/day", 0, 3_000), new GrantUse(GrantId.New(RaiseHouse.Start), "", 1, 1)] });

        GrantReview review = Assert.Single(GrantReview.All(next, 30, _house.Time.Now));

        Assert.Equal(new LastUse(DateTimeOffset.FromUnixTimeMilliseconds(1_000), DateTimeOffset.FromUnixTimeMilliseconds(2_000)), review.Use);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(3_000), review.Limits[0].Use.Denied);
    }
}
