namespace Causeway.Budgets.Labels;

/// <summary>Whom the company charges for what a key spends, in the words of its books: <c>CC-4711</c>, <c>4711/EU</c>. Bound in the key, as its attribution is.</summary>
public static class CostCentre
{
    /// <summary>Characters that it has at most.</summary>
    public const int MaxLength = 64;

    /// <summary>What is wrong with it; null: nothing is.</summary>
    public static string? Problem(string text) =>
        text.Length is 0 or > MaxLength ? $"must have 1 to {MaxLength} characters, has {text.Length}"
        : !char.IsAsciiLetterOrDigit(text[0]) || !text.All(static one => char.IsAsciiLetterOrDigit(one) || one is '.' or '_' or '-' or '/' or ':')
            ? "may hold letters, digits, '.', '_', '-', '/' and ':', and starts with a letter or digit"
            : null;
}
