using Causeway.Releases.Releases;

namespace Causeway.Releases.Channels;

/// <summary>A name that callers send as <c>model</c>, and the release that answers it now.</summary>
public sealed record ReleaseChannel
{
    private const int MaxNameLength = 64;

    /// <summary>1 to 64 characters: lower-case letters, digits, <c>.</c>, <c>_</c>, <c>-</c>, starting with a letter or digit. No slash: that makes a pin.</summary>
    public required string Name { get; init; }

    /// <summary>What it points at.</summary>
    public required ReleaseId Release { get; init; }

    /// <summary>What becomes of a field that a pin's protocol cannot carry.</summary>
    public required UnsupportedFields Unsupported { get; init; }

    /// <summary>What is asked of a pin's structured output before a contract's answer may come from it.</summary>
    public ConformanceRule Conformance { get; init; } = ConformanceRule.Warn;

    /// <summary>When it was made, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was last changed, UTC.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>1 when made, one more with each change.</summary>
    public required long Version { get; init; }

    /// <summary>The routing revision of its last change; 0: it was made before there were any.</summary>
    public long Revision { get; init; }

    /// <summary>A channel as it is made.</summary>
    public static ReleaseChannel New(string name, ReleaseId release, UnsupportedFields unsupported, DateTimeOffset now, ConformanceRule conformance = ConformanceRule.Warn) => new()
    {
        Name = name,
        Release = release,
        Unsupported = unsupported,
        Conformance = conformance,
        CreatedAt = now,
        UpdatedAt = now,
        Version = 1,
    };

    /// <summary>It is as wanted already.</summary>
    public bool Is(WantedChannel wanted) => Release == wanted.Release && Unsupported == wanted.Unsupported && Conformance == wanted.Conformance;

    /// <summary>The channel after its next change.</summary>
    public ReleaseChannel Next(WantedChannel wanted, DateTimeOffset now) =>
        this with { Release = wanted.Release, Unsupported = wanted.Unsupported, Conformance = wanted.Conformance, UpdatedAt = now, Version = Version + 1 };

    /// <summary>The channel after a change that leaves its rule of conformance as it is.</summary>
    public ReleaseChannel Next(ReleaseId release, UnsupportedFields unsupported, DateTimeOffset now) =>
        Next(new WantedChannel(Name, release, unsupported, Conformance), now);

    /// <summary>What is wrong with a name, or null.</summary>
    public static string? NameProblem(string name)
    {
        if (name.Length is 0 or > MaxNameLength)
        {
            return $"must have 1 to {MaxNameLength} characters, has {name.Length}";
        }

        if (name.Contains('/', StringComparison.Ordinal))
        {
            return "may not hold '/': provider/model names a pin, not a channel";
        }

        return char.IsAsciiLetterLower(name[0]) || char.IsAsciiDigit(name[0])
            ? name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-') ? null : Letters
            : Letters;
    }

    private const string Letters = "may hold lower-case letters, digits, '.', '_' and '-', and starts with a letter or digit";
}

/// <summary>What becomes of a request's field that would change the answer and that a pin's protocol cannot carry.</summary>
public enum UnsupportedFields
{
    /// <summary>The request is denied, with the field's name.</summary>
    Deny,

    /// <summary>The field is left out, and the answer says so.</summary>
    Drop,
}

/// <summary>What is asked of a pin before an answer that must follow a contract may come from it.</summary>
public enum ConformanceRule
{
    /// <summary>Nothing.</summary>
    Off,

    /// <summary>Where the pin is not proven to hold the contract's features, the answer comes from it and that is said.</summary>
    Warn,

    /// <summary>A pin that is not proven, or no longer, is passed over.</summary>
    Require,
}

/// <summary>One change of a channel, as it is kept for good.</summary>
/// <param name="Channel">The channel's name.</param>
/// <param name="Version">The channel's version after it; 1: it was made.</param>
/// <param name="Release">What it points at since.</param>
/// <param name="Unsupported">What becomes of fields since.</param>
/// <param name="Conformance">What is asked of pins since.</param>
/// <param name="At">When, UTC.</param>
public sealed record ChannelMove(string Channel, long Version, ReleaseId Release, UnsupportedFields Unsupported, ConformanceRule Conformance, DateTimeOffset At);
