using Causeway.Shadow.Detect;

namespace Causeway.Gateway.Policy;

/// <summary>What must not go out in the requests of a team, of a feature, or of all.</summary>
/// <param name="Team">Whose; null: everybody's.</param>
/// <param name="Feature">Of which feature; null: of all.</param>
/// <param name="Deny">What makes a request be denied.</param>
/// <param name="Redact">What a placeholder takes the place of; it is put back in the answer.</param>
/// <param name="Raise">What makes a request belong to a class of data, at least.</param>
/// <param name="RaiseTo">That class.</param>
public sealed record OutgoingRule(string? Team, string? Feature, IReadOnlyList<DetectedKind> Deny, IReadOnlyList<DetectedKind> Redact, IReadOnlyList<DetectedKind> Raise, string RaiseTo)
{
    /// <summary>The class where none is said.</summary>
    public const string DefaultRaiseTo = "customer";

    /// <summary>The same words, whatever lists hold them.</summary>
    public bool Equals(OutgoingRule? other) =>
        other is not null && Team == other.Team && Feature == other.Feature && RaiseTo == other.RaiseTo && Deny.SequenceEqual(other.Deny) && Redact.SequenceEqual(other.Redact) && Raise.SequenceEqual(other.Raise);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Team, Feature, RaiseTo, Deny.Count, Redact.Count, Raise.Count);
}
