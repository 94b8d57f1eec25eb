using System.Globalization;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Configuration.Fields;

namespace Causeway.Exchange;

/// <summary>
/// What a key is to be narrowed to, as a <c>scope</c> (RFC 6749, section 3.3): words such as <c>model:gpt-5.4-*</c> or <c>max_total:0.50</c>, each a caveat's word and its value. A list
/// says its word again for each of its values. Whatever is said can only narrow.
/// </summary>
internal static class ScopeText
{
    private const int MaxWords = 64;
    private const decimal MaxUsd = 1_000_000_000;

    private static readonly CaveatType[] s_allowed =
    [
        CaveatType.Route, CaveatType.ModelClass, CaveatType.Model, CaveatType.DataClassMax, CaveatType.MaxCostPerCall, CaveatType.MaxOutput, CaveatType.Run, CaveatType.MaxCalls, CaveatType.MaxTotal,
    ];

    /// <summary>Reads it.</summary>
    /// <returns>The caveats, in the order in which a key can have them; or what is wrong: exactly one of the two.</returns>
    public static (IReadOnlyList<Caveat>? Caveats, string? Problem) Read(string scope)
    {
        string[] words = scope.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > MaxWords)
        {
            return (null, $"scope has more than {MaxWords} words.");
        }

        var values = new Dictionary<CaveatType, List<string>>();
        foreach (string word in words)
        {
            int colon = word.IndexOf(':', StringComparison.Ordinal);
            CaveatType type = Array.Find(s_allowed, one => colon > 0 && word.AsSpan(0, colon).SequenceEqual(one.Word()));
            if (type == default)
            {
                return (null, $"{Admin.Printable.Cut(word)} is no part of a scope; these are, each with a value behind a colon: {string.Join(", ", s_allowed.Select(one => one.Word()))}.");
            }

            if (!values.TryGetValue(type, out List<string>? list))
            {
                values[type] = list = [];
            }

            list.Add(word[(colon + 1)..]);
        }

        List<Caveat> caveats = [];
        foreach (CaveatType type in s_allowed.Where(values.ContainsKey))
        {
            (Caveat? caveat, string? problem) = Of(type, values[type]);
            if (caveat is null)
            {
                return (null, $"{type.Word()} {problem}.");
            }

            caveats.Add(caveat);
        }

        return (caveats, null);
    }

    private static (Caveat? Caveat, string? Problem) Of(CaveatType type, List<string> values) => type switch
    {
        CaveatType.Route or CaveatType.ModelClass or CaveatType.Model => Caveat.Of(type, values),
        _ when values.Count > 1 => (null, "comes more than once"),
        CaveatType.DataClassMax or CaveatType.Run => Caveat.Of(type, values[0]),
        CaveatType.MaxCostPerCall or CaveatType.MaxTotal => UsdText.TryRead(values[0], 0.000000001m, MaxUsd, out long nano, out _) ? (Caveat.Of(type, nano), null) : (null, "is an amount of USD above 0, such as 0.50"),
        _ => long.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out long count) && count > 0 ? (Caveat.Of(type, count), null) : (null, "is a whole number above 0"),
    };
}
