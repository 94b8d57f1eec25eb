using System.Collections.Frozen;
using System.Collections.Immutable;
using System.IO.Enumeration;
using Causeway.Contracts.Compilation;

namespace Causeway.Contracts.Dialects;

/// <summary>One way by which a dialect takes a schema, and when.</summary>
public sealed record CarrierOption
{
    /// <summary>The way.</summary>
    public required Carrier Carrier { get; init; }

    /// <summary>The schema constrains the decoder; otherwise it is guidance at most.</summary>
    public bool IsEnforced { get; init; }

    /// <summary>There is a strict flag, and it has to be set.</summary>
    public bool Strict { get; init; }

    /// <summary>The request may offer tools of its own beside it.</summary>
    public bool WithTools { get; init; } = true;

    /// <summary>The model may be told beside it that it must call one of them.</summary>
    public bool WithForcedTool { get; init; } = true;

    /// <summary>The answer may be streamed.</summary>
    public bool Streams { get; init; } = true;

    /// <summary>A thinking budget may be asked for.</summary>
    public bool WithThinking { get; init; } = true;

    /// <summary>The provider shows the schema to the model; otherwise it only masks, and the schema belongs in the prompt too.</summary>
    public bool IsShown { get; init; } = true;

    /// <summary>More, in words.</summary>
    public string? Note { get; init; }

    /// <summary>Whether it can carry this request.</summary>
    public bool Takes(ContractAsk ask) => (WithTools || !ask.HasTools) && (WithForcedTool || !ask.HasForcedTool) && (Streams || !ask.Stream) && (WithThinking || !ask.Thinking);
}

/// <summary>What differs for some models of a dialect.</summary>
public sealed record ModelRule
{
    /// <summary>Ids, with <c>*</c> for any text; capitals do not matter.</summary>
    public required ImmutableArray<string> Match { get; init; }

    /// <summary>Why, in words.</summary>
    public required string Note { get; init; }

    /// <summary>The carriers for these, from the best; default: the dialect's.</summary>
    public ImmutableArray<CarrierOption> Carriers { get; init; }

    /// <summary>The order of keys for these; null: the dialect's.</summary>
    public KeyOrder? KeyOrder { get; init; }

    /// <summary><see cref="DialectProfile.HasPropertyOrdering"/>, for these.</summary>
    public bool HasPropertyOrdering { get; init; }

    /// <summary>Rows that differ for these.</summary>
    public FrozenDictionary<string, KeywordSupport> Keywords { get; init; } = FrozenDictionary<string, KeywordSupport>.Empty;

    /// <summary>Whether it speaks of this model.</summary>
    public bool Matches(string model)
    {
        foreach (string pattern in Match)
        {
            if (FileSystemName.MatchesSimpleExpression(pattern, model))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>In which order an answer's members come.</summary>
public enum KeyOrder
{
    /// <summary>Not known.</summary>
    Unknown,

    /// <summary>As the schema has them.</summary>
    Schema,

    /// <summary>The required ones, then the optional ones, each in the schema's order.</summary>
    RequiredFirst,

    /// <summary>By the alphabet.</summary>
    Alphabetical,
}

/// <summary>How large a schema may be. Null: no limit is published.</summary>
/// <remarks>
/// Vendors count all strict schemas of a request together. Here the contract alone is counted, not the caller's own strict tools beside it: what is over the
/// limit by those is refused by the provider. <see cref="Tools"/> is told to people only.
/// </remarks>
public sealed record DialectLimits
{
    /// <summary>Properties of all objects together.</summary>
    public int? Properties { get; init; }

    /// <summary>Levels of objects inside one another.</summary>
    public int? Nesting { get; init; }

    /// <summary>Characters of the names of properties and definitions and of the values of enums and consts together.</summary>
    public int? NameCharacters { get; init; }

    /// <summary>Values of all enums together.</summary>
    public int? EnumValues { get; init; }

    /// <summary>From how many values an enum of strings has a limit of characters.</summary>
    public int? LongEnumValues { get; init; }

    /// <summary>Characters of an enum of strings with more than <see cref="LongEnumValues"/> values.</summary>
    public int? LongEnumCharacters { get; init; }

    /// <summary>Optional properties of the request.</summary>
    public int? Optional { get; init; }

    /// <summary>Places with a union type in the request; a null in an array of types counts.</summary>
    public int? Unions { get; init; }

    /// <summary>Strict tools in the request.</summary>
    public int? Tools { get; init; }
}
