using System.Collections.Frozen;

namespace Causeway.Budgets.Keys;

/// <summary>Who a request is for. Bound in the key, so a request without attribution cannot exist.</summary>
/// <param name="Team">1 to 64 characters: lower-case letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, starting with a letter or digit.</param>
/// <param name="Feature">As <paramref name="Team"/>.</param>
/// <param name="Environment">One of <see cref="Environments"/>.</param>
public sealed record Attribution(string Team, string Feature, string Environment)
{
    private const int MaxNameLength = 64;

    /// <summary>Whom the company charges for it (<see cref="Labels.CostCentre"/>); null: nobody said.</summary>
    public string? CostCentre { get; init; }

    private static readonly FrozenSet<string> s_environments = FrozenSet.Create("dev", "eval", "staging", "prod");

    /// <summary>The environments there are.</summary>
    public static IReadOnlyList<string> Environments { get; } = ["dev", "eval", "staging", "prod"];

    /// <summary>What is wrong with this attribution, by field; empty when it is sound.</summary>
    public IEnumerable<(string Field, string Message)> Problems()
    {
        if (NameProblem(Team) is { } team)
        {
            yield return ("team", team);
        }

        if (NameProblem(Feature) is { } feature)
        {
            yield return ("feature", feature);
        }

        if (!s_environments.Contains(Environment))
        {
            yield return ("env", $"\"{Environment}\" is not an environment; allowed: {string.Join(", ", Environments)}");
        }

        if (CostCentre is not null && Labels.CostCentre.Problem(CostCentre) is { } centre)
        {
            yield return ("cost_centre", centre);
        }
    }

    /// <summary>What is wrong with the name of a team or feature; null: nothing is.</summary>
    public static string? NameProblem(string name)
    {
        if (name.Length is 0 or > MaxNameLength)
        {
            return $"must have 1 to {MaxNameLength} characters, has {name.Length}";
        }

        bool sound = char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0]);
        foreach (char c in name)
        {
            sound &= char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-';
        }

        return sound ? null : "may hold lower-case letters, digits, '.', '_' and '-', and starts with a letter or digit";
    }
}
