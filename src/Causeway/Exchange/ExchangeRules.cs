using Causeway.Budgets.Keys;
using Causeway.Configuration;
using Causeway.Gateway.Identity;

namespace Causeway.Exchange;

/// <summary>Which rule a token falls under, and what it is for by that rule. Pure.</summary>
internal static class ExchangeRules
{
    private const int MaxFeatureLength = 64;
    private const int MaxLooked = 8;

    /// <summary>The first rule that fits a token; null: none does.</summary>
    public static ExchangeRule? Find(IEnumerable<ExchangeRule> rules, Attestation said) =>
        rules.FirstOrDefault(rule => rule.Issuer == said.Issuer.Name && rule.Claims.Count > 0 && rule.Claims.All(claim => said.Text(claim.Key) is { } value && Fits(claim.Value, value)));

    /// <summary>Of a token that no rule fits: what it says where the rules of its issuer look, so that both can be compared. Nothing of the rules is told but where they look.</summary>
    public static string Looked(IEnumerable<ExchangeRule> rules, Attestation said) => string.Join("; ", rules
        .Where(rule => rule.Issuer == said.Issuer.Name).SelectMany(rule => rule.Claims.Keys).Distinct(StringComparer.Ordinal).Take(MaxLooked)
        .Select(claim => said.Text(claim) is { } value ? $"{claim} is {Admin.Printable.Cut(value)}" : $"it has no {claim}"));

    /// <summary>Whether a value is what a pattern says: to the character, a <c>*</c> for any of them.</summary>
    public static bool Fits(string pattern, string value)
    {
        string[] pieces = pattern.Split('*');
        if (pieces.Length == 1)
        {
            return pattern == value;
        }

        if (!value.StartsWith(pieces[0], StringComparison.Ordinal))
        {
            return false;
        }

        int at = pieces[0].Length;
        foreach (string piece in pieces[1..^1])
        {
            int found = value.IndexOf(piece, at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + piece.Length;
        }

        return value.Length - at >= pieces[^1].Length && value.EndsWith(pieces[^1], StringComparison.Ordinal);
    }

    /// <summary>What the requests are for.</summary>
    /// <returns>The feature, or why there is none: exactly one of the two.</returns>
    public static (string? Feature, string? Problem) FeatureOf(ExchangeRule rule, Attestation said)
    {
        if (rule.Feature is { } feature)
        {
            return (feature, null);
        }

        if (said.Text(rule.FeatureClaim!) is not { } claim)
        {
            return (null, $"The token has no {rule.FeatureClaim}, which rule {rule.Name} takes the feature from.");
        }

        string name = Named(claim);
        return Attribution.NameProblem(name) is null ? (name, null) : (null, $"{rule.FeatureClaim} of the token is {Admin.Printable.Cut(claim)}, of which no feature can be made.");
    }

    // "acme/Answers Bot" -> "answers-bot": what stands after the last / or :, as features are written.
    private static string Named(string claim)
    {
        string last = claim[(claim.LastIndexOfAny(['/', ':']) + 1)..];
        char[] name = [.. last.ToLowerInvariant().Select(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-' ? c : '-')];
        return new string(name).TrimStart('.', '_', '-') is { Length: > MaxFeatureLength } @long ? @long[..MaxFeatureLength] : new string(name).TrimStart('.', '_', '-');
    }
}
