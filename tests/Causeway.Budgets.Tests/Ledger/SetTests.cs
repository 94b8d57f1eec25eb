using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>A living grant is set to something else, and nothing that was counted is lost.</summary>
public sealed class SetTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void Another_amount_keeps_what_is_booked_and_held()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        _bench.Spend(root, Usd(60));
        Reservation open = _bench.Hold(root, Usd(30));

        Assert.Empty(Limits(root, Units(200, "day")));

        Assert.Equal(110, _bench.Left(root));
        Assert.True(_bench.Ledger.Settle(open, Usd(10), UsageSource.Provider, null));
        Assert.Equal(130, _bench.Left(root));
        Assert.Null(_bench.Restart().Mismatch);
        Assert.Equal(130, _bench.Left(_bench.Again(root)));
    }

    [Fact]
    public void Below_what_is_booked_the_next_request_is_refused_and_the_open_one_is_booked_in_full()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode leaf = _bench.Share(root);
        _bench.Spend(leaf, Usd(40));
        Reservation open = _bench.Hold(leaf, Usd(20));

        Assert.Empty(Limits(root, Units(30, "day")));

        Assert.Equal(("limit_spent", root.Grant.Id), (_bench.Refusal(leaf, Usd(1)).Code, _bench.Refusal(leaf, Usd(1)).Grant));
        Assert.Equal("limit_spent", _bench.Ledger.Extend(open, Usd(1))?.Code);
        Assert.True(_bench.Ledger.Settle(open, Usd(20), UsageSource.Provider, null));
        Assert.Equal(60, Assert.Single(_bench.Ledger.Use(root)).Committed);
    }

    [Fact]
    public void A_limit_that_is_new_counts_what_is_reserved_from_then_on_and_nothing_before()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode leaf = _bench.Share(root);
        _bench.Spend(leaf, Usd(5));
        Reservation before = _bench.Hold(leaf, Usd(30));

        Assert.Empty(Limits(root, Units(100, "day"), Units(10, "hour")));
        Reservation after = _bench.Hold(leaf, Usd(6)); // In the same millisecond by the clock.

        Assert.Equal((59, 4), (_bench.Left(root), _bench.Left(root, 1)));
        Assert.Null(_bench.Ledger.Extend(before, Usd(9)));
        Assert.Equal("limit_held", _bench.Refusal(leaf, Usd(5)).Code);
        Assert.True(_bench.Ledger.Settle(before, Usd(39), UsageSource.Provider, null));
        Assert.True(_bench.Ledger.Settle(after, Usd(6), UsageSource.Provider, null));
        Assert.Equal((50, 4), (_bench.Left(root), _bench.Left(root, 1)));
        _ = _bench.Ledger.Adjust(leaf, before.Id, before.AtMs, default, Usd(-9), "auditor", "credit", "note 7");
        Assert.Equal((59, 4), (_bench.Left(root), _bench.Left(root, 1)));
        Assert.Null(_bench.Restart().Mismatch);
        Assert.Equal((59, 4), (_bench.Left(_bench.Again(root)), _bench.Left(_bench.Again(root), 1)));
    }

    [Fact]
    public void A_restart_before_during_and_after_checkpoints_finds_the_same()
    {
        GrantNode root = _bench.Root(Units(100, "day"), Units(1_000, "month"));
        GrantNode leaf = _bench.Share(root, Units(50, "day"));
        _ = _bench.Ledger.Checkpoint();
        _bench.Spend(leaf, Usd(5));
        Assert.Empty(Limits(root, Units(1_000, "month"), Units(70, "hour")));
        _ = _bench.Ledger.Checkpoint();
        _bench.Spend(leaf, Usd(7));
        Assert.Empty(Limits(root, Units(900, "month"), Units(70, "hour"), Units(20, "day")));
        _bench.Spend(leaf, Usd(8));

        Replay start = _bench.Restart();

        Assert.Null(start.Mismatch);
        Assert.Equal([20, 15, 8], _bench.Ledger.Use(_bench.Again(root)).Select(use => use.Committed));
        Assert.Equal(["usd 0.0000009/month", "usd 0.00000007/hour", "usd 0.00000002/day"], _bench.Again(root).Grant.Limits.Select(limit => limit.ToString()));
        Assert.Null(_bench.Journal.Proof(_bench.Journal.Image().Grants).Problem);
    }

    [Fact]
    public void What_is_carved_out_for_those_below_cannot_be_taken_from_them()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        _bench.Carve(root, Units(40, "day"));

        Assert.Equal("delegation_exceeds", Assert.Single(Limits(root, Units(39, "day"))).Code);
        Assert.Equal("delegation_exceeds", Assert.Single(Limits(root, Units(100, "month"))).Code);
        Assert.Empty(Limits(root, Units(40, "day")));

        Assert.Equal(0, _bench.Left(root));
    }

    [Fact]
    public void A_carve_grows_by_what_is_free_above_and_gives_back_what_it_falls_by()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode carve = _bench.Carve(root, Units(40, "day"));
        _bench.Spend(root, Usd(50));
        _bench.Spend(carve, Usd(30));

        Assert.Equal("delegation_exceeds", Assert.Single(Limits(carve, Units(51, "day"))).Code);
        Assert.Empty(Limits(carve, Units(50, "day")));
        Assert.Equal((0, 20), (_bench.Left(root), _bench.Left(carve)));

        Assert.Empty(Limits(carve, Units(10, "day")));

        Assert.Equal((20, -20), (_bench.Left(root), _bench.Left(carve))); // 30 of it are used, by the carve.
        Assert.Equal("limit_spent", _bench.Refusal(carve, Usd(1)).Code);
        Assert.Null(_bench.Restart().Mismatch);
        Assert.Equal(20, _bench.Left(_bench.Again(root)));
    }

    [Fact]
    public void A_child_is_never_set_wider_than_its_parent_and_an_old_excess_stands_in_no_ones_way()
    {
        GrantNode root = _bench.Made(_bench.Shape(null, GrantKind.Share, Units(100, "day")) with { Scope = new Scope { Models = ["gpt-*"] } });
        GrantNode child = _bench.Share(root, Units(80, "day"));

        Assert.Equal("delegation_exceeds", Assert.Single(Limits(child, Units(101, "day"))).Code);
        Assert.Equal("delegation_exceeds", Assert.Single(Set(child, grant => grant with { Scope = new Scope { Models = ["claude-*"] } })).Code);
        Assert.Empty(Limits(root, Units(50, "day")));

        Assert.Empty(Set(child, grant => grant with { Scope = new Scope { Models = ["gpt-5*"] } }));
        Assert.Equal("delegation_exceeds", Assert.Single(Limits(child, Units(70, "day"))).Code);

        Assert.Equal(["gpt-5*"], child.Scope.Models!.Value);
        Assert.Equal("request_exceeds_limit", _bench.Refusal(child, Usd(60)).Code);
    }

    [Fact]
    public void A_scope_that_is_narrowed_narrows_everything_below_at_once()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode leaf = _bench.Share(_bench.Share(root));

        Assert.Empty(Set(root, grant => grant with { Scope = new Scope { ModelClasses = ["small"] } }));

        Assert.Equal(["small"], leaf.Scope.ModelClasses!.Value);
    }

    [Fact]
    public void Another_end_holds_and_what_is_over_stays_over()
    {
        GrantNode root = _bench.Made(_bench.Shape(null, GrantKind.Share, Units(100, "day")) with { ExpiresAt = Start.AddHours(1) });
        Assert.Empty(Set(root, grant => grant with { ExpiresAt = Start.AddHours(3) }));

        _bench.Clock.Advance(TimeSpan.FromHours(2));
        _bench.Spend(root, Usd(1));
        _bench.Clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal("grant_expired", _bench.Refusal(root, Usd(1)).Code);
        Assert.Equal("grant_revoked", Assert.Single(Set(root, grant => grant with { ExpiresAt = null })).Code);
    }

    [Fact]
    public void A_limit_that_is_raised_keeps_its_place_until_the_raise_is_over()
    {
        GrantNode root = _bench.Root(Units(100, "day"), Units(500, "month"));
        long now = Start.ToUnixTimeMilliseconds();
        Assert.True(_bench.Ledger.Raise(new Overlay(Guid.CreateVersion7(), root.Grant.Id, 1, 50, now, now + 3_600_000, "raise"), "test", "more", out _));

        Assert.Equal("grant_limits", Assert.Single(Limits(root, Units(500, "month"))).Code);
        Assert.Empty(Limits(root, Units(90, "day"), Units(400, "month")));
        Assert.Equal(450, _bench.Left(root, 1));
        _bench.Clock.Advance(TimeSpan.FromHours(2));

        Assert.Empty(Limits(root, Units(500, "month")));
    }

    [Fact]
    public void The_version_that_was_read_may_be_named_and_the_event_says_before_and_after()
    {
        GrantNode root = _bench.Root(Units(100, "day"));

        Assert.Equal("version_stale", Assert.Single(Set(root, grant => grant with { ExpiresAt = Start.AddDays(1) }, version: 2)).Code);
        Assert.Empty(Set(root, grant => grant with { ExpiresAt = Start.AddDays(1) }, version: 1));
        int written = _bench.Journal.Entries.Count;
        Assert.Empty(Set(root, grant => grant with { ExpiresAt = Start.AddDays(1) }));

        Assert.Equal((2, written), (root.Grant.Version, _bench.Journal.Entries.Count)); // The same again is no change.
        LedgerEvent happened = _bench.Journal.Events.Last();
        Assert.Equal((LedgerEventKind.GrantChanged, "grant_set", "test", "because"), (happened.Kind, happened.Code, happened.Actor, happened.Reason));
        Assert.Equal(["expires_at: none -> 2026-03-11 12:00:00Z"], GrantSetting.Of(happened).Differences());
    }

    [Fact]
    public void Accounts_of_keys_and_seals_keep_what_they_say()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        GrantNode seal = _bench.Made(_bench.Shape(root, GrantKind.BreakGlass, Units(10, "day")));
        GrantNode account = _bench.Ledger.AccountFor(root, GrantId.New(Start), [Units(5, "none")], Start.AddHours(1), out _)!;

        Assert.Equal("grant_limits", Assert.Single(Limits(seal, Units(20, "day"))).Code);
        Assert.Equal("grant_limits", Assert.Single(Limits(account, Units(20, "none"))).Code);
    }

    private IReadOnlyList<DelegationFault> Limits(GrantNode node, params Limit[] limits) => Set(node, grant => grant with { Limits = [.. limits] });

    private IReadOnlyList<DelegationFault> Set(GrantNode node, Func<Grant, Grant> change, int? version = null) => _bench.Ledger.Set(node.Grant.Id, change, version, "test", "because", out _);
}
