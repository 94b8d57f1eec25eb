using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Dialects;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>Writes shapes in a dialect's words. One use each.</summary>
internal sealed class SchemaWriter
{
    private const string WrapperName = "value";
    private readonly ScalarWriter _scalars;
    private readonly EnumWriter _enums;
    private readonly UnionWriter _unions;
    private readonly ObjectWriter _objects;
    private readonly ArrayWriter _arrays;
    private readonly ReferenceWriter _references;
    private readonly AnnotationWriter _annotations;

    public SchemaWriter(ShapeGraph graph, DialectProfile dialect, WritePlan plan, Journal journal)
    {
        (Graph, Dialect, Plan, Journal, Count) = (graph, dialect, plan, journal, new SlotCount());
        _scalars = new ScalarWriter(this);
        _enums = new EnumWriter(this);
        _unions = new UnionWriter(this);
        _objects = new ObjectWriter(this);
        _arrays = new ArrayWriter(this);
        _references = new ReferenceWriter(this);
        _annotations = new AnnotationWriter(this);
    }

    public ShapeGraph Graph { get; }

    public CompilationBudget Budget => Graph.Budget;

    public DialectProfile Dialect { get; }

    public WritePlan Plan { get; }

    public Journal Journal { get; }

    public SlotCount Count { get; }

    /// <summary>Rules that a writer gave another place, where they are held or told of.</summary>
    public HashSet<Rule> Held { get; } = [];

    /// <summary>The definitions that what was written refers to; null: none.</summary>
    public JsonTree? Definitions => _references.Definitions;

    /// <summary>Writes the root, wrapped where the dialect wants an object there, with the definitions that it needs.</summary>
    public Written WriteRoot()
    {
        Shape root = Graph.At("");
        if (root is RefShape reference)
        {
            Journal.Rewrite("", Features.Ref, "What the root refers to stands at the root.");
            root = Inlined(reference);
        }

        _references.RootStandsAsObject = root is ObjectShape { Properties.IsEmpty: false } && !IsPairs((ObjectShape)root);
        Written written = Write(root);
        if (written.Schema["type"] is not { Kind: System.Text.Json.JsonValueKind.String, Text: "object" } && RootFeature(written) is var feature && Dialect[feature] is { IsEstablished: false } row)
        {
            if (Dialect.TrustsRoots && row.Support == Support.Enforced)
            {
                Journal.Loss("", feature, row, "the root");
            }
            else
            {
                written = Wrapped(written, feature);
            }
        }

        _references.RootDraft.Target = written.Undo;
        if (Definitions is { } definitions)
        {
            written.Schema.Set("$defs", definitions);
        }

        return written;
    }

    public Written Write(Shape shape)
    {
        Budget.Enter();
        Budget.Take(48 + CompilationBudget.Text(shape.Path.Length) + shape.Annotations.Length + shape.Rules.Length);
        Written written = WriteOne(shape);
        Budget.Leave();
        return written;
    }

    private Written WriteOne(Shape shape)
    {
        Count.Nodes++;
        List<string> words = [];
        Written written = shape switch
        {
            ScalarShape scalar => _scalars.Write(scalar, words),
            EnumShape values => _enums.Write(values, words),
            UnionShape union => _unions.Write(union),
            ObjectShape held => _objects.Write(held, words),
            ArrayShape array => _arrays.Write(array, words),
            RefShape reference => _references.Write(reference),
            AnyShape => Any(shape),
            _ => Never(shape),
        };
        if (shape.IsImplied)
        {
            Journal.Narrows(shape.Path, Features.Type, "No type is said; other kinds of values, which the contract allows there, cannot come.");
        }

        OtherRules.Tell(shape, this, words);
        return _annotations.Annotate(written, shape, words);
    }

    /// <summary>What a reference means, with its own words in place of the target's.</summary>
    public Shape Inlined(RefShape reference)
    {
        Shape target = Graph.Resolve(reference);
        Budget.Take((long)reference.Annotations.Length * target.Annotations.Length);
        return target with
        {
            Annotations = [.. reference.Annotations, .. target.Annotations.Where(inner => !reference.Annotations.Any(own => own.Key == inner.Key))],
            Rules = [.. target.Rules, .. reference.Rules],
        };
    }

