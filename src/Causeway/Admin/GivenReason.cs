namespace Causeway.Admin;

/// <summary>Why somebody does something: one rule for every <c>reason</c>, which is kept with what was done.</summary>
internal static class GivenReason
{
    /// <summary>Characters at most.</summary>
    public const int MaxLength = 500;

    /// <summary>What is wrong with it.</summary>
    /// <param name="reason">As it was given; null: it was not.</param>
    /// <param name="isRequired">It has to be given; otherwise it may be left out, and is no blank.</param>
    public static IEnumerable<FieldProblem> Problems(string? reason, bool isRequired = true)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            return isRequired || reason is not null ? [new FieldProblem("reason", "is missing: say why, in a few words; it is kept with what was done")] : [];
        }

        return reason.Length > MaxLength || reason.Any(char.IsControl) ? [new FieldProblem("reason", $"has 1 to {MaxLength} characters, and no control characters")] : [];
    }
}
