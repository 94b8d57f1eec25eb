using System.Diagnostics.CodeAnalysis;

namespace Causeway.Budgets.Labels;

/// <summary>
/// The tags of a request: <c>product=checkout,tier=gold</c>. Kept as one text, sorted by name, so that equal tags are equal texts and a name is found by what
/// stands before and behind it.
/// </summary>
public static class RequestTags
{
    /// <summary>Tags of one request at most.</summary>
    public const int Most = 10;

    /// <summary>Characters of a name at most.</summary>
    public const int MaxName = 32;

    /// <summary>Characters of a value at most.</summary>
    public const int MaxValue = 64;

    /// <summary>What a header may have: <see cref="Most"/> tags with a space behind each comma.</summary>
    public const int MaxText = Most * (MaxName + MaxValue + 3);

    /// <summary>Reads <c>a=b, c=d</c> in any order.</summary>
    /// <param name="text">What was written; whitespace around a tag is not looked at.</param>
    /// <param name="tags">Sorted by name, without whitespace.</param>
    /// <param name="problem">What is wrong.</param>
    public static bool TryRead(string text, [NotNullWhen(true)] out string? tags, [NotNullWhen(false)] out string? problem)
    {
        (tags, problem) = (null, null);
        if (text.Length > MaxText)
        {
            problem = $"is longer than {MaxText} characters";
            return false;
        }

        string[] pairs = text.Split(',', StringSplitOptions.TrimEntries);
        if (pairs.Length > Most)
        {
            problem = $"has {pairs.Length} tags, and {Most} is the most";
            return false;
        }

        Array.Sort(pairs, static (one, other) => NameOf(one).CompareTo(NameOf(other), StringComparison.Ordinal));
        for (int i = 0; i < pairs.Length; i++)
        {
            problem = PairProblem(pairs[i]) ?? (i > 0 && NameOf(pairs[i]).SequenceEqual(NameOf(pairs[i - 1])) ? $"has the tag {NameOf(pairs[i])} twice" : null);
            if (problem is not null)
            {
                return false;
            }
        }

        tags = string.Join(',', pairs);
        return true;
    }

    /// <summary>The tags one by one, from what <see cref="TryRead"/> wrote.</summary>
    public static IEnumerable<(string Name, string Value)> Each(string? tags)
    {
        foreach (string pair in tags?.Split(',') ?? [])
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            yield return (pair[..equals], pair[(equals + 1)..]);
        }
    }

    /// <summary>What is wrong with a tag's name; null: nothing is.</summary>
    public static string? NameProblem(ReadOnlySpan<char> name)
    {
        bool sound = name.Length is > 0 and <= MaxName && char.IsAsciiLetterLower(name[0]);
        foreach (char one in name)
        {
            sound &= char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one is '.' or '_' or '-';
        }

        return sound ? null : $"a tag's name has 1 to {MaxName} lower-case letters, digits, '.', '_' and '-', and starts with a letter";
    }

    /// <summary>What is wrong with a tag's value; null: nothing is.</summary>
    public static string? ValueProblem(ReadOnlySpan<char> value)
    {
        bool sound = value.Length is > 0 and <= MaxValue;
        foreach (char one in value)
        {
            sound &= char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or '-' or ':' or '/' or '@' or '+';
        }

        return sound ? null : $"a tag's value has 1 to {MaxValue} letters, digits and any of . _ - : / @ +";
    }

    private static string? PairProblem(string pair)
    {
        int equals = pair.IndexOf('=', StringComparison.Ordinal);
        string? problem = equals < 0 ? "a tag is written name=value" : NameProblem(pair.AsSpan(0, equals)) ?? ValueProblem(pair.AsSpan(equals + 1));
        return problem is null ? null : $"\"{(pair.Length > 48 ? pair[..48] + "…" : pair)}\": {problem}";
    }

    private static ReadOnlySpan<char> NameOf(string pair) => pair.IndexOf('=', StringComparison.Ordinal) is >= 0 and int equals ? pair.AsSpan(0, equals) : pair;
}
