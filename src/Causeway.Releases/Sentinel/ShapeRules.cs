using System.Globalization;

namespace Causeway.Releases.Sentinel;

/// <summary>
/// Whether answers look as they did: how they end, how long they are, how long they take, against those that the same release got from the same pin at first. Traffic changes too, so that a
/// difference is no drift by itself: it has the pin asked oftener, and a person look. Pure.
/// </summary>
public static class ShapeRules
{
    /// <summary>Answers of a baseline, and of a window, at least. Of as many, chance moves a share by a tenth less often than once in 20,000 windows (McDiarmid's bound).</summary>
    public const int Least = 1_000;

    /// <summary>Of these at least so many have to tell of a length or a time, on both sides.</summary>
    public const int LeastSizes = Least / 2;

    /// <summary>Windows in a row that have to say the same.</summary>
    public const int InARow = 2;

    /// <summary>Releases of a pin that are kept, those that answered last.</summary>
    public const int MaxReleases = 4;

    /// <summary>The part of all answers that ends otherwise, from which on it counts.</summary>
    public const double Endings = 0.15;

    /// <summary>By how much the part of refusals moves, from which on it counts.</summary>
    public const double Refusals = 0.02;

    /// <summary>And by how many standard deviations.</summary>
    public const double RefusalDeviations = 5;

    /// <summary>By how many doublings lengths move on average, from which on it counts.</summary>
    public const double Lengths = 0.5;

    /// <summary>The same of times, which move with the hour.</summary>
    public const double Times = 1;

    /// <summary>A baseline has a day and a night in it.</summary>
    public static readonly TimeSpan Freezing = TimeSpan.FromHours(24);

    /// <summary>A window is an hour at least.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    /// <summary>The pin after more answers to a release.</summary>
    /// <param name="pin">The pin.</param>
    /// <param name="release">The release's digest.</param>
    /// <param name="seen">The answers.</param>
    /// <param name="now">When, UTC.</param>
    public static WatchedPin After(WatchedPin pin, string release, AnswerShape seen, DateTimeOffset now)
    {
        PinShape before = pin.Shapes.FirstOrDefault(shape => shape.Release == release) ?? new PinShape(release, now, AnswerShape.Empty);
        PinShape shape = Fill(before with { Filling = before.Filling.Plus(seen) }, now);
        IEnumerable<PinShape> others = pin.Shapes.Where(other => other.Release != release);
        WatchedPin after = pin with { Shapes = [.. others.TakeLast(MaxReleases - 1), shape] };
        return shape.LastAt == before.LastAt || shape.InARow < InARow ? after
            : shape.Differences.Count == 0 ? after with { Change = pin.Change?.Release == release ? null : pin.Change }
            : pin.Change is null ? after with { Change = new ShapeChange(now, release, string.Join("; ", shape.Differences)) }
            : after;
    }

    /// <summary>The pin with what its answers look like now taken for right: baselines are counted anew.</summary>
    public static WatchedPin Anew(WatchedPin pin) => pin with { Shapes = [], Change = null };

    /// <summary>In what answers differ from others, each in words and numbers; empty: in nothing that counts.</summary>
    public static IReadOnlyList<string> Compare(AnswerShape baseline, AnswerShape now)
    {
        List<string> differences = [];
        if (RefusalsMoved(baseline, now))
        {
            differences.Add($"{Percent(now.ShareOf(AnswerEnding.Refusal))} are refusals, {Percent(baseline.ShareOf(AnswerEnding.Refusal))} before");
        }

        (double moved, AnswerEnding most) = EndingsMoved(baseline, now);
        if (moved >= Endings)
        {
            differences.Add($"{Percent(moved)} end otherwise: {Percent(now.ShareOf(most))} {Named(most)}, {Percent(baseline.ShareOf(most))} before");
        }

        AddMoved(differences, baseline.Lengths, now.Lengths, Lengths, "tokens long");
        AddMoved(differences, baseline.FirstBytes, now.FirstBytes, Times, "ms to a stream's first byte");
        AddMoved(differences, baseline.Durations, now.Durations, Times, "ms to a whole answer");
        return differences;
    }

    private static PinShape Fill(PinShape shape, DateTimeOffset now)
    {
        bool isFull = shape.Filling.Answers >= Least && now - shape.Since >= (shape.Baseline is null ? Freezing : Window);
        if (!isFull)
        {
            return shape;
        }

        if (shape.Baseline is null)
        {
            return shape with { Baseline = shape.Filling, FrozenAt = now, Filling = AnswerShape.Empty, Since = now };
        }

        IReadOnlyList<string> differences = Compare(shape.Baseline, shape.Filling);
        bool goesOn = shape.LastAt is not null && differences.Count == 0 == (shape.Differences.Count == 0);
        return shape with { Last = shape.Filling, LastAt = now, Differences = differences, InARow = goesOn ? shape.InARow + 1 : 1, Filling = AnswerShape.Empty, Since = now };
    }

    // Two shares of many: their difference in units of what chance makes of it.
    private static bool RefusalsMoved(AnswerShape baseline, AnswerShape now)
    {
        (double before, double after) = (baseline.ShareOf(AnswerEnding.Refusal), now.ShareOf(AnswerEnding.Refusal));
        double pooled = (double)(baseline.Endings[(int)AnswerEnding.Refusal] + now.Endings[(int)AnswerEnding.Refusal]) / (baseline.Answers + now.Answers);
        double deviation = Math.Sqrt(pooled * (1 - pooled) * ((1.0 / baseline.Answers) + (1.0 / now.Answers)));
        return Math.Abs(after - before) >= Refusals && Math.Abs(after - before) >= RefusalDeviations * deviation;
    }

    // Half of all differences of shares: the least part of answers that must have ended otherwise; and the ending that became more.
    private static (double Moved, AnswerEnding Most) EndingsMoved(AnswerShape baseline, AnswerShape now)
    {
        (double moved, double widest, AnswerEnding most) = (0, -1, AnswerEnding.Stop);
        foreach (AnswerEnding ending in Enum.GetValues<AnswerEnding>())
        {
            double rise = now.ShareOf(ending) - baseline.ShareOf(ending);
            moved += Math.Abs(rise) / 2;
            (widest, most) = rise > widest ? (rise, ending) : (widest, most);
        }

        return (moved, most);
    }

    private static void AddMoved(List<string> differences, Histogram baseline, Histogram now, double limit, string what)
    {
        if (baseline.Total >= LeastSizes && now.Total >= LeastSizes && baseline.DoublingsTo(now) is double moved && moved >= limit)
        {
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"in the middle {now.Median():#,0} {what}, {baseline.Median():#,0} before: {moved:0.0} doublings on average"));
        }
    }

    private static string Named(AnswerEnding ending) => ending switch
    {
        AnswerEnding.Stop => "end by themselves",
        AnswerEnding.ToolUse => "call a tool",
        AnswerEnding.Length => "are cut at a cap",
        AnswerEnding.Refusal => "are refusals",
        _ => "end in another way",
    };

    private static string Percent(double share) => (share * 100).ToString("0.#", CultureInfo.InvariantCulture) + " %";
}
