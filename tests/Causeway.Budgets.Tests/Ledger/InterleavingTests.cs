using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Ledger;

/// <summary>Reserve, grow, settle, expire and revoke in every order, and from several threads at once.</summary>
public sealed class InterleavingTests
{
    /// <summary>What one actor does, in its own order.</summary>
    private static readonly Action<World>[][][] s_plays =
    [
        [
            [world => world.Reserve(0, 60), world => world.Extend(0, 30), world => world.Settle(0, 45)],
            [world => world.Reserve(1, 60), world => world.Settle(1, 60)],
            [world => world.Revoke()],
            [world => world.Late(), world => world.Ledger.Sweep()],
        ],
        [
            [world => world.Reserve(0, 40), world => world.Settle(0, 40), world => world.Settle(0, 40)],
            [world => world.Void(0), world => world.Reserve(1, 40)],
            [world => world.Doubt(0), world => world.Doubt(1)],
            [world => world.Revoke()],
        ],
        [
            [world => world.Reserve(0, 50), world => world.Extend(0, 50), world => world.Settle(0, 120)],
            [world => world.Carve(), world => world.RevokeCarve()],
            [world => world.ReserveCarve(2, 30), world => world.Settle(2, 10)],
        ],
    ];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Every_order_keeps_the_invariants(int play)
    {
        int orders = 0;
        foreach (int[] order in Orders([.. s_plays[play].Select(actor => actor.Length)]))
        {
            World world = new();
            int[] next = new int[s_plays[play].Length];
            foreach (int actor in order)
            {
                s_plays[play][actor][next[actor]++](world);
                world.Check();
            }

            orders++;
        }

        Assert.True(orders >= 200);
    }

    [Fact]
    public void Threads_that_fight_over_the_same_requests_end_each_once()
    {
        for (int round = 0; round < 150; round++)
        {
            World world = new();
            Action<World>[][] actors = s_plays[round % s_plays.Length];

            Threads.All(actors.Length, actor =>
            {
                foreach (Action<World> act in actors[actor])
                {
                    act(world);
                }

                return true;
            });

            world.Check();
        }
    }

    [Fact]
    public void After_a_revocation_nothing_is_reserved_below()
    {
        for (int round = 0; round < 6; round++)
        {
            Bench bench = new();
            GrantNode root = bench.Root(Units(1_000_000, "day"));
            GrantNode doomed = bench.Share(root);
            GrantNode[] leaves = [bench.Share(doomed), bench.Share(bench.Share(doomed)), doomed, bench.Share(root)];
            using CountdownEvent warm = new(6);

            Threads.All(7, i =>
            {
                if (i == 6)
                {
                    warm.Wait();
                    Assert.NotNull(bench.Ledger.Change(doomed.Grant.Id, GrantStatus.Revoked, true, "test", "compromised", out _));
                    return true;
                }

                int refused = 0;
                for (int n = 0; refused < 20 && (n < 500 || i % 4 != 3); n++)
                {
                    refused += bench.Reserve(leaves[i % 4], Usd(1), out LedgerDenial? denial) is null && denial!.Code == "grant_revoked" ? 1 : 0;
                    if (n == 20)
                    {
                        warm.Signal();
                    }
                }

                Assert.Equal(i % 4 != 3, refused == 20);
                return true;
            });

            LedgerEvent[] events = [.. bench.Journal.Events];
            int at = Array.FindIndex(events, happened => happened.Code == "grant_revoked" && happened.Kind == LedgerEventKind.GrantChanged);
            Assert.Contains(events[..at], happened => happened.Kind == LedgerEventKind.Reserved);
            Assert.DoesNotContain(events[at..], happened => happened.Kind == LedgerEventKind.Reserved && happened.Grant != leaves[3].Grant.Id);
        }
    }

    private static IEnumerable<int[]> Orders(int[] left)
    {
        if (left.Sum() == 0)
        {
            yield return [];
        }

        for (int actor = 0; actor < left.Length; actor++)
        {
            if (left[actor] > 0)
            {
                int[] rest = [.. left];
                rest[actor]--;
                foreach (int[] order in Orders(rest))
                {
                    yield return [actor, .. order];
                }
            }
        }
    }

    private sealed class World
    {
        private readonly Bench _bench = new();
        private readonly GrantNode _root;
        private readonly GrantNode _leaf;
        private readonly Reservation?[] _held = new Reservation?[3];
        private GrantNode? _carve;

        public World()
        {
            _root = _bench.Root(Units(100, "day"), Units(2, "none", Meter.Concurrent));
            _leaf = _bench.Share(_root, Units(90, "day"), Units(5, "day", Meter.Requests));
        }

        public BudgetLedger Ledger => _bench.Ledger;

        public void Reserve(int slot, long amount) => Volatile.Write(ref _held[slot], _bench.Reserve(_leaf, Usd(amount), out _));

        public void Carve()
        {
            Grant grant = _bench.Shape(_root, GrantKind.Carve, Units(30, "day"));
            if (Ledger.Create(grant, out _).Count == 0)
            {
                Volatile.Write(ref _carve, Ledger.Find(grant.Id));
            }
        }

        public void ReserveCarve(int slot, long amount)
        {
            if (Volatile.Read(ref _carve) is { } carve)
            {
                Volatile.Write(ref _held[slot], _bench.Reserve(carve, Usd(amount), out _));
            }
        }

        public void RevokeCarve()
        {
            if (Volatile.Read(ref _carve) is { } carve)
            {
                Ledger.Change(carve.Grant.Id, GrantStatus.Revoked, false, "test", "test", out _);
            }
        }

        public void Revoke() => Ledger.Change(_leaf.Grant.Id, GrantStatus.Revoked, false, "test", "test", out _);

        public void Late() => _bench.Clock.Advance(TimeSpan.FromMinutes(12));

        public void Extend(int slot, long more)
        {
            try
            {
                _ = Volatile.Read(ref _held[slot]) is { } open && Ledger.Extend(open, Usd(more)) is null;
            }
            catch (InvalidOperationException)
            {
                // It has ended meanwhile.
            }
        }

        public void Settle(int slot, long used) => _ = Volatile.Read(ref _held[slot]) is { } open && Ledger.Settle(open, Usd(used), UsageSource.Provider, null);

        public void Void(int slot) => _ = Volatile.Read(ref _held[slot]) is { } open && Ledger.Void(open, "connect", null);

        public void Doubt(int slot) => _ = Volatile.Read(ref _held[slot]) is { } open && Ledger.Doubt(open, "upstream_timeout", null);

        /// <summary>The model, fed with the journal, asserts the order of events; then every balance is what it says.</summary>
        public void Check()
        {
            NaiveLedger model = new();
            foreach (JournalEntry entry in _bench.Journal.Entries)
            {
                model.Apply(entry);
            }

            long now = Math.Max(model.Now, _bench.Clock.GetUtcNow().ToUnixTimeMilliseconds());
            model.Now = now;
            bool isOverrun = _bench.Journal.Events.Any(happened => happened.Code == "overrun");
            foreach (LimitState state in Ledger.Grants.SelectMany(node => node.States))
            {
                (long taken, long reserved) = model.Taken(state.Grant.Grant.Id, state.Limit, now);
                Assert.Equal((taken, reserved), (state.TakenAt(now), state.ReservedAt(now)));
                Assert.True(isOverrun || taken <= state.Limit.Amount);
            }

            foreach (Reservation one in _held.OfType<Reservation>())
            {
                Assert.Equal(model.Requests[one.Id].State, one.State);
            }
        }
    }
}
