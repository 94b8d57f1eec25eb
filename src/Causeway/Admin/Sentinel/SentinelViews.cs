using System.ComponentModel;
using System.Text.Json.Serialization;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Sentinel;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;
using Causeway.Releases.Sentinel;

namespace Causeway.Admin.Sentinel;

/// <summary>Who answers behind the pins of releases.</summary>
internal sealed record SentinelView(
    [property: Description("Pins of releases that channels serve, roll out, or can go back to; and those of which something is known.")] IReadOnlyList<WatchedPinView> Pins,
    [property: Description("The run that runs, or the last one since the start of the instance that answers this; null: there was none.")] SentinelRunView? Run,
    [property: Description("From one cycle of a pin to the next.")] int EverySeconds,
    [property: Description("What all pins may cost together in a day (UTC), in USD.")] string MaxUsd,
    [property: Description("What is left of it today, in USD.")] string LeftUsd)
{
    public static SentinelView Of(SentinelDesk desk, SentinelBook book, IReadOnlyList<UsedPin> used, PolicyRevision policy, DateTimeOffset now)
    {
        Dictionary<string, UsedPin> named = used.ToDictionary(one => one.Pin.ToString(), StringComparer.Ordinal);
        IEnumerable<WatchedPin> pins = used.Select(one => book.Find(one.Pin.Provider, one.Pin.Model) ?? WatchedPin.Of(one.Pin)).UnionBy(book.All, pin => pin.Name, StringComparer.Ordinal);
        return new SentinelView(
            [.. pins.OrderBy(pin => pin.Name, StringComparer.Ordinal).Select(pin => WatchedPinView.Of(pin, named.GetValueOrDefault(pin.Name), desk.Timetable, now) with { Holds = [.. HeldRollout.By(pin, policy)] })],
            desk.Last is { } run ? SentinelRunView.Of(run) : null,
            (int)desk.Timetable.Every.TotalSeconds,
            Money.Usd(desk.Timetable.MaxNanoUsd),
            Money.Usd(desk.Left));
    }
}

