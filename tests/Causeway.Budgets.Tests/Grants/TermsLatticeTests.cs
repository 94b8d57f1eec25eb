using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Tests.Ledger;
using CsCheck;

namespace Causeway.Budgets.Tests.Grants;

/// <summary>The lattice beside the scope (B-10): whose a grant is, when it holds, how it is enforced, what is cut, how much there is. Nowhere wider is accepted, wider anywhere is not.</summary>
public sealed class TermsLatticeTests
{
    private static readonly string[] s_windows = ["hour", "day", "week", "month", "none", "90m", "36h"];

    private static readonly Gen<Terms> s_terms = Gen.Select(
        Gen.Enum<Enforcement>(), Gen.Bool, Gen.Int[0, 3].Nullable(), Gen.Int[4, 6].Nullable(), Gen.Int[0, 3], Gen.Select(Gen.Int[0, 6], Gen.Int[1, 4]).Array[0, 2],
        (enforcement, cuts, begins, ends, holder, limits) => new Terms(enforcement, cuts, begins, ends, holder, [.. limits.DistinctBy(one => one.Item1)]));

    [Fact]
    public void A_grant_is_accepted_below_another_exactly_where_it_is_nowhere_wider() => Gen.Select(s_terms, s_terms).Sample((parent, child) =>
    {
        Bench bench = new();
        GrantNode above = bench.Made(parent.Of(bench.Shape(null, GrantKind.Share)));

        IReadOnlyList<DelegationFault> faults = bench.Ledger.Create(child.Of(bench.Shape(above, GrantKind.Share)), out _);

        Assert.Equal(child.IsWithin(parent), faults.Count == 0);
        Assert.All(faults, fault => Assert.Equal("delegation_exceeds", fault.Code));
    });

    [Fact]
    public void What_is_accepted_below_two_grants_is_nowhere_wider_than_either() => Gen.Select(s_terms, s_terms, s_terms).Sample((top, middle, leaf) =>
    {
        Bench bench = new();
        GrantNode root = bench.Made(top.Of(bench.Shape(null, GrantKind.Share)));
        if (bench.Ledger.Create(middle.Of(bench.Shape(root, GrantKind.Share)), out _).Count > 0)
        {
            return;
        }

        GrantNode between = bench.Ledger.Grants.Single(node => node.Parent == root);
        Grant child = leaf.Of(bench.Shape(between, GrantKind.Share));

        bool isTaken = bench.Ledger.Create(child, out _).Count == 0;

        Assert.Equal(leaf.IsWithin(middle) && leaf.IsWithin(top), isTaken);
    });

    // A grant that was made before the one above it was narrowed follows at once (I3).
    [Fact]
    public void Narrowing_a_grant_narrows_what_stands_below_it_at_once() => Gen.Select(s_terms, s_terms).Sample((before, after) =>
    {
        Bench bench = new();
        GrantNode root = bench.Made(before.Of(bench.Shape(null, GrantKind.Share)));
        GrantNode leaf = bench.Made(before.Of(bench.Shape(root, GrantKind.Share)));

        Assert.Empty(bench.Ledger.Set(root.Grant.Id, grant => grant with { Enforcement = after.Enforcement, CutOnRevoke = after.Cuts }, null, "test", "test", out _));

        Assert.Equal(after.Enforcement < before.Enforcement ? after.Enforcement : before.Enforcement, leaf.Enforcement);
        Assert.Equal(before.Cuts || after.Cuts, leaf.CutsOnRevoke);
    });

    [Theory]
    [InlineData("5/hour", "1/day", false)]
    [InlineData("1/hour", "5/day", true)] // Adds up to more: a ceiling over a pool, of which every request is taken as well.
    [InlineData("5/hour", "5/day", true)]
    [InlineData("6/24h", "5/day", false)]
    [InlineData("100/day", "5/hour", true)]
    [InlineData("6/day", "5", false)]
    [InlineData("6", "5/day", true)]
    public void An_amount_fits_into_that_of_every_window_above_that_is_no_shorter(string child, string parent, bool isTaken)
    {
        Bench bench = new();
        GrantNode root = bench.Root(Of(parent));
        GrantNode between = bench.Share(root);

        Assert.Equal(isTaken, bench.Ledger.Create(bench.Shape(root, GrantKind.Share, Of(child)), out _).Count == 0);
        Assert.Equal(isTaken, bench.Ledger.Create(bench.Shape(between, GrantKind.Share, Of(child)), out _).Count == 0);
        Assert.Empty(bench.Ledger.Create(bench.Shape(root, GrantKind.Share, Of(child) with { Meter = Meter.Tokens }), out _));

        static Limit Of(string text) => Limit.TryParse(Meter.Requests, text, "UTC", out Limit limit, out string problem) ? limit : throw new FormatException(problem);
    }

