using System.Text.Json;

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>The shapes of one document, read when they are asked for, and what is known of them together.</summary>
internal sealed class ShapeGraph
{
    // Unions of unions multiply; beyond this nothing more is proved.
    private const int MaxComparisons = 50_000;
    private readonly Dictionary<string, Shape?> _shapes = [];
    private readonly Dictionary<string, Shape> _meant = [];
    private readonly Dictionary<EnumShape, HashSet<JsonTree>> _values = new(ReferenceEqualityComparer.Instance);
    private readonly Recursion _recursion;
    private readonly Recursion _requiredRecursion;
    private readonly Dictionary<Shape, JsonKinds> _kinds = new(ReferenceEqualityComparer.Instance);
    private readonly ShapeReader _reader;
    private int _comparisons;

    public ShapeGraph(JsonTree document, CompilationBudget budget)
    {
        (Document, Budget) = (document, budget);
        References = new References(document, budget);
        _recursion = new Recursion(this, throughRequired: false);
        _requiredRecursion = new Recursion(this, throughRequired: true);
        _reader = new ShapeReader(this);
    }

    public JsonTree Document { get; }

    public References References { get; }

    /// <summary>What reading, comparing and writing may cost together.</summary>
    public CompilationBudget Budget { get; }

    /// <summary>The shape at a pointer that is known to exist.</summary>
    public Shape At(string pointer) => TryAt(pointer) ?? new AnyShape(pointer);

    /// <summary>As above; null while that very shape is being read.</summary>
    public Shape? TryAt(string pointer)
    {
        if (_shapes.TryGetValue(pointer, out Shape? known))
        {
            return known;
        }

        _shapes[pointer] = null;
        Budget.Enter();
        Shape read = _reader.Read(JsonTree.Find(Document, pointer)!, pointer);
        Budget.Leave();
        _shapes[pointer] = read;
        return read;
    }

    /// <summary>What a shape is once its references are followed. A circle of references alone is anything.</summary>
    public Shape Resolve(Shape shape)
    {
        if (shape is not RefShape first)
        {
            return shape;
        }

        HashSet<string> way = [];
        while (shape is RefShape reference && !_meant.TryGetValue(reference.Target, out shape!))
        {
            Budget.Take();
            shape = way.Add(reference.Target) ? At(reference.Target) : new AnyShape(first.Path);
        }

        foreach (string target in way)
        {
            _meant[target] = shape;
        }

        return shape;
    }

    /// <summary>Whether the shape at a pointer holds itself.</summary>
    /// <param name="pointer">The pointer.</param>
    /// <param name="throughRequired">Only members that are required count as a way.</param>
    public bool IsRecursive(string pointer, bool throughRequired = false) => (throughRequired ? _requiredRecursion : _recursion).Holds(pointer);

    /// <summary>The values of an enum, to find one among them.</summary>
    public HashSet<JsonTree> ValuesOf(EnumShape shape)
    {
        if (!_values.TryGetValue(shape, out HashSet<JsonTree>? values))
        {
            Budget.Take(shape.Values.Sum(value => value.Size));
            values = new HashSet<JsonTree>(shape.Values, JsonValues.Instance);
            _values[shape] = values;
        }

        return values;
    }

    /// <summary>The kinds of values that a shape may have.</summary>
    public JsonKinds KindsOf(Shape shape, int depth = 0)
    {
        Shape resolved = Resolve(shape);
        if (!_kinds.TryGetValue(resolved, out JsonKinds known))
        {
            known = ReadKinds(resolved, depth);
            _kinds[resolved] = known;
        }

        return known;
    }

    private JsonKinds ReadKinds(Shape resolved, int depth)
    {
        if (resolved.IsImplied || depth > Schemas.SchemaLimits.MaxDepth)
        {
            return JsonKinds.All;
        }

        return resolved switch
        {
            NeverShape => JsonKinds.None,
            ScalarShape scalar => KindOf(scalar.Type),
            EnumShape values => values.Values.Aggregate(JsonKinds.None, (kinds, value) => kinds | value.KindOf()),
            ObjectShape => JsonKinds.Object,
            ArrayShape => JsonKinds.Array,
            UnionShape union => union.Branches.Aggregate(JsonKinds.None, (kinds, branch) => kinds | KindsOf(branch, depth + 1)),
            _ => JsonKinds.All,
        };
    }

    private static JsonKinds KindOf(string type) => type switch
    {
        "null" => JsonKinds.Null,
        "boolean" => JsonKinds.Boolean,
        "string" => JsonKinds.String,
        _ => JsonKinds.Number,
    };

    /// <summary>Whether two shapes cannot both hold one value: by kind, by their values, or by a tag that both require.</summary>
    public bool AreDisjoint(Shape one, Shape other)
    {
        if (++_comparisons > MaxComparisons)
        {
            return false;
        }

        Budget.Enter();
        bool areDisjoint = Compare(one, other);
        Budget.Leave();
        return areDisjoint;
    }

    private bool Compare(Shape one, Shape other)
    {
        Budget.Take(4);
        if ((KindsOf(one) & KindsOf(other)) == JsonKinds.None)
        {
            return true;
        }

        return (Resolve(one), Resolve(other)) switch
        {
            (UnionShape union, _) => union.Branches.All(branch => AreDisjoint(branch, other)),
            (_, UnionShape union) => union.Branches.All(branch => AreDisjoint(one, branch)),
            (EnumShape left, EnumShape right) => ShareNothing(left, right),
            (ObjectShape { IsImplied: false } left, ObjectShape { IsImplied: false } right) => HaveTag(left, right),
            _ => false,
        };
    }

    private bool HaveTag(ObjectShape left, ObjectShape right)
    {
        foreach (Property tag in left.Properties)
        {
            Budget.Take();
            if (left.Requires(tag.Name) && right.Requires(tag.Name) && right.Find(tag.Name) is { } twin
                && Resolve(tag.Value) is EnumShape mine && Resolve(twin.Value) is EnumShape its && ShareNothing(mine, its))
            {
                return true;
            }
        }

        return false;
    }

    private bool ShareNothing(EnumShape left, EnumShape right)
    {
        (EnumShape few, EnumShape many) = left.Values.Length <= right.Values.Length ? (left, right) : (right, left);
        HashSet<JsonTree> values = ValuesOf(many);
        Budget.Take(few.Values.Sum(value => value.Size));
        return !few.Values.Any(values.Contains);
    }

    /// <summary>The strings of an array; empty: there is none.</summary>
    public static IEnumerable<string> Texts(JsonTree? array) => array is null ? [] : array.Items.Where(item => item.Kind == JsonValueKind.String).Select(item => item.Text);
}
