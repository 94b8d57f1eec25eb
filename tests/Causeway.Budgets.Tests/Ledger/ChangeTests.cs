using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>Suspending, resuming and revoking again change nothing (I4), and what runs is cut as soon as somebody says so.</summary>
public sealed class ChangeTests
{
    private readonly Bench _bench = new();

    [Theory]
    [InlineData(GrantStatus.Suspended)]
    [InlineData(GrantStatus.Revoked)]
    [InlineData(GrantStatus.Active)]
    public void The_same_again_is_taken_and_leaves_nothing_behind(GrantStatus status)
    {
        GrantNode grant = _bench.Root();
        Change(grant, GrantStatus.Suspended, "first");
        Grant? once = status == GrantStatus.Suspended ? grant.Grant : Change(grant, status, "first");
        int written = _bench.Journal.Entries.Count;

        Grant? again = Change(grant, status, "second");

        Assert.Equal((status, "first"), (again!.Status, again.Reason));
        Assert.Same(once, again);
        Assert.Equal(written, _bench.Journal.Entries.Count);
        _bench.Restart();
        Assert.Equal((status, "first"), (Change(_bench.Again(grant), status, "third")!.Status, _bench.Again(grant).Grant.Reason));
    }

    // The control: what is over is over.
    [Theory]
    [InlineData(GrantStatus.Suspended)]
    [InlineData(GrantStatus.Active)]
    public void What_was_revoked_is_nothing_else_again(GrantStatus status)
    {
        GrantNode grant = _bench.Root();
        Change(grant, GrantStatus.Revoked, "over");
        int written = _bench.Journal.Entries.Count;

        Assert.Null(Change(grant, status, "back"));
        Assert.Equal((GrantStatus.Revoked, written), (grant.Grant.Status, _bench.Journal.Entries.Count));
    }

    [Theory]
    [InlineData(GrantStatus.Suspended)]
    [InlineData(GrantStatus.Revoked)]
    public void Where_what_runs_was_to_be_finished_it_can_still_be_cut_and_once(GrantStatus status)
    {
        GrantNode grant = _bench.Root();
        Change(grant, status, "first");

        Change(grant, status, "looked into it", cuts: true);
        Change(grant, status, "again", cuts: true);
        Change(grant, status, "again");

        LedgerEvent[] changes = [.. _bench.Journal.Entries.Select(entry => entry.Event!).Where(one => one.Kind == LedgerEventKind.GrantChanged)];
        Assert.Equal([("first", null), ("looked into it", LedgerEvent.Cuts)], changes.Select(one => (one.Reason!, one.Detail)));
    }

    [Theory]
    [InlineData("compromised", true)]
    [InlineData("Compromised: the key was in a public repository", true)]
    [InlineData(" compromised, says mira", true)]
    [InlineData("compromisedly", false)]
    [InlineData("not compromised", false)]
    [InlineData("project ended", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void A_reason_that_says_compromised_cuts_what_runs(string? reason, bool cuts) => Assert.Equal(cuts, RevocationReason.Cuts(reason));

    private Grant? Change(GrantNode grant, GrantStatus status, string reason, bool cuts = false) => _bench.Ledger.Change(grant.Grant.Id, status, "test", reason, out _, cuts);
}
