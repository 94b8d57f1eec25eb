using System.Globalization;
using Causeway.Budgets.Adaptive;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Tests.Ledger;
using static Causeway.Budgets.Tests.Ledger.Bench;

namespace Causeway.Budgets.Tests.Adaptive;

/// <summary>Streams that hold what such answers need, and more while they run: what is stated is never passed.</summary>
public sealed class AdaptiveTests
{
    private const long Price = 3;

    // A token for each 4 bytes.
    private static readonly AnswerLength s_length = new(300, 256);

    [Fact]
    public void Random_streams_that_are_measured_token_by_token_never_pass_a_limit()
    {
        for (int seed = 1; seed <= 60; seed++)
        {
            Assert.Equal(0, Over(new Run(seed, piece: 1, isEnded: true)));
        }
    }

    [Fact]
    public void A_stream_passes_what_it_holds_by_less_than_the_piece_that_was_seen_last()
    {
        for (int seed = 1; seed <= 60; seed++)
        {
            Run run = new(seed, piece: 40, isEnded: true);

            long over = Over(run);

            Assert.InRange(over, 0, run.Ended * 40 * Price);
        }
    }

    [Fact]
    public void Without_the_end_they_would_pass_it_so_the_property_is_no_accident()
    {
        Assert.Contains(Enumerable.Range(1, 20), seed => Over(new Run(seed, piece: 1, isEnded: false)) > 0);
    }

    [Fact]
    public async Task More_is_asked_for_at_seventy_hundredths_in_steps_up_to_the_cap_and_a_refusal_lets_it_run_to_what_is_held()
    {
        List<long> asked = [];
        bool refuse = false;
        StreamAllowance allowance = new(300, 1_000, s_length, upTo =>
        {
            asked.Add(upTo);
            return ValueTask.FromResult(refuse ? new LedgerDenial("limit_held", GrantId.New(Start)) : null);
        });

        Assert.True(await allowance.CoversAsync(4 * 200));
        Assert.Empty(asked);
        Assert.True(await allowance.CoversAsync(4 * 210));
        Assert.Equal([600], asked);
        Assert.True(await allowance.CoversAsync(4 * 900)); // One event with more than a step.
        Assert.Equal([600, 1_000], asked);
        Assert.True(await allowance.CoversAsync(4 * 5_000)); // The provider ends it at its cap.

        refuse = true;
        StreamAllowance tight = new(300, 1_000, s_length, upTo => ValueTask.FromResult<LedgerDenial?>(new LedgerDenial("limit_held", GrantId.New(Start))));
        Assert.True(await tight.CoversAsync(4 * 250));
        Assert.True(await tight.CoversAsync((4 * 299) - 4));
        Assert.False(await tight.CoversAsync(4 * 300));
        Assert.Equal("limit_held", tight.Denial?.Code);
    }

    [Fact]
    public void Lengths_are_said_from_a_hundred_settled_streams_on_and_count_what_text_does_not_show()
    {
        AnswerLengths lengths = new();
        for (int i = 0; i < AnswerLengths.MinSettled; i++)
        {
            Assert.Null(lengths.Of("triage", "openai/m"));
            lengths.Observe("triage", "openai/m", i == 50 ? 4_000 : 300, 800); // Half of the tokens is reasoning that nobody sees.
        }

        AnswerLength known = Assert.NotNull(lengths.Of("triage", "openai/m"));

        Assert.InRange(known.Tokens, 300, 375);
        Assert.InRange(known.TokensOfText, 384, 480);
        Assert.Null(lengths.Of("other", "openai/m"));
    }

    private static long Over(Run run)
    {
        run.All();
        return run.Over;
    }

    // Streams that come and go over one tree; the provider generates piece by piece, and stops where it is ended or at its cap.
    private sealed class Run(int seed, int piece, bool isEnded)
    {
        private readonly Random _chance = new(seed);
        private readonly Bench _bench = new();
        private readonly List<Streaming> _streams = [];

        public long Over { get; private set; }

        public int Ended { get; private set; }

        public void All()
        {
            GrantNode root = _bench.Root(Units(9_000, "day"));
            GrantNode[] leaves = [_bench.Share(root), _bench.Share(root, Units(4_000, "day")), _bench.Carve(root, Units(3_000, "day"))];
            for (int step = 0; step < 4_000; step++)
            {
                if (_streams.Count < 12 && _chance.Next(20) == 0)
                {
                    Begin(leaves[_chance.Next(3)]);
                }
                else if (_streams.Count > 0)
                {
                    Go(_streams[_chance.Next(_streams.Count)]);
                }

                foreach (GrantNode node in leaves.Append(root))
                {
                    // What is used is what was generated, whatever is held for it.
                    long beyond = _streams.Where(one => one.Held.Grant.Path.Contains(node)).Sum(one => Math.Max(0, (one.Used * Price) - one.Held.Held.NanoUsd));
                    Over = Math.Max(Over, beyond - (node.States.Length == 0 ? long.MaxValue : _bench.Left(node)));
                }
            }
        }

        private void Begin(GrantNode leaf)
        {
            long asked = _chance.Next(400, 1_200);
            Reservation? held = _bench.Ledger.ReserveWhatFits(
                leaf,
                Guid.CreateVersion7(_bench.Clock.GetUtcNow()),
                new OutputCaps(asked, OutputCaps.Floor, asked, static cap => Usd(cap * Price)) { Expected = s_length.Tokens },
                TimeSpan.FromMinutes(10),
                Somebody,
                out long cap,
                out _);
            if (held is null)
            {
                return;
            }

            Assert.Equal(Math.Min(cap, s_length.Tokens) * Price, held.Held.NanoUsd);
            _streams.Add(new Streaming(held, cap, new StreamAllowance(Math.Min(cap, s_length.Tokens), cap, s_length, upTo =>
                ValueTask.FromResult(_bench.Ledger.Extend(held, Usd((upTo * Price) - held.Held.NanoUsd))))));
        }

        private void Go(Streaming stream)
        {
            stream.Used = Math.Min(stream.Cap, stream.Used + _chance.Next(1, piece + 1));
            Task<bool> goesOn = stream.Allowance.CoversAsync((stream.Used * 4) - 4).AsTask(); // The text that stands for so many tokens, and no byte more.
            Assert.True(goesOn.IsCompleted, string.Create(CultureInfo.InvariantCulture, $"Seed {seed} waits."));
            bool isOver = !goesOn.Result && isEnded;
            Ended += isOver ? 1 : 0;
            if (isOver || stream.Used == stream.Cap || _chance.Next(300) == 0)
            {
                Assert.True(_bench.Ledger.Settle(stream.Held, Usd(stream.Used * Price), UsageSource.Provider, null));
                _streams.Remove(stream);
            }
        }
    }

    private sealed record Streaming(Reservation Held, long Cap, StreamAllowance Allowance)
    {
        public long Used { get; set; }
    }
}
