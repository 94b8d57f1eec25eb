using System.Collections.Immutable;

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>
/// What a schema says, free of spellings: references alone, conjunctions merged, arrays of types and siblings of unions told apart.
/// </summary>
/// <param name="Path">JSON Pointer into the canonical schema.</param>
internal abstract record Shape(string Path)
{
    /// <summary>What only people and models read: <c>title</c>, <c>description</c>, <c>default</c>, <c>examples</c>, …</summary>
    public ImmutableArray<KeyValuePair<string, JsonTree>> Annotations { get; init; } = [];

    /// <summary>Constraints of the kind itself, and those that have no shape (<c>not</c>, <c>if</c>, …).</summary>
    public ImmutableArray<Rule> Rules { get; init; } = [];

    /// <summary>Nothing said which kind of value this is; the keywords speak of one kind only. Other kinds are allowed too.</summary>
    public bool IsImplied { get; init; }

    /// <summary>The words for models; null: none.</summary>
    public string? Description => Annotations.FirstOrDefault(annotation => annotation.Key == "description").Value?.Text;
}

/// <summary>A keyword with its value.</summary>
/// <param name="Keyword">As the schema has it; <c>allOf</c>: a conjunct that could not be merged.</param>
/// <param name="Value">Its value.</param>
/// <param name="Path">JSON Pointer to the keyword.</param>
internal sealed record Rule(string Keyword, JsonTree Value, string Path);

/// <summary>Anything.</summary>
internal sealed record AnyShape(string Path) : Shape(Path);

/// <summary>Nothing.</summary>
internal sealed record NeverShape(string Path) : Shape(Path);

/// <summary>A null, boolean, integer, number or string.</summary>
/// <param name="Type">The word of <c>type</c>.</param>
internal sealed record ScalarShape(string Path, string Type) : Shape(Path);

/// <summary>One of some values.</summary>
internal sealed record EnumShape(string Path, ImmutableArray<JsonTree> Values, bool FromConst) : Shape(Path)
{
    /// <summary>The word of <c>type</c> beside it, where there was one.</summary>
    public string? Type { get; init; }
}

/// <summary>An object.</summary>
internal sealed record ObjectShape(string Path) : Shape(Path)
{
    private const int MostWalked = 16;
    private HashSet<string>? _required;
    private Dictionary<string, Property>? _byName;

    public ImmutableArray<Property> Properties
    {
        get;
        init => (field, _byName) = (value, null);
    } = [];

    /// <summary>Names that must be present; also such as have no property of their own.</summary>
    public ImmutableArray<string> Required
    {
        get;
        init => (field, _required) = (value, null);
    } = [];

    /// <summary>Every other member; null: nothing is said of them. <see cref="NeverShape"/>: there is none.</summary>
    public Shape? Additional { get; init; }

    /// <summary>Whether a name must be present.</summary>
    public bool Requires(string name) => Required.Length <= MostWalked ? Required.Contains(name) : (_required ??= [.. Required]).Contains(name);

    /// <summary>The member of that name; null: it has no property of its own.</summary>
    public Property? Find(string name) => Properties.Length <= MostWalked
        ? Properties.FirstOrDefault(property => property.Name == name)
        : (_byName ??= Properties.DistinctBy(property => property.Name).ToDictionary(property => property.Name)).GetValueOrDefault(name);

    public bool IsClosed => Additional is NeverShape;

    public bool IsOpen => Additional is null or AnyShape { Rules.IsEmpty: true };
}

/// <summary>A member that an object knows by name.</summary>
internal sealed record Property(string Name, Shape Value);

/// <summary>An array.</summary>
internal sealed record ArrayShape(string Path) : Shape(Path)
{
    /// <summary>The first items, by place.</summary>
    public ImmutableArray<Shape> Prefix { get; init; } = [];

    /// <summary>Every other item; null: nothing is said of them.</summary>
    public Shape? Items { get; init; }
}

/// <summary>One of some shapes.</summary>
/// <param name="Branches">Two or more.</param>
/// <param name="IsExclusive">Exactly one; otherwise one or more.</param>
internal sealed record UnionShape(string Path, ImmutableArray<Shape> Branches, bool IsExclusive) : Shape(Path)
{
    /// <summary>It was written as an array of types.</summary>
    public bool IsTypeArray { get; init; }
}

/// <summary>What stands elsewhere in the document.</summary>
/// <param name="Target">JSON Pointer.</param>
internal sealed record RefShape(string Path, string Target) : Shape(Path);
