using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;

namespace Causeway.Gateway.Capture;

/// <summary>Which requests' prompts and answers are kept. Nothing is kept without a rule that says so.</summary>
/// <param name="Team">Whose requests; null: every team's.</param>
/// <param name="Feature">Of which feature.</param>
/// <param name="Environments">In which environments; empty: in all.</param>
/// <param name="UpTo">The highest class of data that is kept. A request of which nothing says a class counts as <c>internal</c>, as everywhere.</param>
/// <param name="Redacted">Requests of which something was redacted are kept too, as they went out: with placeholders. Otherwise they are not kept at all.</param>
/// <param name="Keep">For how long.</param>
/// <param name="MaxBytes">Bytes of a prompt, and of an answer, that are kept at most; what is longer is cut.</param>
public sealed record CaptureRule(string? Team, string Feature, IReadOnlyList<string> Environments, string UpTo, bool Redacted, TimeSpan Keep, int MaxBytes)
{
    /// <summary>What is kept where nothing is said.</summary>
    public const string DefaultUpTo = "internal";

    /// <summary>For how long where nothing is said.</summary>
    public static readonly TimeSpan DefaultKeep = TimeSpan.FromDays(7);

    /// <summary>How much where nothing is said.</summary>
    public const int DefaultMaxBytes = 64 * 1024;

    /// <summary>Whether it speaks of a request.</summary>
    /// <param name="of">Whose it is.</param>
    /// <param name="dataClass">The class of data that it belongs to.</param>
    /// <param name="isRedacted">Something was redacted of it.</param>
    public bool Fits(Attribution of, string dataClass, bool isRedacted) =>
        (Team is null || Team == of.Team) && Feature == of.Feature && (Environments.Count == 0 || Environments.Contains(of.Environment))
        && (Redacted || !isRedacted)
        && DataClasses.Rank(dataClass) <= DataClasses.Rank(UpTo);

    /// <inheritdoc/>
    public bool Equals(CaptureRule? other) =>
        other is not null && (Team, Feature, UpTo, Redacted, Keep, MaxBytes) == (other.Team, other.Feature, other.UpTo, other.Redacted, other.Keep, other.MaxBytes) && Environments.SequenceEqual(other.Environments);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Team, Feature, UpTo, Redacted, Keep, MaxBytes, Environments.Count);
}
