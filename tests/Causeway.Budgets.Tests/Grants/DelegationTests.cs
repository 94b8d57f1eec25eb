using System.Collections.Immutable;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Tests.Ledger;
using CsCheck;

namespace Causeway.Budgets.Tests.Grants;

/// <summary>The lattice: what is accepted below a grant is nowhere wider (I3), and what is nowhere wider is accepted.</summary>
public sealed class DelegationTests
{
    private static readonly string[] s_environments = ["prod", "eval", "dev", ""];
    private static readonly string[] s_classes = ["small", "standard", "frontier"];
    private static readonly string[] s_patterns = ["gpt-*", "gpt-5*", "gpt-5-mini", "gpt-5", "gpt-", "claude-*", "claude-opus", "mine/gpt-5", "mine/*", "other/gpt-*", "*"];
    private static readonly string[] s_models = ["gpt-5", "gpt-5-mini", "gpt-4o", "gpt-", "gpt", "claude-opus", "claude-", "mistral", ""];

    private static readonly Gen<Scope> s_scope = Gen.Select(
        Words(s_environments), Words(s_classes), Words(s_patterns), Gen.Int[0, 3].Nullable(), Gen.Long[1, 4].Nullable(), Gen.Long[1, 4].Nullable(), Gen.Long[1, 4].Nullable(),
        (environments, classes, models, data, output, input, usd) => new Scope
        {
            Environments = environments,
            ModelClasses = classes,
            Models = models,
            Routes = classes,
            DataClassMax = data,
            MaxOutputTokens = output,
            MaxInputTokens = input,
            MaxRequestNanoUsd = usd,
        });

    private readonly Bench _bench = new();

    [Fact]
    public void A_scope_exceeds_another_exactly_where_it_allows_what_that_does_not() => Gen.Select(s_scope, s_scope).Sample((child, parent) =>
    {
        string[] wider = [.. child.Exceeds(parent)];
        int expected = Count(
            Words(child.Environments, parent.Environments), Words(child.ModelClasses, parent.ModelClasses), Models(child, parent), Words(child.Routes, parent.Routes),
            child.DataClassMax is { } data && data > parent.DataClassMax, child.MaxOutputTokens is { } output && output > parent.MaxOutputTokens,
            child.MaxInputTokens is { } input && input > parent.MaxInputTokens, child.MaxRequestNanoUsd is { } usd && usd > parent.MaxRequestNanoUsd);

        Assert.Equal(expected, wider.Length);

        static int Count(params bool[] dimensions) => dimensions.Count(isWider => isWider);

        static bool Words(ImmutableArray<string>? own, ImmutableArray<string>? above) => own is { } words && above is { } allowed && words.Any(word => !allowed.Contains(word));

        // Asked of every name rather than of the patterns: a list may be covered by several.
        static bool Models(Scope child, Scope parent) => child.Models is { } models && parent.Models is { } allowed && models.Any(model => !allowed.Any(above => Is(above, model) || (model.Contains('/', StringComparison.Ordinal) && Is(above, model.Split('/')[1]))));

        static bool Is(string above, string model) => above.EndsWith('*') ? model.StartsWith(above[..^1], StringComparison.Ordinal) : above == model;
    });

    [Fact]
    public void The_meet_allows_what_both_allow_and_nothing_else() => Gen.Select(s_scope, s_scope).Sample((one, other) =>
    {
        Scope meet = one.Meet(other);

        Assert.Empty(meet.Exceeds(one));
        Assert.Empty(meet.Exceeds(other));
        Assert.All(s_models, model => Assert.All((string[])["mine", "other", "third"], provider =>
            Assert.Equal(one.AllowsModel(model, $"{provider}/{model}") && other.AllowsModel(model, $"{provider}/{model}"), meet.AllowsModel(model, $"{provider}/{model}"))));
        Assert.All(s_environments, word => Assert.Equal((one.Environments?.Contains(word) ?? true) && (other.Environments?.Contains(word) ?? true), meet.Environments?.Contains(word) ?? true));
        Assert.Equal(Least(one.MaxOutputTokens, other.MaxOutputTokens), meet.MaxOutputTokens);
        Assert.Equal(Least(one.DataClassMax, other.DataClassMax), meet.DataClassMax);
        Assert.Equal(one.Meet(Scope.All), one);
        Assert.Empty(one.Exceeds(one));

        static long? Least(long? first, long? second) => first is null ? second : second is null ? first : Math.Min(first.Value, second.Value);
    });

    [Fact]
    public void What_is_allowed_on_a_path_is_allowed_by_every_grant_on_it() => Gen.Select(s_scope.Array[2, 5], Gen.Int[1, 9]).Sample((scopes, _) =>
    {
        Bench bench = new();
        GrantNode? node = null;
        foreach (Scope scope in scopes)
        {
            Grant grant = bench.Shape(node, GrantKind.Share) with { Scope = scope };
            bool isWider = node is not null && scope.Exceeds(node.Scope).Any();
            IReadOnlyList<DelegationFault> faults = bench.Ledger.Create(grant, out Task _);
            Assert.Equal(isWider, faults.Count > 0);
            Assert.All(faults, fault => Assert.Equal("delegation_exceeds", fault.Code));
            node = bench.Ledger.Find(grant.Id) ?? node;
        }

        foreach (GrantNode above in node!.Path)
        {
            Assert.Empty(node.Scope.Exceeds(above.Grant.Scope));
            Assert.All(s_models, model => Assert.True(!node.Scope.AllowsModel(model, "mine/" + model) || above.Grant.Scope.AllowsModel(model, "mine/" + model)));
        }
    });

