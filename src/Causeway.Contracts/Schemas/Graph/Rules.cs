using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Formats;
using Causeway.Contracts.Schemas.Patterns;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>Rules for numbers; null: there is no such rule.</summary>
internal sealed class NumberRules
{
    /// <summary><c>minimum</c>.</summary>
    public NumberLimit? Minimum { get; set; }

    /// <summary><c>maximum</c>.</summary>
    public NumberLimit? Maximum { get; set; }

    /// <summary><c>exclusiveMinimum</c>.</summary>
    public NumberLimit? ExclusiveMinimum { get; set; }

    /// <summary><c>exclusiveMaximum</c>.</summary>
    public NumberLimit? ExclusiveMaximum { get; set; }

    /// <summary><c>multipleOf</c>: above zero, at most 18 digits.</summary>
    public NumberLimit? MultipleOf { get; set; }
}

/// <summary>Rules for strings. Lengths are in Unicode code points.</summary>
internal sealed class StringRules
{
    /// <summary><c>minLength</c>.</summary>
    public int MinLength { get; set; }

    /// <summary><c>maxLength</c>.</summary>
    public int MaxLength { get; set; } = int.MaxValue;

    /// <summary><c>pattern</c>.</summary>
    public SchemaPattern? Pattern { get; set; }

    /// <summary><c>format</c>; null: none, or one that is not checked.</summary>
    public StringFormat? Format { get; set; }
}

/// <summary>Rules for arrays.</summary>
internal sealed class ArrayRules
{
    /// <summary><c>minItems</c>.</summary>
    public int MinItems { get; set; }

    /// <summary><c>maxItems</c>.</summary>
    public int MaxItems { get; set; } = int.MaxValue;

    /// <summary><c>uniqueItems</c>.</summary>
    public bool AreUnique { get; set; }

    /// <summary><c>prefixItems</c>, or draft-07's array of <c>items</c>.</summary>
    public SchemaNode[] Prefix { get; set; } = [];

    /// <summary><c>items</c> behind the prefix, or draft-07's <c>additionalItems</c>.</summary>
    public SchemaNode? Items { get; set; }

    /// <summary><c>contains</c>.</summary>
    public SchemaNode? Contains { get; set; }

    /// <summary><c>minContains</c>.</summary>
    public int MinContains { get; set; } = 1;

    /// <summary><c>maxContains</c>.</summary>
    public int MaxContains { get; set; } = int.MaxValue;

    /// <summary><c>unevaluatedItems</c>.</summary>
    public SchemaNode? Unevaluated { get; set; }

    /// <summary>The items that <c>items</c> covers are evaluated by <c>contains</c> as well (2020-12).</summary>
    public bool ContainsEvaluates { get; set; } = true;
}

/// <summary>Rules for objects.</summary>
internal sealed class ObjectRules
{
    /// <summary><c>minProperties</c>.</summary>
    public int MinProperties { get; set; }

    /// <summary><c>maxProperties</c>.</summary>
    public int MaxProperties { get; set; } = int.MaxValue;

    /// <summary>Names in <c>properties</c> and <c>required</c>.</summary>
    public NameTable Names { get; set; } = s_empty;

    /// <summary>By index of <see cref="Names"/>: the schema in <c>properties</c>; null: it is only required.</summary>
    public SchemaNode?[] Properties { get; set; } = [];

    /// <summary>By index of <see cref="Names"/>: whether it is required.</summary>
    public bool[] Required { get; set; } = [];

    /// <summary>How many are required.</summary>
    public int RequiredCount { get; set; }

    /// <summary><c>patternProperties</c>.</summary>
    public (SchemaPattern Pattern, SchemaNode Schema)[] PatternProperties { get; set; } = [];

    /// <summary><c>additionalProperties</c>.</summary>
    public SchemaNode? Additional { get; set; }

    /// <summary><c>propertyNames</c>.</summary>
    public SchemaNode? PropertyNames { get; set; }

    /// <summary><c>dependentRequired</c> and draft-07's <c>dependencies</c>.</summary>
    public DependentNames[] DependentRequired { get; set; } = [];

    /// <summary><c>dependentSchemas</c> and draft-07's <c>dependencies</c>.</summary>
    public DependentSchema[] DependentSchemas { get; set; } = [];

    /// <summary><c>unevaluatedProperties</c>.</summary>
    public SchemaNode? Unevaluated { get; set; }

    private static readonly NameTable s_empty = new([]);
}

/// <summary>Names that must be there when another is.</summary>
/// <param name="Keyword">Under which keyword.</param>
/// <param name="Name">The other.</param>
/// <param name="Required">The names.</param>
internal sealed record DependentNames(Keyword Keyword, byte[] Name, byte[][] Required);

/// <summary>A schema that applies to the object when a member is there.</summary>
/// <param name="Keyword">Under which keyword.</param>
/// <param name="Name">The member.</param>
/// <param name="Schema">The schema.</param>
internal sealed record DependentSchema(Keyword Keyword, byte[] Name, SchemaNode Schema);
