using System.Text.Json;

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>The shapes of one document, read when they are asked for, and what is known of them together.</summary>
internal sealed class ShapeGraph
{
    // Unions of unions multiply; beyond this nothing more is proved.
    private const int MaxComparisons = 50_000;
    private readonly Dictionary<string, Shape?> _shapes = [];
    private readonly Dictionary<(string Pointer, bool ThroughRequired), bool> _recursive = [];
    private readonly Dictionary<Shape, JsonKinds> _kinds = new(ReferenceEqualityComparer.Instance);
    private readonly ShapeReader _reader;
    private int _comparisons;

    public ShapeGraph(JsonTree document)
    {
        Document = document;
        References = new References(document);
        _reader = new ShapeReader(this);
    }

    public JsonTree Document { get; }

    public References References { get; }

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
        Shape read = _reader.Read(JsonPointers.Find(Document, pointer)!, pointer);
        _shapes[pointer] = read;
        return read;
    }

    /// <summary>What a shape is once its references are followed. A circle of references alone is anything.</summary>
    public Shape Resolve(Shape shape)
    {
        HashSet<string>? seen = null;
        while (shape is RefShape reference)
        {
            if (!(seen ??= []).Add(reference.Target))
            {
                return new AnyShape(shape.Path);
            }

            shape = At(reference.Target);
        }

        return shape;
    }

    /// <summary>Whether the shape at a pointer holds itself.</summary>
    /// <param name="pointer">The pointer.</param>
    /// <param name="throughRequired">Only members that are required count as a way.</param>
    public bool IsRecursive(string pointer, bool throughRequired = false)
    {
        if (!_recursive.TryGetValue((pointer, throughRequired), out bool known))
        {
            known = Reaches(At(pointer), pointer, throughRequired, []);
            _recursive[(pointer, throughRequired)] = known;
        }

        return known;
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

        if ((KindsOf(one) & KindsOf(other)) == JsonKinds.None)
        {
            return true;
        }

        return (Resolve(one), Resolve(other)) switch
        {
            (UnionShape union, _) => union.Branches.All(branch => AreDisjoint(branch, other)),
            (_, UnionShape union) => union.Branches.All(branch => AreDisjoint(one, branch)),
            (EnumShape left, EnumShape right) => !left.Values.Any(value => right.Values.Any(value.Same)),
            (ObjectShape { IsImplied: false } left, ObjectShape { IsImplied: false } right) => HaveTag(left, right),
            _ => false,
        };
    }

    private bool HaveTag(ObjectShape left, ObjectShape right)
    {
        foreach (Property tag in left.Properties)
        {
            if (left.Required.Contains(tag.Name) && right.Required.Contains(tag.Name)
                && right.Properties.FirstOrDefault(property => property.Name == tag.Name) is { } twin
                && Resolve(tag.Value) is EnumShape mine && Resolve(twin.Value) is EnumShape its
                && !mine.Values.Any(value => its.Values.Any(value.Same)))
            {
                return true;
            }
        }

        return false;
    }

    private bool Reaches(Shape from, string target, bool throughRequired, HashSet<string> seen)
    {
        return from switch
        {
            RefShape reference => reference.Target == target || (seen.Add(reference.Target) && There(At(reference.Target))),
            ObjectShape held => held.Properties.Any(property => (!throughRequired || held.Required.Contains(property.Name)) && There(property.Value)) || (held.Additional is { } additional && There(additional)),
            ArrayShape array => array.Prefix.Any(There) || (array.Items is { } items && There(items)),
            UnionShape union => union.Branches.Any(There),
            _ => false,
        };

        bool There(Shape next) => Reaches(next, target, throughRequired, seen);
    }

    /// <summary>The strings of an array; empty: there is none.</summary>
    public static IEnumerable<string> Texts(JsonTree? array) => array is null ? [] : array.Items.Where(item => item.Kind == JsonValueKind.String).Select(item => item.Text);
}