    /// <summary>Text that holds JSON, in place of what the dialect has no schema for.</summary>
    public static Written AsText(List<string> words, string what)
    {
        words.Add($"the JSON text of {what}, as a string");
        return new Written(JsonTree.Object(("type", JsonTree.Of("string"))), JsonKinds.String, new UndoDraft { Kind = UndoKind.ParseText });
    }

    /// <summary>A schema that also takes null.</summary>
    public Written OrNull(Written written, string path, bool asTypeArray = true)
    {
        Count.Unions.Add(path);
        JsonTree schema = written.Schema;
        JsonTree nothing = JsonTree.Object(("type", JsonTree.Of("null")));
        bool hasType = asTypeArray && Dialect[Features.TypeWithNull].IsEstablished && schema["type"] is { Kind: System.Text.Json.JsonValueKind.String };
        if (hasType && schema["enum"] is null && schema["const"] is null)
        {
            schema.Set("type", JsonTree.Array(schema["type"]!, JsonTree.Of("null")));
        }
        else if (hasType && schema["enum"] is { } values && Dialect[Features.EnumNull].IsEstablished)
        {
            schema.Set("type", JsonTree.Array(schema["type"]!, JsonTree.Of("null")));
            schema.Set("enum", JsonTree.Array(values.Items.Append(JsonTree.Null)));
        }
        else if (schema["anyOf"] is { } branches)
        {
            schema.Set("anyOf", JsonTree.Array(branches.Items.Append(nothing)));
        }
        else
        {
            schema = JsonTree.Object(("anyOf", JsonTree.Array(schema, nothing)));
        }

        return written with { Schema = schema, Kinds = written.Kinds | JsonKinds.Null };
    }

    /// <summary>An object that becomes an array of pairs or text: what it knows no names of, where nothing but known names is taken.</summary>
    public bool IsPairs(ObjectShape held) => !_objects.TakesOpen && held.Properties.IsEmpty && !held.IsClosed;

    private static string RootFeature(Written written) =>
        written.Kinds == JsonKinds.Array ? Features.RootArray : written.Schema["anyOf"] is not null || written.Schema["type"] is { Kind: System.Text.Json.JsonValueKind.Array } ? Features.RootAnyOf : Features.RootScalar;

    private Written Wrapped(Written written, string feature)
    {
        Journal.Rewrite("", feature, $"The root stands in an object with the member \"{WrapperName}\".");
        JsonTree wrapper = JsonTree.Object(
            ("type", JsonTree.Of("object")), ("properties", JsonTree.Object((WrapperName, written.Schema))), ("required", JsonTree.Array(JsonTree.Of(WrapperName))), ("additionalProperties", JsonTree.False));
        return new Written(wrapper, JsonKinds.Object, new UndoDraft { Kind = UndoKind.Unwrap, Wrapper = WrapperName, Items = written.Undo });
    }

    private Written Any(Shape shape)
    {
        // Whoever takes open objects takes "anything"; the others want a type at every place.
        KeywordSupport row = Dialect[Features.OpenObject];
        if (row.Support == Support.Enforced)
        {
            if (row.IsUnverified)
            {
                Journal.Loss(shape.Path, Features.BooleanSchema, row, "an untyped value");
            }

            return new Written(JsonTree.Object(), JsonKinds.All);
        }

        List<string> words = [];
        Written text = AsText(words, "any value");
        Journal.Loss(shape.Path, Features.OpenObject, row, "an untyped value travels as JSON text, which the provider does not check");
        return _annotations.Annotate(text, shape with { Annotations = [] }, words);
    }

    private Written Never(Shape shape)
    {
        Journal.Refuse(shape.Path, Features.BooleanSchema, "No value can satisfy this schema.", "Remove what excludes every value there, or the property itself.");
        return new Written(JsonTree.Object(("type", JsonTree.Of("null"))), JsonKinds.Null);
    }
}

/// <summary>What a dialect counts over a whole schema.</summary>
internal sealed class SlotCount
{
    /// <summary>Places written so far.</summary>
    public int Nodes { get; set; }

    public List<string> Unions { get; } = [];

    /// <summary>Optional properties, each with whether it may be null anyway.</summary>
    public List<(string Path, bool AllowsNull)> Optional { get; } = [];

    public int EnumValues { get; set; }
}