/// <summary>What is known of one pin.</summary>
internal sealed record WatchedPinView(
    [property: Description("provider/model.")] string Pin,
    [property: Description("The channels whose releases have it; empty: none has.")] IReadOnlyList<string> Channels,
    [property: JsonConverter(typeof(SnakeCaseEnum<PinStanding>)), Description("passive: only what its answers say of themselves is looked at; watched: its border prompts are asked again and again; alarmed: a cycle differed, and is being confirmed; drifted: something else answers.")] PinStanding State,
    [property: Description("Names that its answers may have; its own is always right.")] IReadOnlyList<string> Echoes,
    [property: Description("Backends that its answers have named, the newest last.")] IReadOnlyList<string> Fingerprints,
    [property: Description("Border prompts that were measured; 0: none.")] int BorderPrompts,
    [property: Description("When; null: they were not.")] DateTimeOffset? BaselineAt,
    [property: Description("Why there is none, where it was looked for; null: there is, or nobody looked.")] string? NoBaseline,
    [property: Description("Cycles since.")] long Cycles,
    [property: Description("When it was compared last; null: it was not.")] DateTimeOffset? ComparedAt,
    [property: Description("How often chance makes as much of a difference as the last comparison showed, 0 to 1; null: there was none.")] double? Chance,
    [property: Description("When it is asked next; null: it is not.")] DateTimeOffset? NextAt,
    [property: Description("Since when it is known that something else answers; null: nothing speaks for it.")] DateTimeOffset? DriftedAt,
    [property: Description("By what, in words and numbers; null: nothing speaks for it.")] string? Drift,
    [property: Description("Calls of cycles today (UTC).")] int CallsToday,
    [property: Description("What all calls of today cost, measurements among them, nano-USD.")] long CostTodayNanoUsd)
{
    [Description("When each of the backends was seen first.")]
    public IReadOnlyList<SeenBackendView> Backends { get; init; } = [];

    [Description("The border prompts as they were measured, those that are nearest to a tie first.")]
    public IReadOnlyList<BorderPromptView> Borders { get; init; } = [];

    [Description("The last comparison; null: there was none.")]
    public PinCycleView? LastCycle { get; init; }

    [Description("When a comparison raised an alarm that is not confirmed yet; null: none waits.")]
    public DateTimeOffset? AlarmAt { get; init; }

    [JsonConverter(typeof(SnakeCaseEnum<DriftKind>)), Description("By what drift was found: echo, the name that answers gave; border, how border prompts were answered. null: there is none.")]
    public DriftKind? DriftBy { get; init; }

    [Description("Since when its answers look otherwise than they did; null: they do not. That is no drift by itself.")]
    public DateTimeOffset? ChangedAt { get; init; }

    [Description("In what, in words and numbers; null: in nothing.")]
    public string? Change { get; init; }

    [Description("How it answered each of the releases that asked it last, the newest last.")]
    public IReadOnlyList<PinShapeView> Shapes { get; init; } = [];

    [Description("Rollouts under way whose base or candidate has the pin, that its drift keeps from advancing.")]
    public IReadOnlyList<HeldRollout> Holds { get; init; } = [];

    public static WatchedPinView Of(WatchedPin pin, UsedPin? used, SentinelTimetable timetable, DateTimeOffset now)
    {
        (int calls, long cost) = pin.SpentOn(SentinelRules.DayOf(now));
        bool isAsked = used is not null && pin is { Baseline: not null, Drift: null };
        return new WatchedPinView(
            pin.Name,
            used?.Channels ?? [],
            pin.Drift is not null ? PinStanding.Drifted : pin.AlarmAt is not null ? PinStanding.Alarmed : pin.Baseline is not null ? PinStanding.Watched : PinStanding.Passive,
            pin.Echoes,
            [.. pin.Fingerprints.Select(seen => seen.Value)],
            pin.Baseline?.Prompts.Count ?? 0,
            pin.Baseline?.At,
            pin.NoBaseline,
            pin.Cycles,
            pin.LastCycle?.At,
            pin.LastCycle?.P,
            isAsked ? (pin.LastCycle?.At ?? pin.Baseline!.At) + SentinelRules.IntervalOf(pin, timetable.Every, used!.Pin.Class == PinClass.Float, now) : null,
            pin.Drift?.At,
            pin.Drift?.Evidence,
            calls,
            cost)
        {
            Backends = [.. pin.Fingerprints.Select(seen => new SeenBackendView(seen.Value, seen.At))],
            Borders = [.. (pin.Baseline?.Prompts ?? []).OrderBy(prompt => (double)prompt.TopDraws / prompt.Draws).Select(prompt => new BorderPromptView(prompt.Text, prompt.Top, prompt.TopDraws, prompt.Draws))],
            LastCycle = pin.LastCycle is { } cycle ? new PinCycleView(cycle.At, cycle.Statistic, cycle.P, cycle.IsConfirmation, cycle.Calls) : null,
            AlarmAt = pin.AlarmAt,
            DriftBy = pin.Drift?.Kind,
            ChangedAt = pin.Change?.At,
            Change = pin.Change?.Evidence,
            Shapes = [.. pin.Shapes.Select(PinShapeView.Of)],
        };
    }
}

/// <summary>A backend that answers named.</summary>
internal sealed record SeenBackendView([property: Description("In the provider's words.")] string Value, [property: Description("When it was seen first.")] DateTimeOffset At);

/// <summary>A prompt whose first token is nearly a tie.</summary>
internal sealed record BorderPromptView(
    string Text,
    [property: Description("The most frequent answer when it was measured.")] string Top,
    [property: Description("How often it came.")] int TopDraws,
    [property: Description("How often it was asked.")] int Draws);