    [Fact]
    public void What_is_wider_says_in_what_and_what_to_state_instead()
    {
        Bench bench = new();
        GrantNode root = bench.Made(bench.Shape(null, GrantKind.Share) with { Holder = new Holder(false, "t"), NotBefore = Bench.Start.AddHours(1), CutOnRevoke = true });
        GrantNode feature = bench.Made(bench.Shape(root, GrantKind.Share) with { Holder = new Holder(true, "a"), CutOnRevoke = true });

        Assert.Equal(
            [
                $"no key could belong to it: one for team/other is not for team/t, whose grant {root.Grant.Id} stands above; leave the holder out, or name a feature",
                "it cannot hold before 2026-03-10 13:00:00Z, when the grant above begins (--not-before)",
                "it would be enforced soft, and what is above it is hard: while the store is away it would go on where that may not (--enforcement hard)",
                "its streams would be finished when it is revoked, and those of the grant above are cut (--on-revoke cut)",
            ],
            Messages(bench.Shape(root, GrantKind.Share) with { Holder = new Holder(false, "other"), NotBefore = Bench.Start, Enforcement = Enforcement.Soft }));
        Assert.Equal(
            [$"no key could belong to it: one for feature/b is not for feature/a, whose grant {feature.Grant.Id} stands above; leave the holder out, or name a team"],
            Messages(bench.Shape(feature, GrantKind.Share) with { Holder = new Holder(true, "b"), CutOnRevoke = true }));
        Assert.Single(Messages(bench.Shape(feature, GrantKind.Share) with { Holder = new Holder(false, "other"), CutOnRevoke = true })); // However far above.
        Assert.Empty(Messages(bench.Shape(feature, GrantKind.Share) with { Holder = new Holder(false, "t"), CutOnRevoke = true }));

        string[] Messages(Grant grant) => [.. bench.Ledger.Create(grant, out _).Select(fault => fault.Message)];
    }

    private sealed record Terms(Enforcement Enforcement, bool Cuts, int? Begins, int? Ends, int Holder, (int Window, int Amount)[] Limits)
    {
        public Grant Of(Grant grant) => grant with
        {
            Enforcement = Enforcement,
            CutOnRevoke = Cuts,
            NotBefore = Begins is { } start ? Bench.Start.AddHours(start) : null,
            ExpiresAt = Ends is { } end ? Bench.Start.AddHours(end) : null,
            Holder = new Holder(Holder > 1, Holder % 2 == 0 ? "a" : "b"),
            Limits = [.. Limits.Select(one => Bench.Units(one.Amount, s_windows[one.Window]))],
        };

        public bool IsWithin(Terms parent) => Holders(parent) && Amounts(parent) && Enforced(parent) && Cut(parent)
            && !(Begins < parent.Begins) && (parent.Ends is null || Ends <= parent.Ends);

        public bool Holders(Terms parent) => Holder / 2 != parent.Holder / 2 || Holder == parent.Holder;

        public bool Enforced(Terms parent) => Enforcement <= parent.Enforcement;

        public bool Cut(Terms parent) => Cuts || !parent.Cuts;

        public bool Amounts(Terms parent) => Limits.All(own => Array.Exists(parent.Limits, above => above.Window == own.Window)
            ? own.Amount <= parent.Limits.Single(above => above.Window == own.Window).Amount
            : parent.Limits.All(above => Hours(own.Window) > Hours(above.Window) || own.Amount <= above.Amount));

        private static double Hours(int window) => s_windows[window] switch { "hour" => 1, "90m" => 1.5, "day" => 24, "36h" => 36, "week" => 168, "month" => 720, _ => double.PositiveInfinity };
    }
}
