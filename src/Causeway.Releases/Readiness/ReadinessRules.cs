using System.Globalization;
using Causeway.Releases.Rollouts;

namespace Causeway.Releases.Readiness;

/// <summary>How sound a way back is. Pure: the same facts at the same moment have the same score.</summary>
public static class ReadinessRules
{
    /// <summary>Days before a retirement at which it is announced.</summary>
    public static IReadOnlyList<int> AlertDays { get; } = [90, 60, 30, 14, 7, 1];

    private const int FailsInARow = 5;

    /// <summary>Looks at everything.</summary>
    public static TargetReadiness Of(ReadinessFacts facts, DateTimeOffset now) => new(facts.Release, facts.IsBase,
    [
        Bundle(facts),
        Pins(facts),
        Identity(facts, now),
        Answers(facts, now),
        Retirement(facts, now),
        Capacity(facts),
        Conversations(facts),
        Contract(facts),
        Budget(facts, now),
        Drill(facts, now),
    ])
    { Headroom = facts.Headroom };

    /// <summary>Days from a moment to the beginning of a day, UTC, begun ones counted whole; 0 and less: it is there, or past.</summary>
    public static int DaysTo(DateOnly day, DateTimeOffset now) => (int)Math.Ceiling((Midnight(day) - now).TotalDays);

