namespace Causeway.Contracts.Schemas.Graph;

/// <summary>One schema, ready to be evaluated: its keywords as data, its subschemas as references. Filled once, then never changed.</summary>
internal sealed class SchemaNode(SchemaResource resource, int at)
{
    /// <summary>The resource that it stands in.</summary>
    public SchemaResource Resource { get; } = resource;

    /// <summary>Where it stands in the resource's document.</summary>
    public int At { get; } = at;

    /// <summary>The schema is <c>true</c> or <c>false</c>; null: an object.</summary>
    public bool? Always { get; set; }

    /// <summary>Kinds of value that <c>type</c> allows.</summary>
    public TypeSet Types { get; set; } = TypeSet.Any;

    /// <summary>Values that <c>enum</c> allows.</summary>
    public ValueSet? Enum { get; set; }

    /// <summary>The value that <c>const</c> allows.</summary>
    public ValueSet? Const { get; set; }

    /// <summary>Rules for numbers.</summary>
    public NumberRules? Numbers { get; set; }

    /// <summary>Rules for strings.</summary>
    public StringRules? Strings { get; set; }

    /// <summary>Rules for arrays.</summary>
    public ArrayRules? Arrays { get; set; }

    /// <summary>Rules for objects.</summary>
    public ObjectRules? Objects { get; set; }

    /// <summary><c>$ref</c>'s target.</summary>
    public SchemaNode? Ref { get; set; }

    /// <summary><c>$dynamicRef</c>'s target as it stands, and the name by which it may be another.</summary>
    public SchemaNode? DynamicRef { get; set; }

    /// <summary>The anchor that <c>$dynamicRef</c> looks for from the outermost resource; null: it is an ordinary reference.</summary>
    public string? DynamicAnchor { get; set; }

    /// <summary>Branches.</summary>
    public Branches? Branches { get; set; }

    /// <summary>Whether something here must know which members or items others evaluated.</summary>
    public bool TracksEvaluated => Objects?.Unevaluated is not null || Arrays?.Unevaluated is not null;
}

/// <summary>Kinds of JSON values.</summary>
[Flags]
internal enum TypeSet : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary><c>null</c>.</summary>
    Null = 1 << 0,

    /// <summary><c>boolean</c>.</summary>
    Boolean = 1 << 1,

    /// <summary><c>integer</c>: also part of every number.</summary>
    Integer = 1 << 2,

    /// <summary><c>number</c>, whole or not.</summary>
    Number = 1 << 3,

    /// <summary><c>string</c>.</summary>
    String = 1 << 4,

    /// <summary><c>array</c>.</summary>
    Array = 1 << 5,

    /// <summary><c>object</c>.</summary>
    Object = 1 << 6,

    /// <summary>Every kind.</summary>
    Any = Null | Boolean | Integer | Number | String | Array | Object,
}

/// <summary>Subschemas that apply to the same value.</summary>
internal sealed class Branches
{
    /// <summary><c>allOf</c>.</summary>
    public SchemaNode[] AllOf { get; set; } = [];

    /// <summary><c>anyOf</c>.</summary>
    public SchemaNode[] AnyOf { get; set; } = [];

    /// <summary><c>oneOf</c>.</summary>
    public SchemaNode[] OneOf { get; set; } = [];

    /// <summary><c>not</c>.</summary>
    public SchemaNode? Not { get; set; }

    /// <summary><c>if</c>.</summary>
    public SchemaNode? If { get; set; }

    /// <summary><c>then</c>.</summary>
    public SchemaNode? Then { get; set; }

    /// <summary><c>else</c>.</summary>
    public SchemaNode? Else { get; set; }
}