    [Theory]
    [InlineData(100, 101, false)]
    [InlineData(100, 100, true)]
    [InlineData(100, 1, true)]
    public void An_amount_is_not_more_than_above(long parent, long child, bool isTaken)
    {
        GrantNode root = _bench.Root(Bench.Units(parent, "day"));

        Assert.Equal(isTaken, Faults(_bench.Shape(root, GrantKind.Share, Bench.Units(child, "day"))).Length == 0);
        Assert.Equal(isTaken, Faults(_bench.Shape(root, GrantKind.Carve, Bench.Units(child, "day"))).Length == 0);
    }

    [Fact]
    public void An_amount_is_not_more_than_that_of_the_nearest_grant_that_states_one()
    {
        GrantNode root = _bench.Root(Bench.Units(100, "day"));
        GrantNode open = _bench.Share(root);

        Assert.Equal(["delegation_exceeds"], Faults(_bench.Shape(open, GrantKind.Share, Bench.Units(101, "day"))));
        Assert.Empty(Faults(_bench.Shape(open, GrantKind.Share, Bench.Units(100, "day"))));
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(10, null, false)]
    [InlineData(10, 11, false)]
    [InlineData(10, 10, true)]
    [InlineData(null, 10, true)]
    public void A_grant_ends_no_later_than_the_one_above(int? parent, int? child, bool isTaken)
    {
        GrantNode root = _bench.Made(_bench.Shape(null, GrantKind.Share) with { ExpiresAt = parent is { } end ? Bench.Start.AddHours(end) : null });

        Assert.Equal(isTaken, Faults(_bench.Shape(root, GrantKind.Share) with { ExpiresAt = child is { } own ? Bench.Start.AddHours(own) : null }).Length == 0);
    }

    [Fact]
    public void A_path_is_no_longer_than_allowed_by_any_grant_on_it()
    {
        GrantNode node = _bench.Root();
        for (int depth = 1; depth < Grant.MaxDepth; depth++)
        {
            node = _bench.Share(node);
        }

        Assert.Equal(0, node.Grant.DepthLeft);
        Assert.Equal(["delegation_depth"], Faults(_bench.Shape(node, GrantKind.Share) with { DepthLeft = 0 }));
        GrantNode two = _bench.Made(_bench.Shape(null, GrantKind.Share) with { DepthLeft = 2 });
        Assert.Equal(["delegation_depth"], Faults(_bench.Shape(two, GrantKind.Share) with { DepthLeft = 2 }));
    }

    [Theory]
    [InlineData(GrantStatus.Suspended, "grant_suspended")]
    [InlineData(GrantStatus.Revoked, "grant_revoked")]
    public void Nothing_is_made_below_what_rests_or_is_over_however_far_above(GrantStatus status, string code)
    {
        GrantNode root = _bench.Root();
        GrantNode middle = _bench.Share(root);
        _bench.Ledger.Change(root.Grant.Id, status, "test", "test", out _);

        Assert.Equal([code], Faults(_bench.Shape(root, GrantKind.Share)));
        Assert.Equal([code], Faults(_bench.Shape(middle, GrantKind.Share)));
    }

    [Fact]
    public void Nothing_is_made_below_what_is_over_by_age()
    {
        GrantNode root = _bench.Made(_bench.Shape(null, GrantKind.Share) with { ExpiresAt = Bench.Start.AddHours(1) });
        _bench.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(["grant_expired"], Faults(_bench.Shape(root, GrantKind.Share) with { ExpiresAt = Bench.Start.AddHours(1) }));
    }

    [Fact]
    public void A_grant_states_a_limit_once_and_not_too_many()
    {
        Limit[] many = [.. Enumerable.Range(1, Grant.MaxLimits + 1).Select(i => Bench.Units(5, $"{i}m"))];

        Assert.Equal(["grant_limits"], Faults(_bench.Shape(null, GrantKind.Share, Bench.Units(5, "day"), Bench.Units(6, "day"))));
        Assert.Equal(["grant_limits"], Faults(_bench.Shape(null, GrantKind.Share, many)));
        Assert.Equal(["grant_limits"], Faults(_bench.Shape(null, GrantKind.Share, Bench.Units(0, "day"))));
        Assert.Empty(Faults(_bench.Shape(null, GrantKind.Share, many.AsSpan(0, Grant.MaxLimits))));
    }

    [Theory]
    [InlineData("30m", Meter.Usd)]
    [InlineData("none", Meter.Concurrent)]
    [InlineData("month", Meter.Usd)]
    [InlineData("day", Meter.Tokens)]
    public void A_carve_needs_the_same_meter_and_calendar_window_above(string window, Meter meter)
    {
        GrantNode root = _bench.Root(Bench.Units(100, "day"), Bench.Units(100, "30m"), Bench.Units(100, "none", Meter.Concurrent));

        Assert.Equal(["delegation_exceeds"], Faults(_bench.Shape(root, GrantKind.Carve, Bench.Units(10, window, meter))));
        Assert.Equal(["delegation_exceeds"], Faults(_bench.Shape(root, GrantKind.Carve)));
    }

    [Fact]
    public void Ids_are_used_once_and_a_parent_exists()
    {
        GrantNode root = _bench.Root();

        Assert.Equal(["grant_exists"], Faults(root.Grant));
        Assert.Equal(["grant_unknown"], Faults(_bench.Shape(null, GrantKind.Share) with { Parent = GrantId.New(Bench.Start) }));
    }

    private string[] Faults(Grant grant) => [.. _bench.Ledger.Create(grant, out _).Select(fault => fault.Code)];

    private static Gen<ImmutableArray<string>?> Words(string[] words) => Gen.Frequency(
        (1, Gen.Const((ImmutableArray<string>?)null)),
        (3, Gen.Int[0, words.Length - 1].Array[0, 3].Select(some => (ImmutableArray<string>?)[.. some.Distinct().Select(at => words[at])])));
}
