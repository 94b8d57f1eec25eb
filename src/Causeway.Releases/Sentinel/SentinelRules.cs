namespace Causeway.Releases.Sentinel;

/// <summary>When a pin is looked at, at what cost at most, and what follows. Pure.</summary>
public static class SentinelRules
{
    /// <summary>Prompts among which border prompts are looked for.</summary>
    public const int Candidates = 400;

    /// <summary>Draws of each in the first round.</summary>
    public const int FirstDraws = 4;

    /// <summary>Those that split are looked at closer, up to so many.</summary>
    public const int Closer = 32;

    /// <summary>Further draws of each of them.</summary>
    public const int CloserDraws = 12;

    /// <summary>Border prompts of a baseline.</summary>
    public const int Kept = 8;

    /// <summary>Fewer than so many are none.</summary>
    public const int LeastKept = 4;

    /// <summary>Draws of each for the baseline.</summary>
    public const int BaselineDraws = 60;

    /// <summary>Calls that a baseline takes at most.</summary>
    public const int BaselineCalls = (Candidates * FirstDraws) + (Closer * CloserDraws) + (Kept * BaselineDraws);

    /// <summary>Calls of an hourly pin in a day, UTC, at most: 24 cycles, and a third of a confirmation.</summary>
    public const int DayCalls = 1_600;

    /// <summary>How much oftener a pin is looked at that may be moved under its name, or that named a new backend or came to answer otherwise within <see cref="Alert"/>.</summary>
    public const int Oftener = 4;

    /// <summary>For how long a new backend, or answers that look otherwise, shorten the interval.</summary>
    public static readonly TimeSpan Alert = TimeSpan.FromHours(24);

    /// <summary>The most even share of the most frequent answer that still counts as a tie: between a half and this.</summary>
    public const double Tie = 0.75;

    /// <summary>Calls of the next look at a pin: a cycle, or the sample behind an alarm.</summary>
    public static int CallsOf(WatchedPin pin) => (pin.Baseline?.Prompts.Count ?? 0) * (pin.AlarmAt is null ? BorderTest.CycleDraws : BorderTest.ConfirmDraws);

    /// <summary>From one cycle to the next.</summary>
    /// <param name="pin">The pin.</param>
    /// <param name="every">What is configured.</param>
    /// <param name="floats">Its name may be pointed at another model.</param>
    /// <param name="now">When.</param>
    public static TimeSpan IntervalOf(WatchedPin pin, TimeSpan every, bool floats, DateTimeOffset now) => every / FactorOf(pin, floats, now);

    /// <summary>Calls that a pin may take in a day: as many oftener as it is looked at.</summary>
    public static int DayCallsOf(WatchedPin pin, TimeSpan every, bool floats, DateTimeOffset now) =>
        (int)Math.Ceiling(DayCalls * FactorOf(pin, floats, now) * Math.Min(4, TimeSpan.FromHours(1) / every));

    /// <summary>Whether a pin is to be asked now, as far as time and calls go.</summary>
    public static bool IsDue(WatchedPin pin, TimeSpan every, bool floats, DateTimeOffset now)
    {
        if (pin is not { Baseline: { } baseline, Drift: null })
        {
            return false; // What is known to have drifted need not be found again.
        }

        bool isTime = pin.AlarmAt is not null || now - (pin.LastCycle?.At ?? baseline.At) >= IntervalOf(pin, every, floats, now);
        return isTime && pin.SpentOn(DayOf(now)).Calls + CallsOf(pin) <= DayCallsOf(pin, every, floats, now);
    }

    /// <summary>The pin after a cycle was compared: an alarm waits for its confirmation, a confirmed one is drift.</summary>
    public static WatchedPin After(WatchedPin pin, ReadOnlySpan<int> top, ReadOnlySpan<int> draws, DateTimeOffset now)
    {
        IReadOnlyList<BorderPrompt> prompts = pin.Baseline?.Prompts ?? throw new ArgumentException("The pin has no baseline.", nameof(pin));
        bool confirms = pin.AlarmAt is not null;
        (double statistic, double p) = BorderTest.Compare(prompts, top, draws);
        int calls = 0;
        foreach (int one in draws)
        {
            calls += one;
        }

        WatchedPin after = pin with { LastCycle = new PinCycle(now, statistic, p, confirms, calls), Cycles = pin.Cycles + 1, AlarmAt = null };
        return !confirms ? p <= BorderTest.AlarmAt ? after with { AlarmAt = now } : after
            : p <= BorderTest.ConfirmAt ? after with { Drift = new PinDrift(now, DriftKind.Border, Words(prompts, top, draws, statistic, p)) }
            : after;
    }

    /// <summary>The day of a moment, UTC.</summary>
    public static DateOnly DayOf(DateTimeOffset at) => DateOnly.FromDateTime(at.UtcDateTime);

    private static int FactorOf(WatchedPin pin, bool floats, DateTimeOffset now) =>
        floats || (pin.Fingerprints.Count > 1 && now - pin.Fingerprints[^1].At < Alert) || now - pin.Change?.At < Alert ? Oftener : 1;

    private static string Words(IReadOnlyList<BorderPrompt> prompts, ReadOnlySpan<int> top, ReadOnlySpan<int> draws, double statistic, double p)
    {
        int most = 0;
        double gap = -1;
        for (int i = 0; i < prompts.Count; i++)
        {
            double here = draws[i] == 0 ? 0 : Math.Abs(((double)top[i] / draws[i]) - ((double)prompts[i].TopDraws / prompts[i].Draws));
            (most, gap) = here > gap ? (i, here) : (most, gap);
        }

        BorderPrompt widest = prompts[most];
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"border prompts are answered otherwise: sum of squares {statistic:0.0} over {prompts.Count} prompts, by chance in {(p < 1e-6 ? "less than 0.0001" : (p * 100).ToString("0.####", System.Globalization.CultureInfo.InvariantCulture))} % of cases; \"{widest.Top}\" was {widest.TopDraws} of {widest.Draws} and is {top[most]} of {draws[most]}");
    }
}
