namespace Causeway.Budgets.Labels;

/// <summary>What a caller says of one request beside what its key says.</summary>
/// <param name="EndUser">Which of the caller's own people it was for, or a digest of that; null: it does not say.</param>
/// <param name="Tags">Its tags as <see cref="RequestTags"/> writes them; null: it has none.</param>
public sealed record RequestLabels(string? EndUser, string? Tags)
{
    /// <summary>Characters that an end user's name has at most: what Anthropic's <c>metadata.user_id</c> may hold.</summary>
    public const int MaxEndUser = 256;

    /// <summary>What is wrong with an end user's name; null: nothing is.</summary>
    public static string? EndUserProblem(string text) =>
        text.Length is 0 or > MaxEndUser ? $"must have 1 to {MaxEndUser} characters, has {text.Length}"
        : text.All(static one => one is > ' ' and < '\u007f') ? null
        : "may hold visible ASCII characters without spaces";
}