/// <summary>A comparison with the baseline.</summary>
internal sealed record PinCycleView(
    DateTimeOffset At,
    [property: Description("The pooled statistic: squares of the differences in units of chance, summed over the prompts.")] double Statistic,
    [property: Description("How often as much comes about by chance, 0 to 1.")] double Chance,
    [property: Description("Of the fresh, larger sample behind an alarm.")] bool Confirmation,
    [property: Description("Answers that were compared.")] int Calls);

/// <summary>A rollout that drift keeps from advancing.</summary>
internal sealed record HeldRollout(
    string Channel,
    string Rollout,
    [property: Description("The stage that it is in, from 1.")] int Stage,
    [property: Description("Why it is held; null: it is not held yet, and will not advance all the same.")] string? Held)
{
    public static IEnumerable<HeldRollout> By(WatchedPin pin, PolicyRevision policy)
    {
        foreach (ServedChannel served in policy.Channels.Values.OrderBy(one => one.Channel.Name, StringComparer.Ordinal))
        {
            // What drifted holds it; what was accepted since has held it until a person advances it.
            if (policy.Routing.RoutingOf(served.Channel.Name).Active is { } rollout
                && new[] { served.Release, served.Candidate?.Release }.OfType<Release>().SelectMany(release => release.Pins).Any(other => other.ToString() == pin.Name)
                && (pin.Drift is not null || rollout.Held?.Contains(pin.Name, StringComparison.Ordinal) is true))
            {
                yield return new HeldRollout(served.Channel.Name, rollout.Id.ToString(), rollout.Stage + 1, rollout.Held);
            }
        }
    }
}

/// <summary>How a pin stands.</summary>
internal enum PinStanding
{
    Passive,
    Watched,
    Alarmed,
    Drifted,
}

/// <summary>What a run takes at most, and whether it was started.</summary>
internal sealed record SentinelPlanView(
    string Pin,
    [property: JsonConverter(typeof(SnakeCaseEnum<SentinelRunKind>)), Description("baseline: border prompts are looked for and measured; cycle: they are asked again; confirmation: anew, three times as often, because a cycle differed.")] SentinelRunKind Kind,
    [property: Description("Calls at most, each with one token of output, or the least that the provider takes.")] int Calls,
    [property: Description("What they cost at most, nano-USD; null: the model is unpriced, and only the calls are bounded.")] long? CeilingNanoUsd,
    [property: Description("No call is made that could go beyond this, in USD.")] string MaxUsd,
    [property: Description("false: nothing was sent.")] bool Started)
{
    public static SentinelPlanView Of(SentinelPlan plan, bool started) => new(plan.Pin, plan.Kind, plan.Calls, plan.CeilingNanoUsd, Money.Usd(plan.MaxNanoUsd), started);
}

/// <summary>A run, as far as it is.</summary>
internal sealed record SentinelRunView(
    string Pin,
    [property: JsonConverter(typeof(SnakeCaseEnum<SentinelRunKind>))] SentinelRunKind Kind,
    DateTimeOffset StartedAt,
    bool Over,
    [property: Description("Calls so far.")] int Calls,
    [property: Description("Of those, how many were not answered.")] int Unanswered,
    [property: Description("The most that it makes.")] int MaxCalls,
    [property: Description("What they cost so far, nano-USD.")] long CostNanoUsd,
    [property: Description("Why it came to nothing; null: it did not, or runs.")] string? Problem)
{
    public static SentinelRunView Of(SentinelRun run) => new(run.Plan.Pin, run.Plan.Kind, run.StartedAt, run.IsOver, run.Calls, run.Unanswered, run.Plan.Calls, run.CostNanoUsd, run.Problem);
}

/// <summary>What was accepted.</summary>
internal sealed record AcceptedPinView(WatchedPinView Pin, [property: Description("The measurement that was started in the place of the one before; null: there was none, or its cost does not fit into the day's money.")] SentinelPlanView? Baseline);
