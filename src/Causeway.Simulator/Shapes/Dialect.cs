using System.Collections.Immutable;

namespace Causeway.Simulator.Shapes;

/// <summary>What one vendor or engine takes of a schema and what its decoder then holds the model to.</summary>
internal sealed record Dialect(string Name)
{
    // Immutable, since a row that is made from another shares it.
    private ImmutableDictionary<string, Treatment> _keywords = ImmutableDictionary.Create<string, Treatment>(StringComparer.Ordinal);

    /// <summary>Keywords that the decoder enforces, separated by spaces.</summary>
    public string Enforces { init => Set(value, Treatment.Enforced); }

    /// <summary>Keywords that are taken and change nothing.</summary>
    public string Ignores { init => Set(value, Treatment.Ignored); }

    /// <summary>Keywords that are refused.</summary>
    public string Refuses { init => Set(value, Treatment.Refused); }

    /// <summary>Keywords that are named nowhere, those that nobody knows among them.</summary>
    public Treatment Others { get; init; } = Treatment.Ignored;

    /// <summary>Formats that are enforced where <c>format</c> is.</summary>
    public IReadOnlyList<string> Formats { get; init; } = [];

    public Treatment OtherFormats { get; init; } = Treatment.Ignored;

    public Closing Closing { get; init; } = Closing.Open;

    /// <summary>Takes <c>additionalProperties</c> other than false.</summary>
    public bool TakesOpenObjects { get; init; } = true;

    /// <summary>Takes properties that are not in <c>required</c>.</summary>
    public bool TakesOptional { get; init; } = true;

    public bool TakesAnyRoot { get; init; } = true;

    public bool TakesTypeLists { get; init; } = true;

    public bool TakesUntypedArrays { get; init; } = true;

    public bool TakesBooleans { get; init; } = true;

    /// <summary>Takes <c>items</c> as a list.</summary>
    public bool TakesListItems { get; init; } = true;

    public bool TakesEmptyObjects { get; init; } = true;

    /// <summary>Takes members of <c>enum</c> that are not texts.</summary>
    public bool TakesAnyEnum { get; init; } = true;

    public bool TakesEmptyUnions { get; init; } = true;

    /// <summary>Takes references to <c>#</c> and to the root's definitions only.</summary>
    public bool RefersToRootOnly { get; init; }

    /// <summary>Names in <c>required</c> must be properties.</summary>
    public bool ChecksRequired { get; init; }

    public Siblings RefSiblings { get; init; } = Siblings.Together;

    public Recursion Recursion { get; init; } = Recursion.Taken;

    /// <summary>What a <c>pattern</c> may not hold; the rest of the rule is that it can be read.</summary>
    public PatternLimits Patterns { get; init; }

    /// <summary>Takes <c>allOf</c> whose members are references.</summary>
    public bool TakesRefsInAllOf { get; init; } = true;

    /// <summary>Takes <c>minItems</c> above 1.</summary>
    public bool TakesManyItems { get; init; } = true;

    /// <summary>Reads <c>oneOf</c> as <c>anyOf</c>.</summary>
    public bool OneOfIsAnyOf { get; init; }

    public Engine Engine { get; init; }

    public Limits Limits { get; init; } = new();

    public Hand Hand { get; init; } = Hand.Plain;

    public Treatment Of(string keyword) => _keywords.GetValueOrDefault(keyword, Others);

    public bool Enforced(string keyword) => Of(keyword) == Treatment.Enforced;

    private void Set(string keywords, Treatment treatment)
    {
        foreach (string keyword in keywords.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            _keywords = _keywords.SetItem(keyword, treatment);
        }
    }
}

internal enum Treatment
{
    /// <summary>Taken, and changes nothing.</summary>
    Ignored,

    Enforced,

    Refused,
}

/// <summary>What an object is without <c>additionalProperties</c>.</summary>
internal enum Closing
{
    Open,

    Closed,

    /// <summary>Refused: false must be said.</summary>
    MustBeSaid,
}

internal enum Siblings
{
    Together,

    Dropped,

    Refused,
}

internal enum Recursion
{
    Taken,

    /// <summary>Only through a property that is not required.</summary>
    ThroughOptional,

    Refused,
}

[Flags]
internal enum PatternLimits
{
    None = 0,
    NoLookAround = 1,
    NoBackReference = 2,
    NoWordBorder = 4,
    MustBeAnchored = 8,
}

/// <summary>Engines that read a schema in a way of their own.</summary>
internal enum Engine
{
    AsWritten,
    Xai,
    Xgrammar,
    Outlines,
    LlamaCpp,
}

/// <summary>Sizes of one schema; a size of 0 or more that is exceeded is refused.</summary>
internal sealed record Limits
{
    public int Properties { get; init; } = int.MaxValue;

    /// <summary>Objects within objects, the root the first.</summary>
    public int Levels { get; init; } = SchemaReading.MaxDepth;

    public int EnumValues { get; init; } = int.MaxValue;

    /// <summary>Characters of names, definitions and constants together.</summary>
    public int TextChars { get; init; } = int.MaxValue;

    /// <summary>Characters of one list of more than <see cref="LargeEnum"/> texts.</summary>
    public int LargeEnumChars { get; init; } = int.MaxValue;

    public int LargeEnum { get; init; } = 250;
}
