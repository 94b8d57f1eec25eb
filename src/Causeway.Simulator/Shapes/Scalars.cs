using System.Globalization;
using System.Text.Json.Nodes;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Shapes;

/// <summary>Numbers and texts that several schemas allow together.</summary>
internal static class Scalars
{
    private const int MaxChars = 100_000;

    public static JsonNode? Number(List<Part> parts, bool integral, int variant)
    {
        (decimal? least, bool aboveLeast) = Tightest(parts, "minimum", "exclusiveMinimum", sign: 1);
        (decimal? most, bool belowMost) = Tightest(parts, "maximum", "exclusiveMaximum", sign: -1);
        decimal[] steps = [.. parts.Select(part => SchemaReading.Bound(part.Schema, "multipleOf")).OfType<double>().Where(step => step is > 1e-12 and < 1e15).Select(step => (decimal)step)];
        decimal step = steps.Length == 0 ? (integral ? 1 : 0) : steps.Aggregate(integral ? 1m : steps[0], Common);
        decimal wanted = integral || step > 0 ? 1 : 1.5m;
        decimal value = Math.Min(Math.Max(wanted, least ?? wanted), most ?? decimal.MaxValue);
        if (step > 0)
        {
            value = Math.Ceiling(value / step) * step;
            value = value == least && aboveLeast ? value + step : value;
            value += variant * step;
            value = value > most || (value == most && belowMost) ? Math.Floor((decimal)most / step) * step : value;
            value = value == most && belowMost ? value - step : value;
        }
        else
        {
            value = Between(value, least, aboveLeast, most, belowMost) + (most is null ? variant : 0);
        }

        return JsonNode.Parse(value.ToString("0.############################", CultureInfo.InvariantCulture));
    }

    public static string Text(Decoder decoder, List<Part> parts, string name, int variant)
    {
        long least = Math.Min(MaxChars, parts.Max(part => part.Schema.Member("minLength").Number() ?? 0));
        long most = parts.Min(part => part.Schema.Member("maxLength").Number() ?? int.MaxValue);
        string suffix = variant == 0 ? "" : (variant + 1).ToString(CultureInfo.InvariantCulture);
        string own = Fit(name, suffix, least, most);
        return Candidates(parts, least, variant).Append(own).FirstOrDefault(text => decoder.Holds(JsonValue.Create(text), parts)) ?? own;
    }

    private static IEnumerable<string> Candidates(List<Part> parts, long least, int variant)
    {
        IEnumerable<string> formats = parts.Select(part => part.Schema.Member("format").Text()).OfType<string>()
            .Select(format => FormatText.Sample(format, variant)).OfType<string>();
        IEnumerable<string> patterns = parts.Select(part => part.Schema.Member("pattern").Text()).OfType<string>()
            .SelectMany(pattern => PatternText.Candidates(pattern, least, variant)
                .SelectMany(text => text.Length >= least ? [text] : new[] { text, text.PadRight((int)least, 'x'), text.PadLeft((int)least, 'x') }));
        return formats.Concat(patterns);
    }

    private static string Fit(string name, string suffix, long least, long most)
    {
        int room = (int)Math.Max(0, most - suffix.Length);
        string stem = name.Length > room ? name[..(room > 0 && char.IsHighSurrogate(name[room - 1]) ? room - 1 : room)] : name;
        string text = stem + (suffix.Length <= most ? suffix : "");
        return text.Length < least ? text.PadRight((int)least, 'x') : text;
    }

    private static (decimal? Bound, bool Exclusive) Tightest(List<Part> parts, string inclusive, string exclusive, int sign)
    {
        (decimal? bound, bool open) = ((decimal?)null, false);
        foreach ((string keyword, bool isOpen) in new[] { (inclusive, false), (exclusive, true) })
        {
            foreach (double value in parts.Select(part => SchemaReading.Bound(part.Schema, keyword)).OfType<double>())
            {
                decimal exact = (decimal)Math.Clamp(value, -1e27, 1e27);
                if (bound is null || exact * sign > bound * sign || (exact == bound && isOpen))
                {
                    (bound, open) = (exact, isOpen);
                }
            }
        }

        return (bound, open);
    }

    private static decimal Between(decimal value, decimal? least, bool aboveLeast, decimal? most, bool belowMost)
    {
        bool onLeast = aboveLeast && value <= least;
        bool onMost = belowMost && value >= most;
        return !onLeast && !onMost ? value
            : least is { } low && most is { } high ? low + ((high - low) / 2)
            : onLeast ? value + 0.5m
            : value - 0.5m;
    }

    /// <summary>The least common multiple, in the decimals' own scale.</summary>
    private static decimal Common(decimal one, decimal other)
    {
        (decimal a, decimal b) = (one, other);
        for (int i = 0; b != 0 && i < 200; i++)
        {
            (a, b) = (b, a % b);
        }

        return a == 0 || one / a > 1e12m / Math.Max(1, other) ? other : one / a * other;
    }
}
