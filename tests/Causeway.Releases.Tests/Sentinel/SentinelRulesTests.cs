using Causeway.Releases.Sentinel;

namespace Causeway.Releases.Tests.Sentinel;

public sealed class SentinelRulesTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 26, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);
    private static readonly BorderPrompt[] s_prompts = [.. Enumerable.Range(0, 8).Select(i => new BorderPrompt($"prompt {i}", "red", 30, 60))];
    private static readonly int[] s_draws = [.. Enumerable.Repeat(8, 8)];
    private static readonly WatchedPin s_pin = new() { Provider = "sim", Model = "gpt-5.5", Baseline = new PinBaseline(s_now, "noor", null, s_prompts) };

    [Fact]
    public void A_pin_is_due_every_hour_and_oftener_where_it_floats_or_named_a_new_backend()
    {
        WatchedPin moved = s_pin with { Fingerprints = [new SeenFingerprint("fp_1", s_now.AddDays(-9)), new SeenFingerprint("fp_2", s_now)] };
        WatchedPin first = s_pin with { Fingerprints = [new SeenFingerprint("fp_1", s_now)] };

        Assert.False(SentinelRules.IsDue(s_pin, s_hour, floats: false, s_now.AddMinutes(59)));
        Assert.True(SentinelRules.IsDue(s_pin, s_hour, floats: false, s_now.AddMinutes(60)));
        Assert.True(SentinelRules.IsDue(s_pin, s_hour, floats: true, s_now.AddMinutes(15)));
        Assert.True(SentinelRules.IsDue(moved, s_hour, floats: false, s_now.AddMinutes(15)));
        Assert.False(SentinelRules.IsDue(first, s_hour, floats: false, s_now.AddMinutes(15))); // The first one is no change.
        Assert.False(SentinelRules.IsDue(moved, s_hour, floats: false, s_now.AddDays(1).AddMinutes(15)) && SentinelRules.IntervalOf(moved, s_hour, false, s_now.AddDays(1).AddMinutes(15)) < s_hour);
        Assert.False(SentinelRules.IsDue(s_pin with { Baseline = null }, s_hour, floats: true, s_now.AddDays(9)));
        Assert.False(SentinelRules.IsDue(s_pin with { Drift = new PinDrift(s_now, DriftKind.Echo, "it names another") }, s_hour, floats: true, s_now.AddDays(9)));
    }

    [Fact]
    public void The_calls_of_a_day_are_bounded_and_begin_anew_the_next()
    {
        WatchedPin spent = s_pin.Spent(new DateOnly(2026, 11, 26), SentinelRules.DayCalls - 63, 7);

        Assert.False(SentinelRules.IsDue(spent, s_hour, floats: false, s_now.AddHours(2)));
        Assert.True(SentinelRules.IsDue(spent, s_hour, floats: false, s_now.AddHours(14)));
        Assert.Equal((64, 5), spent.Spent(new DateOnly(2026, 11, 27), 64, 5).SpentOn(new DateOnly(2026, 11, 27)));
    }

    [Fact]
    public void An_alarm_waits_for_a_fresh_sample_and_only_that_makes_it_drift()
    {
        int[] other = [.. Enumerable.Repeat(8, 8)];
        WatchedPin alarmed = SentinelRules.After(s_pin, other, s_draws, s_now);
        WatchedPin cleared = SentinelRules.After(alarmed, [.. Enumerable.Repeat(12, 8)], [.. Enumerable.Repeat(24, 8)], s_now);
        WatchedPin drifted = SentinelRules.After(alarmed, [.. Enumerable.Repeat(24, 8)], [.. Enumerable.Repeat(24, 8)], s_now);

        Assert.Equal((s_now, null, 192), (alarmed.AlarmAt, alarmed.Drift, SentinelRules.CallsOf(alarmed)));
        Assert.True(SentinelRules.IsDue(alarmed, s_hour, floats: false, s_now)); // At once.
        Assert.Equal((null, null, true), (cleared.AlarmAt, cleared.Drift, cleared.LastCycle!.IsConfirmation));
        Assert.Equal(DriftKind.Border, drifted.Drift!.Kind);
        Assert.Contains("\"red\" was 30 of 60 and is 24 of 24", drifted.Drift.Evidence, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_pin_is_called_is_learned_from_its_first_answer_unless_that_is_another_models_name()
    {
        WatchedPin known = s_pin with { Echoes = ["gpt-5.5-2026-04-23"] };

        Assert.Equal(EchoVerdict.First, EchoRule.Judge(s_pin, "gpt-5.5", _ => true));
        Assert.Equal(EchoVerdict.Expected, EchoRule.Judge(known, "gpt-5.5", _ => true));
        Assert.Equal(EchoVerdict.Expected, EchoRule.Judge(known, "models/gpt-5.5", _ => true));
        Assert.Equal(EchoVerdict.Other, EchoRule.Judge(s_pin with { Echoes = ["gpt-5.5"] }, "gpt-5.5-2026-04-23", _ => false)); // It was called by its own name.
        Assert.Equal(EchoVerdict.First, EchoRule.Judge(s_pin, "gpt-5.5-2026-04-23", _ => false));
        Assert.Equal(EchoVerdict.Other, EchoRule.Judge(s_pin, "gpt-5.6", _ => true));
        Assert.Equal(EchoVerdict.Expected, EchoRule.Judge(known, "gpt-5.5-2026-04-23", _ => false));
        Assert.Equal(EchoVerdict.Other, EchoRule.Judge(known, "gpt-5.5-2026-08-01", _ => false));
    }

    [Fact]
    public void Three_wrong_names_within_a_minute_are_drift_and_fewer_are_not()
    {
        EchoCount quick = new();
        EchoCount slow = new();

        Assert.Equal([false, false, true, false], new[] { 0, 30, 60, 61 }.Select(second => quick.Add(s_now.AddSeconds(second))));
        Assert.All(Enumerable.Range(0, 20), i => Assert.False(slow.Add(s_now.AddSeconds(31 * i))));
    }

    [Fact]
    public void Prompts_whose_answers_are_nearest_to_a_tie_are_kept()
    {
        IReadOnlyList<string> nearest = BorderSearch.Nearest([("tie", ["a", "b", "a", "b"]), ("near", ["a", "a", "a", "b"]), ("never", ["a", "a", "a", "a"]), ("unanswered", [])]);

        Assert.Equal(["tie", "near"], nearest);
        Assert.Equal(SentinelRules.Candidates, BorderSearch.Prompts.Distinct().Count());
        Assert.Equal(new BorderPrompt("tie", "b", 3, 4), BorderSearch.Baseline("tie", ["b", "b", "a", "b"]));
        Assert.True(BorderSearch.Splits(["a", "b"]) && !BorderSearch.Splits(["a", "a"]) && !BorderSearch.Splits([]));
    }

    [Fact]
    public void What_is_written_is_read()
    {
        WatchedPin pin = s_pin with
        {
            Version = 4,
            Echoes = ["x"],
            Fingerprints = [new SeenFingerprint("fp_1", s_now)],
            LastCycle = new PinCycle(s_now, 9.5, 0.25, false, 64),
            Drift = new PinDrift(s_now, DriftKind.Echo, "it names another", "y"),
        };

        WatchedPin read = SentinelJson.Read(SentinelJson.Write(pin), 4);

        Assert.Equal((pin.Name, 4, pin.Drift, pin.LastCycle), (read.Name, read.Version, read.Drift, read.LastCycle));
        Assert.Equal(pin.Baseline!.Prompts, read.Baseline!.Prompts);
        Assert.Throws<InvalidDataException>(() => SentinelJson.Read("{}"u8, 1));
    }
}
