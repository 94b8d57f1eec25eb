using System.Collections.Immutable;
using Causeway.Contracts.Normalisation;

namespace Causeway.Contracts.Registry;

/// <summary>The words in which policies are written, and what they mean.</summary>
public static class PolicyWords
{
    /// <summary>The most repairs that a policy can ask for.</summary>
    public const int MaxRepairs = 3;

    /// <summary>Every mending by its word, in the order of the flags.</summary>
    public static ImmutableArray<(string Word, Coercions Coercion)> Coercions { get; } =
    [
        ("fences", Normalisation.Coercions.Fences),
        ("prose", Normalisation.Coercions.Prose),
        ("integer_spelling", Normalisation.Coercions.IntegerSpelling),
        ("enum_case", Normalisation.Coercions.EnumCase),
        ("numeric_strings", Normalisation.Coercions.NumericStrings),
        ("single_to_array", Normalisation.Coercions.SingleToArray),
        ("json_strings", Normalisation.Coercions.JsonStrings),
        ("key_order", Normalisation.Coercions.KeyOrder),
    ];

    /// <summary>Everything that can be done about a violation, by its word.</summary>
    public static ImmutableArray<(string Word, OnViolation Act)> Acts { get; } =
        [("repair", OnViolation.Repair), ("fallback", OnViolation.Fallback), ("fail", OnViolation.Fail)];

    /// <summary>The words of a set of mendings, in the order of the flags.</summary>
    public static IEnumerable<string> WordsOf(Coercions coercions) =>
        Coercions.Where(known => coercions.HasFlag(known.Coercion)).Select(known => known.Word);

    /// <summary>The word of an act.</summary>
    public static string WordOf(OnViolation act) => Acts.First(known => known.Act == act).Word;

    /// <summary>What a list of words means.</summary>
    /// <returns>The set, and what is wrong with the words; none: the set is what was meant.</returns>
    public static (Coercions Coercions, IReadOnlyList<PolicyProblem> Problems) ReadCoercions(IEnumerable<string> words)
    {
        Coercions all = Normalisation.Coercions.None;
        var problems = new List<PolicyProblem>();
        foreach (string word in words)
        {
            Coercions coercion = Coercions.FirstOrDefault(known => known.Word == word).Coercion;
            if (coercion == Normalisation.Coercions.None)
            {
                problems.Add(PolicyProblem.Unknown("coerce", word, [.. Coercions.Select(known => known.Word)]));
            }
            else if (all.HasFlag(coercion))
            {
                problems.Add(new PolicyProblem("coerce", $"names {word} more than once"));
            }

            all |= coercion;
        }

        return (all, problems);
    }

    /// <summary>What a list of words means; <see cref="OnViolation.Fail"/> ends it whether it is said or not.</summary>
    /// <returns>The acts in their order, and what is wrong with the words.</returns>
    public static (IReadOnlyList<OnViolation> Acts, IReadOnlyList<PolicyProblem> Problems) ReadActs(IEnumerable<string> words)
    {
        var acts = new List<OnViolation>();
        var problems = new List<PolicyProblem>();
        foreach (string word in words)
        {
            if (!Acts.Any(known => known.Word == word))
            {
                problems.Add(PolicyProblem.Unknown("on_violation", word, [.. Acts.Select(known => known.Word)]));
                continue;
            }

            OnViolation act = Acts.First(known => known.Word == word).Act;
            if (acts.Contains(act))
            {
                problems.Add(new PolicyProblem("on_violation", $"names {word} more than once"));
            }
            else if (acts.Contains(OnViolation.Fail))
            {
                problems.Add(new PolicyProblem("on_violation", $"names {word} after fail, which ends it"));
            }

            acts.Add(act);
        }

        return (acts.Contains(OnViolation.Fail) ? acts : [.. acts, OnViolation.Fail], problems);
    }

    /// <summary>What is wrong with a number of repairs beside what is done about violations, or null.</summary>
    public static PolicyProblem? RepairsProblem(int repairs, IReadOnlyList<OnViolation> acts) =>
        repairs is < 0 or > MaxRepairs ? new PolicyProblem("repairs", $"is a whole number from 0 to {MaxRepairs}")
        : repairs > 0 && !acts.Contains(OnViolation.Repair) ? new PolicyProblem("repairs", "needs repair among what on_violation names")
        : null;
}

/// <summary>One mistake in a policy.</summary>
/// <param name="Field"><c>coerce</c>, <c>on_violation</c> or <c>repairs</c>.</param>
/// <param name="Message">What is wrong, as the end of a sentence.</param>
/// <param name="Word">The word that is not known, so that whoever shows this can name the nearest of <paramref name="Known"/>; null: it is another mistake.</param>
/// <param name="Known">The words that there are.</param>
public sealed record PolicyProblem(string Field, string Message, string? Word = null, IReadOnlyList<string>? Known = null)
{
    private const int MaxShown = 64;

    internal static PolicyProblem Unknown(string field, string word, IReadOnlyList<string> known) =>
        new(field, $"\"{word[..Math.Min(word.Length, MaxShown)]}\" is not one of: {string.Join(", ", known)}", word, known);
}
