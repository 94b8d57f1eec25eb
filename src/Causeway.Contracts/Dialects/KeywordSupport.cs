using System.Collections.Frozen;

namespace Causeway.Contracts.Dialects;

/// <summary>What a dialect does with a feature, from the best. The letters are those of the profiles.</summary>
public enum Support
{
    /// <summary><c>S</c>: the decoder cannot produce a violation.</summary>
    Enforced,

    /// <summary><c>P</c>: enforced within the limits that the row states.</summary>
    Partly,

    /// <summary><c>A</c>: taken; whether it is enforced is not established.</summary>
    Accepted,

    /// <summary><c>I</c>: taken, without effect.</summary>
    Ignored,

    /// <summary><c>R</c>: the call fails.</summary>
    Rejected,

    /// <summary><c>N</c>: documented as unsupported; whether the call fails is not established.</summary>
    Unsupported,

    /// <summary><c>?</c>: nothing is known.</summary>
    Unknown,
}

/// <summary>Where a fact comes from.</summary>
public enum Evidence
{
    /// <summary>Nowhere: an assumption.</summary>
    None,

    /// <summary>The vendor's documentation.</summary>
    Doc,

    /// <summary>The vendor's description of its API.</summary>
    Spec,

    /// <summary>Source code of the engine or of an official SDK.</summary>
    Src,

    /// <summary>Seen in recorded traffic.</summary>
    Obs,

    /// <summary>Reports of users.</summary>
    Rep,

    /// <summary>Measured by a probe of this installation.</summary>
    Measured,
}

/// <summary>What an object may hold where it says nothing of <c>additionalProperties</c>.</summary>
public enum OmittedMeans
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>The call fails: it has to be said.</summary>
    Error,

    /// <summary>Nothing else.</summary>
    Closed,

    /// <summary>Anything, as in JSON Schema.</summary>
    Open,
}

/// <summary>Constructs of regular expressions that not every decoder takes.</summary>
[Flags]
public enum PatternFeatures
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>(?=</c>, <c>(?!</c>, <c>(?&lt;=</c>, <c>(?&lt;!</c>.</summary>
    LookAround = 1 << 0,

    /// <summary><c>\1</c>, <c>\k&lt;name&gt;</c>.</summary>
    BackReference = 1 << 1,

    /// <summary><c>\b</c>, <c>\B</c>.</summary>
    WordBoundary = 1 << 2,

    /// <summary><c>{n,m}</c> with a number over 64: "large" has no published figure.</summary>
    LargeRepeat = 1 << 3,

    /// <summary><c>^</c>, <c>$</c>.</summary>
    Anchor = 1 << 4,

    /// <summary><c>\p{…}</c>.</summary>
    UnicodeClass = 1 << 5,

    /// <summary><c>(?i)</c> and its like.</summary>
    InlineFlag = 1 << 6,
}

/// <summary>How a decoder reads the ends of a <c>pattern</c>. JSON Schema searches.</summary>
public enum Anchoring
{
    /// <summary>As JSON Schema: found anywhere.</summary>
    Search,

    /// <summary>The whole string must match, said or not.</summary>
    Implicit,

    /// <summary>Only patterns with both anchors are taken.</summary>
    Required,
}

/// <summary>One row of a profile.</summary>
public sealed record KeywordSupport
{
    /// <summary>What the dialect does.</summary>
    public required Support Support { get; init; }

    /// <summary>Where that comes from.</summary>
    public required Evidence Evidence { get; init; }

    /// <summary>When it was so: a day, a month or a year, as the source has it.</summary>
    public required string Date { get; init; }

    /// <summary>Nobody confirmed it yet.</summary>
    public bool IsUnverified { get; init; }

    /// <summary>More, in words.</summary>
    public string? Note { get; init; }

    /// <summary>Keywords with a number: up to this one the row holds. Null: any.</summary>
    public long? Max { get; init; }

    /// <summary>What it does with numbers above <see cref="Max"/>.</summary>
    public Support Above { get; init; } = Support.Rejected;

    /// <summary><c>format</c>: the values that the row speaks of. Null: not published.</summary>
    public FrozenSet<string>? Values { get; init; }

    /// <summary><c>pattern</c>: what is not taken.</summary>
    public PatternFeatures Refuses { get; init; }

    /// <summary><c>pattern</c>: how its ends are read.</summary>
    public Anchoring Anchoring { get; init; }

    /// <summary>Numbers: the row holds for integers only.</summary>
    public bool IntegersOnly { get; init; }

    /// <summary>Strings may come in other capitals than the schema's.</summary>
    public bool CapitalsMayDiffer { get; init; }

    /// <summary>Optional properties: at least one property of every object must be required.</summary>
    public bool AtLeastOneRequired { get; init; }

    /// <summary>Recursion: only through properties that are not required.</summary>
    public bool ThroughOptionalOnly { get; init; }

    /// <summary><c>additionalProperties</c> omitted: what that means.</summary>
    public OmittedMeans Means { get; init; }

    /// <summary>Enforced, and known to be.</summary>
    public bool IsEstablished => Support == Support.Enforced && !IsUnverified;

    /// <summary>The call does not fail because of it, as far as is known.</summary>
    public bool IsTaken => Support is Support.Enforced or Support.Partly or Support.Accepted or Support.Ignored;

    /// <summary>The letter of tables, with a star where it is unverified.</summary>
    public string Code => Letter(Support) + (IsUnverified ? "*" : "");

    private static string Letter(Support support) => support switch
    {
        Support.Enforced => "S",
        Support.Partly => "P",
        Support.Accepted => "A",
        Support.Ignored => "I",
        Support.Rejected => "R",
        Support.Unsupported => "N",
        _ => "?",
    };
}
