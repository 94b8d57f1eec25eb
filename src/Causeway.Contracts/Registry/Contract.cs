using System.Globalization;
using Causeway.Contracts.Normalisation;
using Causeway.Contracts.Schemas;

namespace Causeway.Contracts.Registry;

/// <summary>One immutable version of a registered contract.</summary>
/// <param name="Name">1 to 64 of <c>a-z 0-9 . _ -</c>, beginning with a letter or digit.</param>
/// <param name="Version">From 1.</param>
/// <param name="Id">Of schema and policy together: the same content is the same version.</param>
/// <param name="Schema">The schema.</param>
/// <param name="Policy">What happens to answers.</param>
/// <param name="CreatedAt">When it was registered.</param>
public sealed record Contract(string Name, int Version, ContractId Id, JsonSchema Schema, ContractPolicy Policy, DateTimeOffset CreatedAt)
{
    /// <summary>What schemas that come with a request are recorded as; no contract can have this name.</summary>
    public const string Inline = "inline";

    private const int MaxNameLength = 64;
    private const string Letters = "may hold lower-case letters, digits, '.', '_' and '-', and starts with a letter or digit";

    /// <summary><c>NAME@VERSION</c>.</summary>
    public string FullName => string.Create(CultureInfo.InvariantCulture, $"{Name}@{Version}");

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? NameProblem(string name) =>
        name.Length is 0 or > MaxNameLength ? $"must have 1 to {MaxNameLength} characters, has {name.Length}"
        : name == Inline ? "is what schemas that come with a request are called; choose another"
        : !char.IsAsciiLetterLower(name[0]) && !char.IsAsciiDigit(name[0]) ? Letters
        : name.Contains('@', StringComparison.Ordinal) ? "may not hold '@': that stands before a version, which is given by the registry"
        : name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-') ? null
        : Letters;
}

/// <summary>What happens to an answer.</summary>
public sealed record ContractPolicy
{
    /// <summary>For schemas that come with a request: the default mendings; one repair, then the next pin, then an error.</summary>
    public static ContractPolicy Default { get; } = new();

    /// <summary>What may be mended.</summary>
    public Coercions Coerce { get; init; } = Coercions.Default;

    /// <summary>What is done about a violation, in this order; <see cref="OnViolation.Fail"/> ends the list whether it is said or not.</summary>
    public IReadOnlyList<OnViolation> OnViolation { get; init; } = [Registry.OnViolation.Repair, Registry.OnViolation.Fallback, Registry.OnViolation.Fail];

    /// <summary>How often one pin is asked to repair its answer, 0 to 3. Default 1.</summary>
    public int Repairs { get; init; } = 1;

    /// <summary>The same policy in the one form that its meaning has: <c>fail</c> ends the list, and repairs are named where there are any.</summary>
    public ContractPolicy ToCanonical()
    {
        IEnumerable<OnViolation> acts = OnViolation.TakeWhile(act => act != Registry.OnViolation.Fail).Distinct();
        if (Repairs <= 0)
        {
            acts = acts.Where(act => act != Registry.OnViolation.Repair);
        }

        OnViolation[] all = [.. acts, Registry.OnViolation.Fail];
        return this with { OnViolation = all, Repairs = all.Contains(Registry.OnViolation.Repair) ? Math.Min(Repairs, PolicyWords.MaxRepairs) : 0 };
    }
}

/// <summary>What is done about a violation.</summary>
public enum OnViolation
{
    /// <summary>The same pin is asked again, with what was wrong.</summary>
    Repair,

    /// <summary>The next pin is asked.</summary>
    Fallback,

    /// <summary>The caller is told: <c>contract_violated</c>.</summary>
    Fail,
}
