namespace Causeway.Releases.Releases;

/// <summary>What may be hashed must have one form in UTF-8.</summary>
internal static class Unicode
{
    /// <summary>False for text with half of a surrogate pair: every encoder would put something else in its place.</summary>
    public static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                return false;
            }

            i++;
        }

        return true;
    }
}
