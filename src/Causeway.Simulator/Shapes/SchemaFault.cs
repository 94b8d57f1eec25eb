namespace Causeway.Simulator.Shapes;

/// <summary>What a dialect holds against a schema; each vendor has words of its own for it.</summary>
/// <param name="Path">Steps from the root to the schema at fault: keywords, names and places.</param>
/// <param name="Words">Keywords or names that the fault is about, in the schema's order; never empty where the kind is about any.</param>
internal sealed record SchemaFault(FaultKind Kind, IReadOnlyList<string> Path, IReadOnlyList<string> Words)
{
    /// <summary>The type of the schema at fault, empty where it names none.</summary>
    public string Type { get; init; } = "";

    /// <summary>What was counted, for a size.</summary>
    public long Count { get; init; }

    public long Limit { get; init; }
}

internal enum FaultKind
{
    /// <summary>Keywords that the dialect refuses.</summary>
    Keywords,

    /// <summary>An object without <c>additionalProperties: false</c>.</summary>
    NotClosed,

    /// <summary>Properties that <c>required</c> does not name.</summary>
    Optional,

    /// <summary>A root that is no object.</summary>
    Root,

    /// <summary>A root that is a union.</summary>
    RootUnion,

    RefSiblings,

    /// <summary>A reference to nothing.</summary>
    RefNotFound,

    Recursion,

    Levels,
    Properties,
    EnumValues,
    TextChars,

    /// <summary>An array that says nothing of its items.</summary>
    UntypedArray,

    /// <summary><c>items</c> as a list.</summary>
    ListItems,

    Pattern,

    Format,

    /// <summary>True or false in a schema's place.</summary>
    BooleanSchema,

    /// <summary>A list of types.</summary>
    TypeList,

    /// <summary>Members of <c>enum</c> of a kind that is not taken.</summary>
    EnumMember,

    EmptyUnion,

    EmptyObject,

    /// <summary>A name in <c>required</c> that is no property.</summary>
    UnknownRequired,

    /// <summary>No schema at all.</summary>
    NoSchema,
}
