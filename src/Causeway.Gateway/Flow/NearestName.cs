namespace Causeway.Gateway.Flow;

/// <summary>Finds the name that a typing error most likely meant.</summary>
internal static class NearestName
{
    private const int MaxLength = 64;

    /// <summary>A sentence that asks whether the nearest candidate was meant, with a space before it; empty: none is near.</summary>
    public static string Hint(string name, IEnumerable<string> candidates) => To(name, candidates) is { } nearest ? $" Did you mean \"{nearest}\"?" : "";

    /// <summary>The nearest candidate within a third of the name's length, or null. Work is bounded: long names are not compared.</summary>
    public static string? To(string name, IEnumerable<string> candidates)
    {
        if (name.Length > MaxLength)
        {
            return null;
        }

        string? best = null;
        int bound = Math.Max(1, name.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            if (candidate.Length <= MaxLength && Math.Abs(candidate.Length - name.Length) < bound && Distance(name, candidate) is int distance && distance < bound)
            {
                (best, bound) = (candidate, distance);
            }
        }

        return best;
    }

    // Levenshtein with one row; capitals are no difference.
    private static int Distance(string a, string b)
    {
        Span<int> row = stackalloc int[MaxLength + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int substituted = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[b.Length];
    }
}
