using System.Collections.Immutable;
using Causeway.Releases.Parameters;
using Causeway.Releases.Pins;

namespace Causeway.Releases.Releases;

/// <summary>An immutable bundle of what answers a channel's callers, named by its content.</summary>
/// <param name="content">What is hashed.</param>
/// <param name="label">A note for people. Not hashed; the first one given stands.</param>
/// <param name="createdAt">When it was first made, UTC. Not hashed.</param>
public sealed class Release(ReleaseContent content, string? label, DateTimeOffset createdAt)
{
    /// <summary>Characters of the longest label.</summary>
    public const int MaxLabelLength = 200;

    /// <summary>Its name.</summary>
    public ReleaseId Id { get; } = ReleaseId.Of(content.ToCanonicalJson());

    /// <summary>What is hashed.</summary>
    public ReleaseContent Content { get; } = content;

    /// <summary>A note for people; null: none.</summary>
    public string? Label { get; } = label;

    /// <summary>When it was first made, UTC.</summary>
    public DateTimeOffset CreatedAt { get; } = createdAt;

    /// <summary>In order of preference: the next is tried where the one before cannot answer.</summary>
    public ImmutableArray<Pin> Pins => Content.Pins;

    /// <summary>Goes before the caller's own instructions; null: none.</summary>
    public string? Prompt => Content.Prompt;

    /// <summary>Set whatever the caller sent.</summary>
    public ReleaseParameters Parameters => Content.Parameters;

    /// <summary>What every answer follows; null: what the caller asks for.</summary>
    public ReleaseContract? Contract => Content.Contract;

    /// <summary>What is wrong with a label, or null.</summary>
    public static string? LabelProblem(string label) =>
        label.Length is 0 or > MaxLabelLength ? $"must have 1 to {MaxLabelLength} characters, has {label.Length}"
        : label.Any(char.IsControl) || !Unicode.IsWellFormed(label) ? "may not hold control characters"
        : null;
}
