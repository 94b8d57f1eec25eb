using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Raises;

namespace Causeway.Budgets.Tests.Raises;

/// <summary>B-17: self-approval, replay, changed amount after display and an expired request are all refused.</summary>
public sealed class RaiseDeskTests
{
    private const long Usd = 1_000_000_000;

    private readonly RaiseHouse _house = new();
    private readonly MemoryRaiseStore _store = new();
    private readonly RaiseDesk _desk;
    private readonly GrantNode _grant;

    public RaiseDeskTests()
    {
        _desk = new RaiseDesk(_store, _house.Ledger, new RaisePolicy(1_000 * Usd), _house.Time);
        _grant = _house.Grant(null, ["usd 10/month", "tokens 1M/day"]);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_approved_request_raises_the_limit_until_its_end_and_leaves_the_grant_as_it_is()
    {
        Raise raise = await AskAsync(5 * Usd);
        Assert.False(_house.Spend(_grant, 11 * Usd));

        RaiseOutcome outcome = await ApproveAsync(raise, "noor");

        Assert.Equal((RaiseState.Approved, "noor", 5 * Usd), (outcome.Raise!.State, outcome.Raise.DecidedBy, outcome.Raise.Granted));
        Assert.True(_house.Spend(_grant, 14 * Usd));
        Assert.Equal(10 * Usd, _grant.Grant.Limits[0].Amount);
        _house.Time.Now = raise.Until;
        Assert.False(_house.Spend(_grant, 1 * Usd));
        Assert.Equal(["raise_requested", "raise_approved"], _house.Journal.Events.Select(one => one.Code).Where(code => code?.StartsWith("raise_", StringComparison.Ordinal) == true));
    }

    [Fact]
    public async Task Nobody_approves_what_they_asked_for_themselves()
    {
        Raise raise = await AskAsync(5 * Usd);
        Raise byKey = await AskAsync(5 * Usd, by: "key_1", keyCreatedBy: "noor");

        Assert.Equal("self_approval", (await ApproveAsync(raise, "mira")).Fault!.Code);
        Assert.Equal("self_approval", (await ApproveAsync(byKey, "noor")).Fault!.Code);
        Assert.Equal("self_approval", (await ApproveAsync(byKey, "key_1")).Fault!.Code);
        Assert.Equal(RaiseState.Pending, (await _desk.FindAsync(raise.Id, Cancel))!.State);
        Assert.False(_house.Spend(_grant, 11 * Usd));
    }

    [Fact]
    public async Task Of_a_grant_that_was_revoked_since_nothing_is_approved()
    {
        Raise raise = await AskAsync(5 * Usd);
        await _house.Ledger.ChangeAsync(_grant.Grant.Id, GrantStatus.Revoked, "noor", "it leaked");

        RaiseOutcome outcome = await ApproveAsync(raise, "noor");

        Assert.Equal("raise_changed", outcome.Fault!.Code);
        Assert.Contains("was revoked since", outcome.Fault.Message, StringComparison.Ordinal);
        Assert.Equal(RaiseState.Pending, (await _desk.FindAsync(raise.Id, Cancel))!.State);
    }

    [Fact]
    public async Task What_was_changed_after_it_was_shown_is_not_approved()
    {
        Raise raise = await AskAsync(5 * Usd);
        string shown = RaiseJson.Digest(raise);
        _store.Tamper(raise with { Amount = 500 * Usd });

        RaiseOutcome outcome = await _desk.ApproveAsync(raise.Id, null, shown, "noor", null, Cancel);

        Assert.Equal("raise_changed", outcome.Fault!.Code);
        Assert.False(_house.Spend(_grant, 11 * Usd));
    }

    [Fact]
    public async Task The_digest_covers_every_field_that_is_shown()
    {
        Raise raise = await AskAsync(5 * Usd);
        Raise[] others =
        [
            raise with { Id = RaiseId.New(RaiseHouse.Start) }, raise with { Grant = GrantId.New(RaiseHouse.Start) }, raise with { Limit = 1 }, raise with { LimitText = "usd 11/month" },
            raise with { Meter = Meter.Requests }, raise with { Amount = 6 }, raise with { Until = raise.Until.AddMilliseconds(1) }, raise with { Reason = "another" }, raise with { Ticket = "T-1" },
            raise with { RequestedBy = "ida" }, raise with { CreatedAt = raise.CreatedAt.AddMilliseconds(1) }, raise with { Approvals = [new Approval("noor", 1, "", RaiseHouse.Start, null)] },
        ];

        Assert.Equal(others.Length + 1, others.Append(raise).Select(RaiseJson.Digest).Distinct().Count());
        Assert.Matches("^[0-9a-f]{64}$", RaiseJson.Digest(raise));
    }

    [Fact]
    public async Task Nobody_decides_about_a_request_after_a_day()
    {
        Raise raise = await AskAsync(5 * Usd);
        _house.Time.Now = RaiseHouse.Start.AddHours(24);

        Assert.Equal("raise_expired", (await ApproveAsync(raise, "noor")).Fault!.Code);
        Assert.Equal("raise_expired", (await _desk.DenyAsync(raise.Id, "noor", "late", Cancel)).Fault!.Code);
        Assert.Equal(RaiseState.Expired, Assert.Single(await _desk.ListAsync(onlyPending: false, Cancel)).State);
        Assert.Empty(await _desk.ListAsync(onlyPending: true, Cancel));
        Assert.Single(_house.Journal.Events, one => one.Code == "raise_expired");
        Assert.False(_house.Spend(_grant, 11 * Usd));
    }

    [Fact]
    public async Task A_request_expires_with_the_time_that_it_asks_for()
    {
        Raise raise = await AskAsync(5 * Usd, until: RaiseHouse.Start.AddMinutes(30));
        _house.Time.Now = RaiseHouse.Start.AddMinutes(30);

        Assert.Equal("raise_expired", (await ApproveAsync(raise, "noor")).Fault!.Code);
    }

    [Fact]
    public async Task The_same_approval_again_is_the_same_answer_and_another_one_is_a_replay()
    {
        Raise raise = await AskAsync(5 * Usd);
        string digest = RaiseJson.Digest(raise);
        RaiseOutcome first = await _desk.ApproveAsync(raise.Id, 3 * Usd, digest, "noor", "fine", Cancel);
        int events = _house.Journal.Events.Count;
        _house.Time.Now = RaiseHouse.Start.AddHours(30);

        RaiseOutcome again = await _desk.ApproveAsync(raise.Id, 3 * Usd, digest, "noor", "fine", Cancel);

        Assert.Equal(RaiseJson.Write(first.Raise!), RaiseJson.Write(again.Raise!));
        Assert.Equal(events, _house.Journal.Events.Count);
        Assert.Equal("raise_decided", (await _desk.ApproveAsync(raise.Id, 4 * Usd, digest, "noor", null, Cancel)).Fault!.Code);
        RaiseOutcome other = await _desk.ApproveAsync(raise.Id, null, digest, "ida", null, Cancel);
        Assert.Equal("raise_decided", other.Fault!.Code);
        Assert.Contains("is approved since 2026-11-23 10:00:00Z, by noor: 3 USD until", other.Fault.Message, StringComparison.Ordinal);
        Assert.Equal("raise_decided", (await _desk.DenyAsync(raise.Id, "ida", "no", Cancel)).Fault!.Code);
        Assert.True(_house.Spend(_grant, 13 * Usd));
        Assert.False(_house.Spend(_grant, 1));
    }

    [Fact]
    public async Task A_decision_whose_effect_was_lost_is_made_up_for_by_the_same_decision()
    {
        Raise raise = await AskAsync(5 * Usd);
        string digest = RaiseJson.Digest(raise);
        await _desk.ApproveAsync(raise.Id, null, digest, "noor", null, Cancel);

        // Another process, whose ledger was never told.
        RaiseHouse bare = new();
        Assert.Empty(bare.Ledger.Create(_grant.Grant, out _));
        RaiseOutcome again = await new RaiseDesk(_store, bare.Ledger, new RaisePolicy(1_000 * Usd), bare.Time).ApproveAsync(raise.Id, null, digest, "noor", null, Cancel);

        Assert.Equal(RaiseState.Approved, again.Raise!.State);
        Assert.True(bare.Spend(bare.Ledger.Find(_grant.Grant.Id)!, 15 * Usd));
    }

    [Fact]
    public async Task An_approver_may_give_less_and_never_more()
    {
        Raise raise = await AskAsync(5 * Usd);
        string digest = RaiseJson.Digest(raise);

        Assert.Equal("raise_invalid", (await _desk.ApproveAsync(raise.Id, 6 * Usd, digest, "noor", null, Cancel)).Fault!.Code);
        Assert.Equal("raise_invalid", (await _desk.ApproveAsync(raise.Id, 0, digest, "noor", null, Cancel)).Fault!.Code);
        Assert.Equal(2 * Usd, (await _desk.ApproveAsync(raise.Id, 2 * Usd, digest, "noor", null, Cancel)).Raise!.Granted);
    }

    [Fact]
    public async Task More_than_the_threshold_needs_two_and_the_second_sees_what_the_first_gave()
    {
        Raise raise = await AskAsync(1_001 * Usd);
        string shown = RaiseJson.Digest(raise);
        RaiseOutcome first = await _desk.ApproveAsync(raise.Id, 900 * Usd, shown, "noor", null, Cancel);

        Assert.Equal((RaiseState.Pending, 2), (first.Raise!.State, _desk.ApproversNeeded(raise)));
        Assert.False(_house.Spend(_grant, 11 * Usd));
        Assert.Equal("raise_decided", (await ApproveAsync(first.Raise, "noor")).Fault!.Code);
        Assert.Equal("self_approval", (await ApproveAsync(first.Raise, "mira")).Fault!.Code);
        Assert.Equal("raise_changed", (await _desk.ApproveAsync(raise.Id, null, shown, "ida", null, Cancel)).Fault!.Code);
        RaiseOutcome second = await ApproveAsync(first.Raise, "ida");
        Assert.Equal((RaiseState.Approved, 900 * Usd), (second.Raise!.State, second.Raise.Granted));
        Assert.True(_house.Spend(_grant, 910 * Usd));
        Assert.Equal([("raise_approval", "noor"), ("raise_approved", "ida")], _house.Journal.Events.Where(one => one.Kind == LedgerEventKind.RaiseDecided).Select(one => (one.Code!, one.Actor!)));
        Assert.Equal(1, _desk.ApproversNeeded(await AskAsync(1_000 * Usd)));
    }

    [Fact]
    public async Task Two_at_one_moment_are_one_decision_and_one_replay()
    {
        Raise raise = await AskAsync(5 * Usd);
        string digest = RaiseJson.Digest(raise);
        RaiseOutcome? denied = null;
        _store.BeforeReplace = () => denied = _desk.DenyAsync(raise.Id, "ida", "no", Cancel).GetAwaiter().GetResult();

        RaiseOutcome approved = await _desk.ApproveAsync(raise.Id, null, digest, "noor", null, Cancel);

        Assert.Equal(RaiseState.Denied, denied!.Raise!.State);
        Assert.Equal("raise_decided", approved.Fault!.Code);
        Assert.False(_house.Spend(_grant, 11 * Usd));
    }

    [Fact]
    public async Task Whoever_asked_takes_it_back_and_others_deny_it()
    {
        Raise mine = await AskAsync(5 * Usd);
        Raise other = await AskAsync(5 * Usd);

        Assert.Equal(RaiseState.Withdrawn, (await _desk.DenyAsync(mine.Id, "mira", null, Cancel)).Raise!.State);
        Assert.Equal(RaiseState.Denied, (await _desk.DenyAsync(other.Id, "noor", "no", Cancel)).Raise!.State);
        Assert.Equal(RaiseState.Denied, (await _desk.DenyAsync(other.Id, "noor", "no", Cancel)).Raise!.State);
        Assert.Equal("raise_decided", (await ApproveAsync(other, "ida")).Fault!.Code);
        Assert.Equal(["raise_withdrawn", "raise_denied"], _house.Journal.Events.Where(one => one.Kind == LedgerEventKind.RaiseDecided).Select(one => one.Code));
        Assert.Equal("raise_unknown", (await _desk.DenyAsync(RaiseId.New(RaiseHouse.Start), "noor", "no", Cancel)).Fault!.Code);
    }

    [Fact]
    public async Task A_grant_has_a_bound_of_open_requests()
    {
        for (int i = 0; i < Raise.MaxPending; i++)
        {
            await AskAsync(Usd);
        }

        RaiseOutcome outcome = await _desk.RequestAsync(New(Usd), Cancel);

        Assert.Equal("raise_invalid", outcome.Fault!.Code);
    }

    [Fact]
    public async Task A_limit_above_that_would_bind_all_the_same_is_named()
    {
        GrantNode root = _house.Grant(null, ["usd 12/month", "tokens 5/day"]);
        GrantNode child = _house.Grant(root, ["usd 10/month"]);
        Raise raise = New(5 * Usd) with { Grant = child.Grant.Id };
        Assert.True(_house.Spend(child, 10 * Usd));

        BindingLimit binding = Assert.Single(_desk.StillBinding(raise));

        Assert.Equal((root.Grant.Id, 2 * Usd), (binding.Grant, binding.Left));
        Assert.Empty(_desk.StillBinding(raise with { Amount = 2 * Usd }));
    }

    [Fact]
    public async Task The_first_review_of_a_broken_glass_stands()
    {
        BrokenGlass glass = new() { Id = Guid.NewGuid(), Grant = _grant.Grant.Id, Seal = _grant.Grant.Id, NanoUsd = 1, At = RaiseHouse.Start, Until = RaiseHouse.Start, By = "mira", Reason = "an outage" };
        await _store.PutAsync(glass, Cancel);

        await _desk.ReviewAsync(glass.Id, "noor", "a real one", Cancel);
        BrokenGlass? second = await _desk.ReviewAsync(glass.Id, "ida", "another word", Cancel);

        Assert.Equal(("noor", "a real one"), (second!.ReviewedBy, second.ReviewReason));
        Assert.Empty(await _desk.ListGlassAsync(onlyUnreviewed: true, Cancel));
        Assert.Null(await _desk.ReviewAsync(Guid.NewGuid(), "ida", "none", Cancel));
        Assert.Single(_house.Journal.Events, one => one.Code == "glass_reviewed");
    }

    private Task<RaiseOutcome> ApproveAsync(Raise raise, string by) => _desk.ApproveAsync(raise.Id, null, RaiseJson.Digest(raise), by, null, Cancel);

    private async Task<Raise> AskAsync(long amount, string by = "mira", string? keyCreatedBy = null, DateTimeOffset? until = null) =>
        (await _desk.RequestAsync(New(amount) with { RequestedBy = by, KeyCreatedBy = keyCreatedBy, Until = until ?? RaiseHouse.Start.AddDays(7) }, Cancel)).Raise!;

    private Raise New(long amount) => new()
    {
        Id = RaiseId.New(_house.Time.Now),
        Grant = _grant.Grant.Id,
        Limit = 0,
        LimitText = "usd 10/month",
        Meter = Meter.Usd,
        Amount = amount,
        Until = RaiseHouse.Start.AddDays(7),
        Reason = "a launch",
        RequestedBy = "mira",
        CreatedAt = _house.Time.Now,
    };
}
