using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

public sealed class AdjustTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void Late_usage_of_a_request_in_doubt_takes_the_place_of_its_bound()
    {
        GrantNode root = _bench.Root(Units(100, "day"), Units(10, "day", Meter.Requests));
        Reservation open = _bench.Hold(root, Usd(60));
        _bench.Ledger.Doubt(open, "upstream_timeout", null);

        Adjust(root, open, Usd(60), Usd(25));

        Assert.Equal((75, 9), (_bench.Left(root), _bench.Left(root, 1)));
        Assert.Null(_bench.Restart().Mismatch);
        Assert.Equal((75, 9), (_bench.Left(_bench.Again(root)), _bench.Left(_bench.Again(root), 1)));
    }

    [Fact]
    public void The_same_word_twice_takes_nothing_back_that_is_another_requests()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        Reservation open = _bench.Hold(root, Usd(60));
        _bench.Ledger.Doubt(open, "upstream_timeout", null);
        Adjust(root, open, Usd(60), Usd(25));

        Assert.Throws<InvalidOperationException>(() => Adjust(root, open, Usd(60), Usd(25)));
        Assert.Throws<InvalidOperationException>(() => Adjust(root, open, default, Usd(-26)));

        Assert.Equal(75, _bench.Left(root));
        Assert.Single(_bench.Journal.Events, happened => happened.Kind == LedgerEventKind.Adjusted);
    }

    [Theory]
    [InlineData("", "why", "by what")]
    [InlineData("who", " ", "by what")]
    [InlineData("who", "why", "")]
    public void An_adjustment_names_who_why_and_by_what(string actor, string reason, string evidence)
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        Reservation open = _bench.Hold(root, Usd(60));
        _bench.Ledger.Settle(open, Usd(60), UsageSource.Provider, null);

        Assert.Throws<ArgumentException>(() => { _ = _bench.Ledger.Adjust(root, open.Id, open.AtMs, default, Usd(-1), actor, reason, evidence); });
    }

    [Fact]
    public void A_window_that_is_over_takes_a_correction_and_one_that_is_forgotten_does_too()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        Reservation first = _bench.Hold(root, Usd(60));
        _bench.Ledger.Settle(first, Usd(60), UsageSource.Provider, null);
        _bench.Clock.Advance(TimeSpan.FromDays(1));

        Adjust(root, first, default, Usd(-10));
        Assert.Equal(50, root.States[0].Balances[0].Committed);
        for (int day = 0; day < 12; day++)
        {
            _bench.Spend(root, Usd(1));
            _bench.Clock.Advance(TimeSpan.FromDays(1));
        }

        _bench.Ledger.Void(_bench.Hold(root, Usd(1)), "test", null);
        Adjust(root, first, default, Usd(-50));

        Assert.DoesNotContain(root.States[0].Balances, balance => balance.Committed < 0);
        Assert.Equal(100, _bench.Left(root));
        Assert.Null(_bench.Restart().Mismatch);
    }

    [Fact]
    public void A_correction_of_a_free_request_counts_while_its_span_does()
    {
        GrantNode root = _bench.Root(Units(100, "30m"));
        Reservation open = _bench.Hold(root, Usd(60));
        _bench.Ledger.Settle(open, default, UsageSource.Provider, null);
        _bench.Clock.Advance(TimeSpan.FromMinutes(5));
        _bench.Spend(root, Usd(20));

        Adjust(root, open, default, Usd(30));

        Assert.Equal(50, _bench.Left(root));
    }

    private void Adjust(GrantNode grant, Reservation of, in Amounts wasInDoubt, in Amounts difference) =>
        _ = _bench.Ledger.Adjust(grant, of.Id, of.AtMs, wasInDoubt, difference, "auditor", "export says so", "line 7");
}
