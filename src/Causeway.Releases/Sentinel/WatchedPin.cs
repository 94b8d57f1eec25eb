using Causeway.Releases.Pins;

namespace Causeway.Releases.Sentinel;

/// <summary>What is known of who answers behind one pin. Immutable: each look makes another one.</summary>
public sealed record WatchedPin
{
    /// <summary>Names that are kept of those that answered, the newest last.</summary>
    public const int MaxNames = 16;

    /// <summary>The provider's name in this deployment.</summary>
    public required string Provider { get; init; }

    /// <summary>The model as it is sent to the provider.</summary>
    public required string Model { get; init; }

    /// <summary>How often it was written; 0: not yet. Whoever writes says which one it read.</summary>
    public long Version { get; init; }

    /// <summary>What answers call their model: learned from the first answer, and from what a person accepted. The pin's own name is always right.</summary>
    public IReadOnlyList<string> Echoes { get; init; } = [];

    /// <summary>The backends that answers named, each with the time when it was seen first.</summary>
    public IReadOnlyList<SeenFingerprint> Fingerprints { get; init; } = [];

    /// <summary>The prompts whose answers are nearly a tie, and how they were answered; null: they were not looked for.</summary>
    public PinBaseline? Baseline { get; init; }

    /// <summary>Why no baseline came about when it was looked for last; null: one did, or nobody looked.</summary>
    public string? NoBaseline { get; init; }

    /// <summary>The last cycle; null: there was none against this baseline.</summary>
    public PinCycle? LastCycle { get; init; }

    /// <summary>Cycles against this baseline.</summary>
    public long Cycles { get; init; }

    /// <summary>When a cycle raised an alarm that is not confirmed yet, UTC; null: none waits.</summary>
    public DateTimeOffset? AlarmAt { get; init; }

    /// <summary>That something else answers; null: nothing speaks for it.</summary>
    public PinDrift? Drift { get; init; }

    /// <summary>How it answered each of the releases that asked it last, the newest last.</summary>
    public IReadOnlyList<PinShape> Shapes { get; init; } = [];

    /// <summary>That its answers look otherwise than they did; null: they do not, as far as is known.</summary>
    public ShapeChange? Change { get; init; }

    /// <summary>The day, UTC, of which the two below speak.</summary>
    public DateOnly Day { get; init; }

    /// <summary>Calls of that day.</summary>
    public int DayCalls { get; init; }

    /// <summary>What they cost, nano-USD.</summary>
    public long DayNanoUsd { get; init; }

    /// <summary>As it is written: <c>provider/model</c>.</summary>
    public string Name => $"{Provider}/{Model}";

    /// <summary>One of which nothing is known.</summary>
    public static WatchedPin Of(Pin pin) => new() { Provider = pin.Provider, Model = pin.Model };

    /// <summary>Calls that were made on a day.</summary>
    public (int Calls, long NanoUsd) SpentOn(DateOnly day) => day == Day ? (DayCalls, DayNanoUsd) : (0, 0);

    /// <summary>This pin after so many calls.</summary>
    public WatchedPin Spent(DateOnly day, int calls, long nanoUsd)
    {
        (int before, long cost) = SpentOn(day);
        return this with { Day = day, DayCalls = before + calls, DayNanoUsd = cost + nanoUsd };
    }
}

/// <summary>A backend that an answer named.</summary>
/// <param name="Value">In the provider's words.</param>
/// <param name="At">When it was seen first, UTC.</param>
public sealed record SeenFingerprint(string Value, DateTimeOffset At);

/// <summary>How a pin's border prompts were answered when it was known to be sound.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="By">Who wanted it.</param>
/// <param name="Reason">Why; null: nobody said.</param>
/// <param name="Prompts">The prompts.</param>
public sealed record PinBaseline(DateTimeOffset At, string By, string? Reason, IReadOnlyList<BorderPrompt> Prompts);

/// <summary>A prompt whose first token is nearly a tie.</summary>
/// <param name="Text">What is asked.</param>
/// <param name="Top">The most frequent answer.</param>
/// <param name="TopDraws">How often it came.</param>
/// <param name="Draws">How often it was asked.</param>
public sealed record BorderPrompt(string Text, string Top, int TopDraws, int Draws);

/// <summary>One comparison with the baseline.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="Statistic">The pooled statistic.</param>
/// <param name="P">How often as much would come about by chance, 0 to 1.</param>
/// <param name="IsConfirmation">Of the fresh, larger sample behind an alarm.</param>
/// <param name="Calls">Answers that were compared.</param>
public sealed record PinCycle(DateTimeOffset At, double Statistic, double P, bool IsConfirmation, int Calls);

/// <summary>That something else answers behind a pin.</summary>
/// <param name="At">Since when it is known, UTC.</param>
/// <param name="Kind">By what.</param>
/// <param name="Evidence">In words and numbers.</param>
/// <param name="Echo">The name that answers gave; null: they gave none, or the right one.</param>
public sealed record PinDrift(DateTimeOffset At, DriftKind Kind, string Evidence, string? Echo = null);

/// <summary>By what drift was found.</summary>
public enum DriftKind
{
    /// <summary>Answers named another model.</summary>
    Echo,

    /// <summary>Border prompts were answered otherwise, and again when they were asked anew.</summary>
    Border,
}
