namespace Causeway.Configuration;

/// <summary>Finds the word that somebody probably meant.</summary>
internal static class NearestMatch
{
    private const int MaxLength = 64;

    /// <summary>The candidate nearest to a word, or null when none is near enough to be worth saying.</summary>
    /// <remarks>Near enough: at most a third of the word's letters differ, and at most three. Letter case costs nothing.</remarks>
    public static string? Find(string word, IEnumerable<string> candidates)
    {
        if (word.Length is 0 or > MaxLength)
        {
            return null;
        }

        string? nearest = null;
        int least = Math.Min((word.Length + 1) / 3, 3) + 1;
        foreach (string candidate in candidates)
        {
            int distance = Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant());
            if (distance < least)
            {
                least = distance;
                nearest = candidate;
            }
        }

        return nearest;
    }

    /// <summary>
    /// Damerau-Levenshtein distance in the form of optimal string alignment: letters added, dropped or replaced, and neighbours swapped,
    /// each costing one.
    /// </summary>
    public static int Distance(string left, string right)
    {
        int[] beforeLast = new int[right.Length + 1];
        int[] last = [.. Enumerable.Range(0, right.Length + 1)];
        int[] current = new int[right.Length + 1];
        for (int i = 1; i <= left.Length; i++)
        {
            current[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int replace = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
                current[j] = Math.Min(replace, Math.Min(last[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                {
                    current[j] = Math.Min(current[j], beforeLast[j - 2] + 1);
                }
            }

            (beforeLast, last, current) = (last, current, beforeLast);
        }

        return last[right.Length];
    }
}
