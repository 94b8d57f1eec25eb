using Causeway.Releases.Sentinel;

namespace Causeway.Releases.Tests.Sentinel;

/// <summary>The pooled test against its published reference, by simulation with printed seeds.</summary>
public sealed class BorderTestTests
{
    private static readonly DateTimeOffset s_start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_statistic_is_the_sum_of_squares_and_its_chance_is_counted_exactly()
    {
        BorderPrompt[] one = [new BorderPrompt("a or b?", "a", 2, 4)];

        (double statistic, double p) = BorderTest.Compare(one, [2], [2]);

        // Of 6 draws 4 were "a"; 2 are the cycle's: both "a" in 6 of 15 shuffles, one in 8, none in 1. Mean 4/3, variance 2 · 2/3 · 1/3 · 4/5 = 16/45.
        Assert.Equal(Math.Pow(2 - (4 / 3.0), 2) / (16 / 45.0), statistic, 12);
        Assert.Equal(7 / 15.0, p, 12); // As far from the mean, or farther: both "a", and none.
    }

    [Fact]
    public void Answers_that_never_differed_say_nothing_until_one_does()
    {
        BorderPrompt[] prompts = [new BorderPrompt("a", "a", 60, 60), new BorderPrompt("b", "b", 60, 60)];

        Assert.Equal((0, 1), BorderTest.Compare(prompts, [8, 8], [8, 8]));
        Assert.InRange(BorderTest.Compare(prompts, [0, 0], [8, 8]).P, 0, 1e-12);
        Assert.Equal((0, 1), BorderTest.Compare(prompts, [0, 0], [0, 0])); // Nobody answered.
        Assert.Throws<ArgumentException>(() => BorderTest.Compare(prompts, [1], [1, 1]));
    }

    // H1: what has not drifted is not called drifted, and costs no more than was said.
    [Fact]
    public void Nothing_drifts_in_a_hundred_pins_over_thirty_days_and_hardly_anything_is_called_drifted()
    {
        const int Pins = 100;
        int drifted = 0;
        int mostCalls = 0;
        long cycles = 0;
        for (int seed = 0; seed < Pins; seed++)
        {
            SimulatedPin pin = new(seed);
            for (DateTimeOffset now = s_start; now < s_start.AddDays(30); now = now.AddHours(1))
            {
                (int calls, _) = pin.Look(now, shift: 0);
                cycles += calls > 0 ? 1 : 0;
            }

            drifted += pin.Watched.Drift is null ? 0 : 1;
            mostCalls = Math.Max(mostCalls, pin.MostCallsOfADay);
        }

        Assert.True(drifted <= 6, $"{drifted} of {Pins} pins were called drifted (seeds 0 to {Pins - 1})");
        Assert.True(mostCalls <= SentinelRules.DayCalls, $"{mostCalls} calls in a day");
        Assert.True(cycles > Pins * 700, $"{cycles} looks"); // It did look every hour.
    }

    // H2, and its negative control above: with no shift there is no drift.
    [Theory]
    [InlineData(0.3, 0.95, 2)]
    [InlineData(0.2, 0.5, 4)]
    public void A_shift_of_the_most_frequent_answer_is_found_in_a_few_cycles(double shift, double share, int within)
    {
        const int Runs = 200;
        List<int> needed = [];
        for (int seed = 0; seed < Runs; seed++)
        {
            SimulatedPin pin = new(1_000 + seed);
            int cycles = 0;
            for (DateTimeOffset now = s_start; pin.Watched.Drift is null && cycles < 200; now = now.AddHours(1))
            {
                (_, bool isCycle) = pin.Look(now, shift);
                cycles += isCycle ? 1 : 0;
            }

            needed.Add(cycles);
        }

        needed.Sort();
        int reached = needed[(int)Math.Ceiling(share * Runs) - 1];
        Assert.True(reached <= within, $"{share:P0} of {Runs} runs (seeds 1000 on) took {reached} cycles");
    }

    // The confirmation is what keeps it honest: without it one cycle in a hundred is an alarm.
    [Fact]
    public void Without_a_confirmation_pins_would_be_called_drifted_within_days()
    {
        int alarms = 0;
        for (int seed = 0; seed < 50; seed++)
        {
            SimulatedPin pin = new(seed);
            for (DateTimeOffset now = s_start; now < s_start.AddDays(10); now = now.AddHours(1))
            {
                pin.Look(now, shift: 0);
            }

            alarms += pin.Alarms > 0 ? 1 : 0;
        }

        Assert.True(alarms > 35, $"{alarms} of 50 pins had an alarm in ten days (seeds 0 to 49)");
    }

    /// <summary>A pin whose border prompts are answered by a coin of its own each.</summary>
    private sealed class SimulatedPin
    {
        private readonly Random _random;
        private readonly double[] _shares;

        public SimulatedPin(int seed)
        {
            _random = new Random(seed);
            _shares = [.. Enumerable.Range(0, SentinelRules.Kept).Select(_ => 0.35 + (0.3 * _random.NextDouble()))];
            BorderPrompt[] prompts = [.. _shares.Select((share, i) => new BorderPrompt($"prompt {i}", "a", Draw(share, SentinelRules.BaselineDraws), SentinelRules.BaselineDraws))];
            Watched = new WatchedPin { Provider = "sim", Model = "model", Baseline = new PinBaseline(s_start.AddHours(-1), "noor", null, prompts) };
        }

        public WatchedPin Watched { get; private set; }

        public int MostCallsOfADay { get; private set; }

        public int Alarms { get; private set; }

        public (int Calls, bool IsCycle) Look(DateTimeOffset now, double shift)
        {
            (int all, bool isCycle) = (0, false);
            while (SentinelRules.IsDue(Watched, TimeSpan.FromHours(1), floats: false, now))
            {
                bool confirms = Watched.AlarmAt is not null;
                int each = confirms ? BorderTest.ConfirmDraws : BorderTest.CycleDraws;
                int[] top = [.. _shares.Select(share => Draw(share + (share < 0.5 ? shift : -shift), each))];
                int[] draws = [.. _shares.Select(_ => each)];
                Watched = SentinelRules.After(Watched, top, draws, now).Spent(SentinelRules.DayOf(now), each * _shares.Length, 0);
                Alarms += Watched.AlarmAt is null ? 0 : 1;
                (all, isCycle) = (all + (each * _shares.Length), isCycle || !confirms);
                if (Watched.AlarmAt is null)
                {
                    break;
                }
            }

            MostCallsOfADay = Math.Max(MostCallsOfADay, Watched.DayCalls);
            return (all, isCycle);
        }

        private int Draw(double share, int times)
        {
            int count = 0;
            for (int i = 0; i < times; i++)
            {
                count += _random.NextDouble() < share ? 1 : 0;
            }

            return count;
        }
    }
}
