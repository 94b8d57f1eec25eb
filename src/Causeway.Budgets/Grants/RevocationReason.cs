namespace Causeway.Budgets.Grants;

/// <summary>What the reason of a revocation says by itself.</summary>
public static class RevocationReason
{
    /// <summary>The word with which a reason begins where somebody else may hold the right: what runs is cut then, whatever the grant says.</summary>
    public const string Compromised = "compromised";

    /// <summary>Whether what runs is cut by such a reason: <c>compromised</c>, or <c>Compromised: the key was in a public repository</c>.</summary>
    public static bool Cuts(string? reason)
    {
        ReadOnlySpan<char> words = reason.AsSpan().TrimStart();
        return words.StartsWith(Compromised, StringComparison.OrdinalIgnoreCase) && (words.Length == Compromised.Length || !char.IsLetterOrDigit(words[Compromised.Length]));
    }
}
