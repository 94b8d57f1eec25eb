using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>Which code, which grant and limit, and when a second try may succeed. The clock stands at noon, UTC, on 10 March 2026, a Tuesday.</summary>
public sealed class DenialTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void Held_by_open_requests_is_cured_in_a_moment()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        _bench.Spend(root, Usd(40));
        _bench.Hold(root, Usd(50));

        LedgerDenial denial = _bench.Refusal(root, Usd(60));

        Assert.Equal(("limit_held", root.Grant.Id, 100L, 60L, 10L), (denial.Code, denial.Grant, denial.Amount, denial.Asked, denial.Left));
        Assert.Equal(root.Grant.Limits[0], denial.Limit);
        Assert.InRange(denial.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Assert.Equal(new DateTimeOffset(2026, 3, 11, 0, 0, 0, TimeSpan.Zero), denial.WindowEnds);
    }

    [Fact]
    public void Spent_is_not_cured_by_waiting_a_little()
    {
        GrantNode root = _bench.Root(Units(100, "week"));
        _bench.Spend(root, Usd(40));
        _bench.Hold(root, Usd(50));

        LedgerDenial denial = _bench.Refusal(root, Usd(61));

        Assert.Equal(("limit_spent", 10L), (denial.Code, denial.Left));
        Assert.Null(denial.RetryAfter);
        Assert.Equal(new DateTimeOffset(2026, 3, 16, 0, 0, 0, TimeSpan.Zero), denial.WindowEnds);
    }

    [Fact]
    public void What_is_in_doubt_counts_as_spent()
    {
        GrantNode root = _bench.Root(Units(100, "none"));
        _bench.Ledger.Doubt(_bench.Hold(root, Usd(100)), "upstream_timeout", null);

        LedgerDenial denial = _bench.Refusal(root, Usd(1));

        Assert.Equal("limit_spent", denial.Code);
        Assert.Null(denial.WindowEnds);
    }

    [Fact]
    public void What_fits_no_empty_window_exceeds_the_limit()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        _bench.Hold(root, Usd(100));

        LedgerDenial denial = _bench.Refusal(root, Usd(101));

        Assert.Equal("request_exceeds_limit", denial.Code);
        Assert.Null(denial.RetryAfter);
    }

    [Fact]
    public void What_fits_no_window_for_what_is_carved_out_of_it_exceeds_the_limit()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode carve = _bench.Carve(root, Units(60, "day"));

        LedgerDenial denial = _bench.Refusal(root, Usd(41));
        Assert.Equal(("request_exceeds_limit", 40L, 41L), (denial.Code, denial.Amount, denial.Asked));
        Assert.Equal("request_exceeds_limit", _bench.Refusal(carve, Usd(61)).Code);
        _bench.Hold(root, Usd(40));
        Assert.Equal("limit_held", _bench.Refusal(root, Usd(40)).Code);
        _bench.Hold(carve, Usd(60));
    }

    [Fact]
    public void A_pace_says_when_enough_of_it_is_free_again()
    {
        Limit month = Units(1_000, "month");
        GrantNode root = _bench.Root(month, Pace(month, "10%/30m"));
        _bench.Spend(root, Usd(30));
        _bench.Clock.Advance(TimeSpan.FromMinutes(10));
        _bench.Spend(root, Usd(60));

        LedgerDenial little = _bench.Refusal(root, Usd(40));
        LedgerDenial much = _bench.Refusal(root, Usd(41));

        // Buckets of a minute: what was used within 12:00 counts until 12:31, what was used within 12:10 until 12:41.
        Assert.Equal(("limit_paced", TimeSpan.FromMinutes(21)), (little.Code, little.RetryAfter));
        Assert.Equal(("limit_paced", TimeSpan.FromMinutes(31)), (much.Code, much.RetryAfter));
        Assert.Equal(Start.AddMinutes(31), little.WindowEnds);
        Assert.True(little.Limit!.IsPace);
        _bench.Clock.Advance(little.RetryAfter!.Value - TimeSpan.FromMilliseconds(1));
        _bench.Refusal(root, Usd(40));
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        _bench.Hold(root, Usd(40));
    }

    [Fact]
    public void A_pace_that_open_requests_hold_is_free_in_a_moment()
    {
        Limit month = Units(1_000, "month");
        GrantNode root = _bench.Root(month, Pace(month, "10%/30m"));
        _bench.Hold(root, Usd(90));

        LedgerDenial denial = _bench.Refusal(root, Usd(20));

        Assert.Equal("limit_paced", denial.Code);
        Assert.InRange(denial.RetryAfter!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
    }

    [Fact]
    public void What_is_more_than_a_pace_ever_lets_pass_is_not_worth_a_second_try()
    {
        Limit month = Units(1_000, "month");
        GrantNode root = _bench.Root(month, Pace(month, "10%/30m"));

        LedgerDenial denial = _bench.Refusal(root, Usd(101));

        Assert.Equal("request_exceeds_limit", denial.Code);
        Assert.True(denial.Limit!.IsPace);
        Assert.Null(denial.RetryAfter);
    }

    [Fact]
    public void Requests_of_a_window_come_back_with_the_next_one_and_not_when_open_ones_end()
    {
        GrantNode root = _bench.Root(Units(2, "hour", Meter.Requests));
        _bench.Hold(root, default);
        _bench.Clock.Advance(TimeSpan.FromMinutes(20));
        _bench.Spend(root, default);

        LedgerDenial denial = _bench.Refusal(root, default);

        Assert.Equal(("rate_requests", TimeSpan.FromMinutes(40), 1L, 0L), (denial.Code, denial.RetryAfter, denial.Asked, denial.Left));
    }

    [Fact]
    public void Requests_of_the_last_minute_come_back_one_by_one()
    {
        GrantNode root = _bench.Root(Units(2, "1m", Meter.Requests));
        _bench.Spend(root, default);
        _bench.Clock.Advance(TimeSpan.FromSeconds(30));
        _bench.Spend(root, default);

        LedgerDenial denial = _bench.Refusal(root, default);

        Assert.Equal(("rate_requests", TimeSpan.FromSeconds(32)), (denial.Code, denial.RetryAfter));
    }

    [Fact]
    public void Requests_of_a_whole_life_are_spent()
    {
        GrantNode root = _bench.Root(Units(1, "none", Meter.Requests));
        _bench.Hold(root, default);

        Assert.Equal(("limit_spent", null), (_bench.Refusal(root, default).Code, _bench.Refusal(root, default).RetryAfter));
    }

    [Fact]
    public void Places_come_back_when_an_open_request_ends()
    {
        GrantNode root = _bench.Root(Units(1, "none", Meter.Concurrent));
        Reservation open = _bench.Hold(root, default);

        LedgerDenial denial = _bench.Refusal(root, default);

        Assert.Equal("rate_concurrent", denial.Code);
        Assert.NotNull(denial.RetryAfter);
        _bench.Ledger.Doubt(open, "upstream_timeout", null);
        _bench.Hold(root, default);
    }

    [Fact]
    public void The_nearest_limit_decides_and_a_denial_holds_nothing_anywhere()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode middle = _bench.Share(root, Units(50, "day"), Units(50, "month"));
        GrantNode leaf = _bench.Share(middle, Units(10, "day"));
        _bench.Spend(root, Usd(95));

        Assert.Equal((leaf.Grant.Id, 10L), (_bench.Refusal(leaf, Usd(51)).Grant, _bench.Refusal(leaf, Usd(51)).Amount));
        Assert.Equal(root.Grant.Id, _bench.Refusal(leaf, Usd(10)).Grant);
        Assert.Equal((5, 50, 10), (_bench.Left(root), _bench.Left(middle), _bench.Left(leaf)));
        Assert.Equal(0, _bench.Ledger.OpenReservations);
    }

    [Theory]
    [InlineData(GrantStatus.Suspended, "grant_suspended")]
    [InlineData(GrantStatus.Revoked, "grant_revoked")]
    public void A_grants_status_decides_before_any_limit_and_for_all_below(GrantStatus status, string code)
    {
        GrantNode root = _bench.Root(Units(1, "day"));
        GrantNode leaf = _bench.Share(root, Units(1, "day"));
        _bench.Ledger.Change(root.Grant.Id, status, false, "test", "test", out _);

        LedgerDenial denial = _bench.Refusal(leaf, Usd(100));

        Assert.Equal((code, root.Grant.Id, null), (denial.Code, denial.Grant, denial.Limit));
        Assert.Null(denial.RetryAfter);
    }

    [Fact]
    public void A_grant_holds_from_its_beginning_to_just_before_its_end()
    {
        GrantNode root = _bench.Made(_bench.Shape(null, GrantKind.Share) with { NotBefore = Start.AddHours(1), ExpiresAt = Start.AddHours(2) });
        GrantNode leaf = _bench.Made(_bench.Shape(root, GrantKind.Share) with { ExpiresAt = Start.AddHours(2) });

        Assert.Equal("grant_expired", _bench.Refusal(leaf, default).Code);
        _bench.Clock.Advance(TimeSpan.FromHours(1));
        _bench.Hold(leaf, default);
        _bench.Clock.Advance(TimeSpan.FromHours(1) - TimeSpan.FromMilliseconds(1));
        _bench.Hold(leaf, default);
        _bench.Clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("grant_expired", _bench.Refusal(leaf, default).Code);
    }
}
