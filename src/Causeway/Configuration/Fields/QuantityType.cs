using System.Globalization;
using System.Text.Json;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <param name="Name">As the file spells it.</param>
/// <param name="Size">In the smallest unit.</param>
/// <param name="IsWritten">Whether defaults and ranges are written in it; the others are only read.</param>
internal readonly record struct Unit(string Name, long Size, bool IsWritten = true);

/// <summary>A whole number with a unit: <c>90s</c>, <c>32MiB</c>. A number alone is refused, because nobody remembers what it counts.</summary>
internal sealed class QuantityType<T>(
    string noun, IReadOnlyList<Unit> units, string usualUnit, long min, long max, Func<long, T> make, Func<T, long> measure) : ScalarType<T>
{
    public override string Noun => noun;

    public override string Allowed => $"{Write(min)} to {Write(max)}";

    public override string Format(T value) => Write(measure(value));

    public override void WriteSchema(Utf8JsonWriter json)
    {
        json.WriteString("type", "string");
        json.WriteString("pattern", $"^[0-9]+({string.Join('|', units.Select(unit => unit.Name))})$");
    }

    protected override bool TryParse(string text, Decoding decoding, out T? value, out string problem)
    {
        value = default;
        problem = "";
        int digits = text.AsSpan().IndexOfAnyExceptInRange('0', '9');
        ReadOnlySpan<char> number = digits < 0 ? text : text.AsSpan(0, digits);
        string unitName = digits < 0 ? "" : text[digits..].Trim();
        if (number.IsEmpty)
        {
            problem = $"is not {noun}; write a whole number and a unit ({Units})";
            return false;
        }

        bool isNumber = long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out long count);
        if (unitName.Length == 0)
        {
            problem = "has no unit; " + (isNumber && Suggest(count) is { } suggestion ? $"write \"{suggestion}\"" : $"write one of {Units} behind it");
            return false;
        }

        if (unitName[0] is '.' or ',')
        {
            problem = $"is not a whole number with a unit; write it in a smaller unit ({Units})";
            return false;
        }

        Unit unit = units.FirstOrDefault(unit => unit.Name == unitName);
        if (unit.Name is null)
        {
            string? near = NearTo(unitName);
            problem = $"has an unknown unit {Shown.Quoted(unitName)}; " + (near is null ? $"write one of {Units}" : $"did you mean \"{number}{near}\"?");
            return false;
        }

        if (!isNumber || count > max / unit.Size || count * unit.Size > max)
        {
            problem = "is more than " + Write(max);
            return false;
        }

        if (count * unit.Size < min)
        {
            problem = "is less than " + Write(min);
            return false;
        }

        value = make(count * unit.Size);
        return true;
    }

    /// <summary>The unit that was probably meant. One that begins otherwise is another magnitude: TB is no misspelt B.</summary>
    private string? NearTo(string word)
    {
        word = word.StartsWith("milli", StringComparison.OrdinalIgnoreCase) ? "ms" : word;
        Unit[] alike = [.. units.Where(unit => char.ToLowerInvariant(unit.Name[0]) == char.ToLowerInvariant(word[0]))];

        // "sec", "minutes" and "M" are near by how they begin, not by distance.
        return NearestMatch.Find(word, alike.Select(unit => unit.Name))
            ?? alike.Where(unit => unit.IsWritten && word.StartsWith(unit.Name, StringComparison.OrdinalIgnoreCase)).OrderByDescending(unit => unit.Name.Length).FirstOrDefault().Name
            ?? alike.FirstOrDefault(unit => unit.IsWritten).Name;
    }

    private string Units => Shown.Either([.. units.Select(unit => unit.Name)]);

    /// <summary>The number with the unit that was probably meant: the usual one, or the largest with which it is allowed.</summary>
    private string? Suggest(long count)
    {
        IEnumerable<Unit> allowed = units.Where(unit => unit.IsWritten && count <= max / unit.Size && count * unit.Size >= min).Reverse();
        Unit? meant = allowed.Cast<Unit?>().OrderBy(unit => unit!.Value.Name == usualUnit ? 0 : 1).FirstOrDefault();
        return meant is null ? null : string.Create(CultureInfo.InvariantCulture, $"{count}{meant.Value.Name}");
    }

    /// <summary>In the largest unit that leaves a whole number, but 60s and 24h rather than 1m and 1d, as people say it.</summary>
    private string Write(long amount)
    {
        Unit[] whole = [.. units.Where(unit => unit.IsWritten && amount % unit.Size == 0)];
        Unit best = whole is [.., var lower, var largest] && amount == largest.Size && amount / lower.Size < 100 ? lower : whole[^1];
        return string.Create(CultureInfo.InvariantCulture, $"{amount / best.Size}{best.Name}");
    }
}
