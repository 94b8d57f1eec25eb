using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

public sealed class RaiseTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void A_raise_holds_from_its_beginning_to_just_before_its_end()
    {
        GrantNode root = _bench.Root(Units(100, "month"));
        Raise(root, 50, 1, 2);

        Assert.Equal(100, _bench.Left(root));
        _bench.Clock.Advance(TimeSpan.FromHours(1));
        _bench.Hold(root, Usd(150));
        _bench.Clock.Advance(TimeSpan.FromHours(1));

        Assert.Equal(-50, _bench.Left(root));
        Assert.NotNull(_bench.Refusal(root, Usd(1)));
    }

    [Fact]
    public void A_raise_for_later_leaves_the_one_that_holds_until_then()
    {
        GrantNode root = _bench.Root(Units(100, "month"));
        Raise(root, 50, 0, 1);
        Raise(root, 70, 2, 3);

        Assert.Equal(150, _bench.Left(root));
        _bench.Restart();
        Assert.Equal(150, _bench.Left(_bench.Again(root)));
        _bench.Clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal(170, _bench.Left(_bench.Again(root)));
    }

    [Fact]
    public void The_same_raise_again_counts_once_and_several_add_up()
    {
        GrantNode root = _bench.Root(Units(100, "month"));
        Overlay raise = Raise(root, 50, 0, 1);

        _bench.Ledger.Raise(raise, "test", "again", out _);
        Assert.Equal(150, _bench.Left(root));
        Raise(root, 20, 0, 1);

        Assert.Equal(170, _bench.Left(root));
    }

    [Theory]
    [InlineData(0, 0, 1)]
    [InlineData(-5, 0, 1)]
    [InlineData(5, 1, 1)]
    public void A_raise_neither_lowers_nor_ends_before_it_begins(long amount, int from, int until)
    {
        GrantNode root = _bench.Root(Units(100, "month"));

        Assert.Throws<ArgumentOutOfRangeException>(() => Raise(root, amount, from, until));
    }

    [Fact]
    public void A_raise_of_an_absurd_amount_breaks_no_decision()
    {
        GrantNode root = _bench.Root(Units(100, "month"));
        Raise(root, long.MaxValue, 0, 1);
        Raise(root, long.MaxValue, 0, 1);

        _bench.Hold(root, Usd(1_000_000_000_000_000_000));
    }

    [Fact]
    public void There_is_nothing_to_raise_where_there_is_no_such_limit()
    {
        GrantNode root = _bench.Root(Units(100, "month"));
        long now = Start.ToUnixTimeMilliseconds();

        Assert.False(_bench.Ledger.Raise(new Overlay(Guid.CreateVersion7(), root.Grant.Id, 1, 5, now, now + 1, "test"), "test", "test", out _));
        Assert.False(_bench.Ledger.Raise(new Overlay(Guid.CreateVersion7(), root.Grant.Id, -1, 5, now, now + 1, "test"), "test", "test", out _));
        Assert.False(_bench.Ledger.Raise(new Overlay(Guid.CreateVersion7(), GrantId.New(Start), 0, 5, now, now + 1, "test"), "test", "test", out _));
    }

    private Overlay Raise(GrantNode grant, long amount, int fromHours, int untilHours)
    {
        Overlay raise = new(Guid.CreateVersion7(), grant.Grant.Id, 0, amount, Start.AddHours(fromHours).ToUnixTimeMilliseconds(), Start.AddHours(untilHours).ToUnixTimeMilliseconds(), "test");
        Assert.True(_bench.Ledger.Raise(raise, "test", "test", out _));
        return raise;
    }
}