    /// <summary>When a day begins, UTC.</summary>
    public static DateTimeOffset Midnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);

    private static ReadinessFactor Bundle(ReadinessFacts facts) =>
        facts.MissingContract is { } contract ? Gate(ReadinessFactorKind.Bundle, $"contract {contract} is not registered")
        : facts.Unserved.Count == facts.Pins ? Gate(ReadinessFactorKind.Bundle, $"none of its providers is configured: {string.Join(", ", facts.Unserved)}")
        : facts.Behind.Count > 0 ? Gate(ReadinessFactorKind.Bundle, $"not every instance has the newest policy: {string.Join(", ", facts.Behind)}")
        : facts.Unserved.Count > 0 ? Some(ReadinessFactorKind.Bundle, 70, $"pins without a provider are passed over: {string.Join(", ", facts.Unserved)}")
        : Some(ReadinessFactorKind.Bundle, 100, "every instance has it");

    private static ReadinessFactor Pins(ReadinessFacts facts) => facts.Floating.Count > 0
        ? Some(ReadinessFactorKind.Pins, 50, $"its vendor may change what answers: {string.Join(", ", facts.Floating)}")
        : Some(ReadinessFactorKind.Pins, 100, "its pins name fixed models");

    private static ReadinessFactor Identity(ReadinessFacts facts, DateTimeOffset now) =>
        facts.Drifted.Count > 0 ? Gate(ReadinessFactorKind.Identity, "drifted target: " + string.Join("; ", facts.Drifted))
        : facts.ComparedAt is not { } at ? new ReadinessFactor(ReadinessFactorKind.Identity, null, false, "what its pins answer is compared with nothing; measure it with: causeway sentinel probe PIN --baseline", null)
        : Some(ReadinessFactorKind.Identity, 100, string.Create(CultureInfo.InvariantCulture, $"its border prompts were answered as they were {(now - at).TotalMinutes:0} minutes ago"));

    private static ReadinessFactor Answers(ReadinessFacts facts, DateTimeOffset now)
    {
        if (facts.FailedSince >= FailsInARow)
        {
            return Gate(ReadinessFactorKind.Answers, $"its first pin has failed {facts.FailedSince} times in a row");
        }

        if (facts.AnsweredAt is not { } at)
        {
            return Some(ReadinessFactorKind.Answers, 50, "it has not answered lately; ask it with --probe");
        }

        double minutes = (now - at).TotalMinutes;
        return Some(ReadinessFactorKind.Answers, Falling(minutes, (5, 100), (30, 50)), minutes < 1 ? "it answered within the last minute" : string.Create(CultureInfo.InvariantCulture, $"it answered {minutes:0} minutes ago"));
    }

    private static ReadinessFactor Retirement(ReadinessFacts facts, DateTimeOffset now)
    {
        if (facts.Retires is not { } retires)
        {
            return Some(ReadinessFactorKind.Retirement, 100, "no retirement of its models is published");
        }

        double days = (Midnight(retires.Day) - now).TotalDays;
        string detail = days <= 0 ? $"{retires.Pin} was retired on {Day(retires.Day)}" : $"{retires.Pin} retires on {Day(retires.Day)}, in {DaysTo(retires.Day, now)} days";
        return new ReadinessFactor(ReadinessFactorKind.Retirement, days <= 0 ? 0 : Rising(days, (0, 10), (7, 40), (14, 70), (30, 100)), days <= 0, detail, Midnight(retires.Day));
    }

    private static ReadinessFactor Capacity(ReadinessFacts facts) =>
        facts.Headroom is not { } headroom ? new ReadinessFactor(ReadinessFactorKind.Capacity, null, false, facts.HeadroomSource, null)
        : headroom < 0.5 ? Gate(ReadinessFactorKind.Capacity, $"it carries {Percent(headroom)} of what it would have to: {facts.HeadroomSource}")
        : Some(ReadinessFactorKind.Capacity, Rising(headroom, (0.5, 30), (0.6, 40), (1.0, 70), (1.2, 100)), $"it carries {(headroom > 10 ? "more than ten times" : $"{Percent(headroom)} of")} what it would have to: {facts.HeadroomSource}");

    // A pin that the channel requires to be proven and that is not answers nobody.
    private static ReadinessFactor Contract(ReadinessFacts facts)
    {
        (bool isRequired, IReadOnlyList<string> unproven, DateTimeOffset? until) = facts.Proof ?? new ContractProof(false, [], null);
        string missing = $"not proven to hold its contract: {string.Join("; ", unproven)}; measure it with: causeway dialect probe";
        return isRequired && unproven.Count > 0 && unproven.Count + facts.Unserved.Count >= facts.Pins ? Gate(ReadinessFactorKind.Contract, missing)
            : facts.ContractDifference is { } difference ? Some(ReadinessFactorKind.Contract, 40, difference)
            : unproven.Count > 0 ? Some(ReadinessFactorKind.Contract, 70, missing) with { BreaksAt = until }
            : Some(ReadinessFactorKind.Contract, 100, "callers read the same shape") with { BreaksAt = until };
    }

    // Hidden reasoning is lost unseen; what is stuck its user sees.
    private static ReadinessFactor Conversations(ReadinessFacts facts)
    {
        if (facts.Conversations is not { } live)
        {
            return new ReadinessFactor(ReadinessFactorKind.Conversations, null, false, "conversations are not told apart, or would be refused; tell them apart with: causeway conversation set --policy migrate", null);
        }

        long all = live.P0 + live.P1 + live.P3;
        double share = all == 0 ? 1 : (double)(live.P0 + live.P1) / all;
        return Some(
            ReadinessFactorKind.Conversations,
            Rising(share, (0, 0), (0.8, 40), (0.95, 70), (0.99, 100)),
            live.P3 == 0 ? $"all of {all} live conversations can go on with it" : string.Create(CultureInfo.InvariantCulture, $"{live.P3} of {all} live conversations would be stuck: their state is kept elsewhere, or they are longer than it reads"));
    }

    private static ReadinessFactor Budget(ReadinessFacts facts, DateTimeOffset now) =>
        facts.BudgetLasts is { } lasts ? new ReadinessFactor(ReadinessFactorKind.Budget, 50, false, string.Create(CultureInfo.InvariantCulture, $"{facts.BudgetDetail} lasts {lasts.TotalHours:0.#} h there"), now + lasts)
        : facts.BudgetDetail is { } unknown ? new ReadinessFactor(ReadinessFactorKind.Budget, null, false, unknown, null)
        : Some(ReadinessFactorKind.Budget, 100, "budgets cover a day of it");

    private static ReadinessFactor Drill(ReadinessFacts facts, DateTimeOffset now)
    {
        if (facts.DrilledAt is { } at)
        {
            double days = (now - at).TotalDays;
            return new ReadinessFactor(
                ReadinessFactorKind.Drill,
                Falling(days, (Drills.Drill.ValidFor.TotalDays, 100), (2 * Drills.Drill.ValidFor.TotalDays, 60)),
                false,
                days < 1 ? "the rehearsal, less than a day old" : string.Create(CultureInfo.InvariantCulture, $"the rehearsal, {days:0} days old"),
                days < Drills.Drill.ValidFor.TotalDays ? at + Drills.Drill.ValidFor : null);
        }

        bool isGate = facts.ExposedPpm > RolloutPlan.DrillPpm && !facts.IsDrillSkipped;
        return new ReadinessFactor(ReadinessFactorKind.Drill, isGate ? 0 : 60, isGate, "it was never rehearsed; rehearse it with: causeway drill", null);
    }

    private static ReadinessFactor Gate(ReadinessFactorKind kind, string detail) => new(kind, 0, IsGateFailed: true, detail, null);

    private static ReadinessFactor Some(ReadinessFactorKind kind, int score, string detail) => new(kind, score, IsGateFailed: false, detail, null);

    // Straight lines between points whose scores fall, flat outside of them.
    private static int Falling(double at, (double At, int Score) from, (double At, int Score) to) =>
        at <= from.At ? from.Score : at >= to.At ? to.Score : (int)Math.Round(from.Score + ((to.Score - from.Score) * (at - from.At) / (to.At - from.At)));

    private static int Rising(double at, params ReadOnlySpan<(double At, int Score)> points)
    {
        if (at <= points[0].At)
        {
            return points[0].Score;
        }

        for (int i = 1; i < points.Length; i++)
        {
            if (at <= points[i].At)
            {
                return (int)Math.Round(points[i - 1].Score + ((points[i].Score - points[i - 1].Score) * (at - points[i - 1].At) / (points[i].At - points[i - 1].At)));
            }
        }

        return points[^1].Score;
    }

    private static string Percent(double share) => (share * 100).ToString("0", CultureInfo.InvariantCulture) + " %";

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
