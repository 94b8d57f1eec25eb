using Causeway.Budgets.Runaway;
using CsCheck;

namespace Causeway.Budgets.Tests.Runaway;

public sealed class PropertyTests
{
    private static readonly Gen<(string[] Rounds, int Calls)> s_distinct =
        Gen.Select(Gen.Int[0, 80].Select(count => Enumerable.Range(0, count).Select(i => $"{(char)('a' + (i % 26))}{i}").ToArray()), Gen.Int[1, 60]);

    [Fact]
    public void Steps_that_are_all_different_are_never_a_loop() => s_distinct.Sample(
        sample =>
        {
            GuardedRun run = new();
            for (int i = 0; i < sample.Calls; i++)
            {
                RunStep step = GuardedRun.After([.. sample.Rounds, .. Enumerable.Range(0, i).Select(n => $"z{1000 + n}")]) with { ContextBytes = 1000 + i };
                if (run.Call(step).Code is not null)
                {
                    return false;
                }
            }

            return true;
        },
        iter: 300);

    [Fact]
    public void Every_cycle_of_up_to_eight_rounds_is_stopped_before_its_third_turn_ends() => Gen.Select(Gen.Int[1, 8], Gen.Int[0, 30]).Sample(
        (length, before) =>
        {
            GuardedRun run = new();
            string[] cycle = [.. Enumerable.Range(0, length).Select(i => ((char)('a' + i)).ToString())];
            List<string> rounds = [.. Enumerable.Range(0, before).Select(i => $"z{i}")];
            bool stopped = false;
            for (int i = 0; !stopped && i < Math.Max(5, length * 3); i++)
            {
                rounds.Add(cycle[i % length]);
                stopped = !run.Call(GuardedRun.After([.. rounds])).Allowed;
            }

            return stopped;
        },
        iter: 300);

    [Fact]
    public async Task Many_callers_at_once_are_counted_each_once()
    {
        GuardedRun run = new();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(() =>
        {
            for (int i = 0; i < 500; i++)
            {
                run.Guard.Before(run.Key, GuardedRun.Asks($"{caller} {i}"), RunLimits.None);
                run.Guard.After(run.Key, new RunOutcome(null, 1));
                run.Guard.Before(GuardedRun.KeyOf($"{caller} {i}"), GuardedRun.Asks("anything"), RunLimits.None);
            }
        })));

        Assert.Equal((2_000L, 2_000L), (run.View.Calls, run.View.CostNanoUsd));
        Assert.Equal(2_001, run.Guard.Count);
    }
}
