using System.Collections.Immutable;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>The fold from the first event on. Random trees are proved at the end of each run of the model.</summary>
public sealed class LedgerProofTests
{
    private readonly Bench _bench = new();

    [Fact]
    public void An_empty_ledger_is_proved()
    {
        LedgerProof proof = new([], []);

        Assert.Equal(0, proof.End().Open);
        Assert.Equal((0L, null, Convert.ToHexStringLower(LedgerEventCodec.Origin)), (proof.Events, proof.Problem, proof.Head));
    }

    [Fact]
    public void Accounts_that_were_forgotten_and_made_anew_are_folded_as_they_were()
    {
        GrantNode root = _bench.Root(Units(1_000, "month"));
        GrantId account = GrantId.New(Start);
        ImmutableArray<Limit> totals = [Units(10, "none")];
        for (int life = 0; life < 3; life++)
        {
            GrantNode node = _bench.Ledger.AccountFor(_bench.Again(root), account, totals, _bench.Clock.GetUtcNow().AddHours(1), out _)!;
            _bench.Spend(node, Usd(4));
            _ = _bench.Ledger.Checkpoint();
            _bench.Clock.Advance(TimeSpan.FromHours(3));
            _ = _bench.Ledger.Checkpoint(); // It is over: out of memory.
            _bench.Spend(_bench.Again(root), Usd(1));
            _ = _bench.Ledger.Checkpoint();
        }

        LedgerProof proof = _bench.Journal.Proof([_bench.Again(root).Grant]);

        Assert.Equal(0, proof.End().Open);
        Assert.Null(proof.Problem);
        Assert.Equal(3, _bench.Journal.Events.Count(happened => happened.Kind == LedgerEventKind.GrantCreated && happened.Grant == account));
    }

    [Fact]
    public void Equal_ledgers_come_to_equal_balances_and_one_more_unit_to_others()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        _bench.Spend(root, Usd(5));
        string before = _bench.Journal.Proof([root.Grant]).End().Sum;
        string again = _bench.Journal.Proof([root.Grant]).End().Sum;

        _bench.Spend(root, Usd(1));

        Assert.Equal(before, again);
        Assert.NotEqual(before, _bench.Journal.Proof([root.Grant]).End().Sum);
    }

    [Fact]
    public void What_is_wrong_first_is_named()
    {
        GrantNode root = _bench.Root(Units(100, "day"));
        _bench.Spend(root, Usd(5));
        _ = _bench.Ledger.Checkpoint();
        byte[] state = [.. _bench.Journal.Image().Newer!.State];
        state[^9] ^= 1;

        LedgerProof changed = Chained([root.Grant], [new LedgerCheckpoint(3, state)], 3);
        LedgerProof cut = Chained([root.Grant], [new LedgerCheckpoint(3, _bench.Journal.Image().Newer!.State)], 2);
        LedgerProof orphaned = Chained([], [], 3);

        Assert.Equal("The balances kept with event 3 are not the sum of the events before it.", changed.Problem);
        Assert.Equal("Event 3 is missing: balances are kept with event 3.", cut.Problem);
        Assert.StartsWith("Event 2 cannot follow those before it: ", orphaned.Problem, StringComparison.Ordinal);
    }

    private LedgerProof Chained(IReadOnlyCollection<Grant> grants, IReadOnlyList<LedgerCheckpoint> checkpoints, int events)
    {
        LedgerProof proof = new(grants, checkpoints);
        byte[] hash = LedgerEventCodec.Origin.ToArray();
        foreach ((LedgerEvent happened, int place) in _bench.Journal.Events.Take(events).Select((happened, place) => (happened, place + 1)))
        {
            System.Buffers.ArrayBufferWriter<byte> bytes = new();
            LedgerEventCodec.Write(bytes, happened);
            LedgerEventCodec.Chain(hash, place, happened.AtMs, happened.Kind, bytes.WrittenSpan, hash);
            proof.Add(place, happened.AtMs, (long)happened.Kind, bytes.WrittenSpan.ToArray(), [.. hash]);
        }

        _ = proof.End();
        return proof;
    }
}
