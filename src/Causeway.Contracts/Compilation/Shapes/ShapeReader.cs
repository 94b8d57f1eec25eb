using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Causeway.Contracts.Json;

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>Reads a schema's text as a shape: 2020-12, and the spellings of draft-07.</summary>
internal sealed class ShapeReader(ShapeGraph graph)
{
    private static readonly string[] s_allTypes = ["object", "array", "string", "number", "integer", "boolean", "null"];
    private static readonly FrozenDictionary<string, string> s_kindOfKeyword = new (string Kind, string[] Keywords)[]
    {
        ("object", ["properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties"]),
        ("object", ["dependentRequired", "dependentSchemas", "dependencies", "unevaluatedProperties"]),
        ("array", ["items", "prefixItems", "additionalItems", "minItems", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "unevaluatedItems"]),
        ("string", ["minLength", "maxLength", "pattern", "format"]),
        ("number", ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]),
    }.SelectMany(group => group.Keywords.Select(keyword => KeyValuePair.Create(keyword, group.Kind))).ToFrozenDictionary();

    // What has a place of its own below, or is no rule at all.
    private static readonly FrozenSet<string> s_structure = FrozenSet.ToFrozenSet(
    [
        "type", "properties", "required", "additionalProperties", "items", "prefixItems", "additionalItems", "enum", "const", "anyOf", "oneOf", "allOf", "$ref", "$dynamicRef",
        "$recursiveRef", "$defs", "definitions", "not", "if", "then", "else",
    ]);

    private readonly Intersection _intersection = new(graph);

    public Shape Read(JsonTree node, string path)
    {
        graph.Budget.Take(12 + ((2 + CompilationBudget.Text(path.Length)) * (1 + node.Members.Count)));
        if (node.Kind != JsonValueKind.Object)
        {
            return node.Kind == JsonValueKind.False ? new NeverShape(path) : new AnyShape(path);
        }

        ImmutableArray<KeyValuePair<string, JsonTree>> annotations = [.. node.Members.Where(member => !s_structure.Contains(member.Key) && !s_kindOfKeyword.ContainsKey(member.Key))];
        Shape? shape = null;
        foreach (Shape part in Parts(node, path))
        {
            Shape settled = Emptiness.Settle(part);
            shape = shape is null ? settled : _intersection.Of(shape, settled, path);
        }

        shape ??= new AnyShape(path);
        shape = CloseUnevaluated(shape, node, path);
        graph.Budget.Take((long)annotations.Length * shape.Annotations.Length);
        return annotations.IsEmpty ? shape : shape with { Annotations = [.. annotations, .. shape.Annotations.Where(inner => !annotations.Any(own => own.Key == inner.Key))] };
    }

    private IEnumerable<Shape> Parts(JsonTree node, string path)
    {
        if (node["$ref"] is { Kind: JsonValueKind.String } reference)
        {
            yield return Reference(reference.Text, "$ref", path);
        }

        if ((node["$dynamicRef"] ?? node["$recursiveRef"]) is { Kind: JsonValueKind.String } dynamic)
        {
            yield return Reference(dynamic.Text, "$dynamicRef", path);
        }

        if (Typed(node, path) is { } typed)
        {
            yield return typed;
        }

        if (node["const"] is { } constant)
        {
            yield return new EnumShape(path, [constant], FromConst: true);
        }
        else if (node["enum"] is { } values)
        {
            graph.Budget.Take(values.Items.Count);
            yield return values.Items.Count == 0 ? new NeverShape(path) : new EnumShape(path, [.. values.Items], FromConst: false);
        }

        foreach (string keyword in (string[])["anyOf", "oneOf"])
        {
            if (node[keyword] is { Items.Count: > 0 } branches)
            {
                yield return Union(branches, JsonPointers.Member(path, keyword), keyword == "oneOf") with { Path = path };
            }
        }

        if (node["allOf"] is { } all)
        {
            for (int i = 0; i < all.Items.Count; i++)
            {
                yield return graph.At($"{path}/allOf/{i}");
            }
        }

        foreach (Rule rule in Conditions(node, path))
        {
            yield return new AnyShape(path) { Rules = [rule] };
        }
    }

    private Shape Reference(string text, string keyword, string path) => graph.References.Resolve(text) is { } target
        ? new RefShape(path, target)
        : new AnyShape(path) { Rules = [new Rule(keyword, JsonTree.Of(text), JsonPointers.Member(path, keyword))] };

    private Shape Union(JsonTree branches, string path, bool exclusive) =>
        branches.Items.Count == 1 ? graph.At($"{path}/0") : new UnionShape(path, [.. Enumerable.Range(0, branches.Items.Count).Select(i => graph.At($"{path}/{i}"))], exclusive);

    private static IEnumerable<Rule> Conditions(JsonTree node, string path)
    {
        if (node["not"] is { } not)
        {
            yield return new Rule("not", not, path + "/not");
        }

        if (node["if"] is { } condition && (node["then"] ?? node["else"]) is not null)
        {
            JsonTree whole = JsonTree.Object(("if", condition));
            foreach (string keyword in (string[])["then", "else"])
            {
                if (node[keyword] is { } consequence)
                {
                    whole.Set(keyword, consequence);
                }
            }

            yield return new Rule("if", whole, path + "/if");
        }
    }

    private Shape? Typed(JsonTree node, string path)
    {
        string[]? types = node["type"] switch
        {
            { Kind: JsonValueKind.String } one => [one.Text],
            { Kind: JsonValueKind.Array } several => [.. ShapeGraph.Texts(several).Distinct()],
            _ => null,
        };
        if (types is not null)
        {
            Shape[] shapes = [.. (types.Contains("number") ? types.Where(type => type != "integer") : types).Select(type => OfType(type, node, path))];
            return shapes.Length switch { 0 => new NeverShape(path), 1 => shapes[0], _ => new UnionShape(path, [.. shapes], IsExclusive: false) { IsTypeArray = true } };
        }

        string[] implied = [.. node.Members.Select(member => s_kindOfKeyword.GetValueOrDefault(member.Key)).OfType<string>().Distinct()];
        if (implied.Length == 1)
        {
            return OfType(implied[0], node, path) with { IsImplied = true };
        }

        return implied.Length == 0
            ? null
            : new UnionShape(path, [.. s_allTypes.Where(type => type != "integer").Select(type => OfType(type, node, path))], IsExclusive: false) { IsTypeArray = true, IsImplied = true };
    }

    private Shape OfType(string type, JsonTree node, string path)
    {
        string kind = type == "integer" ? "number" : type;
        ImmutableArray<Rule> rules = [.. node.Members
            .Where(member => !s_structure.Contains(member.Key) && s_kindOfKeyword.GetValueOrDefault(member.Key) == kind)
            .Select(member => new Rule(member.Key, member.Value, JsonPointers.Member(path, member.Key)))];
        return type switch
        {
            "object" => Object(node, path, rules),
            "array" => Array(node, path, rules),
            _ => new ScalarShape(path, type) { Rules = rules },
        };
    }

    private ObjectShape Object(JsonTree node, string path, ImmutableArray<Rule> rules) => new(path)
    {
        Rules = rules,
        Properties = node["properties"] is { } properties ? [.. properties.Members.Select(member => new Property(member.Key, graph.At(JsonPointers.Member(path + "/properties", member.Key))))] : [],
        Required = [.. ShapeGraph.Texts(node["required"]).Distinct()],
        Additional = node["additionalProperties"] is null ? null : graph.At(path + "/additionalProperties"),
    };

    private ArrayShape Array(JsonTree node, string path, ImmutableArray<Rule> rules)
    {
        bool draft7 = node["items"] is { Kind: JsonValueKind.Array };
        string prefix = draft7 ? "items" : "prefixItems";
        string rest = draft7 ? "additionalItems" : "items";
        return new ArrayShape(path)
        {
            Rules = rules,
            Prefix = node[prefix] is { } places ? [.. Enumerable.Range(0, places.Items.Count).Select(i => graph.At($"{path}/{prefix}/{i}"))] : [],
            Items = node[rest] is null ? null : graph.At($"{path}/{rest}"),
        };
    }

    // Where all members are known, "no unevaluated properties" is "no additional properties".
    private static Shape CloseUnevaluated(Shape shape, JsonTree node, string path)
    {
        bool isSimple = shape is ObjectShape { Additional: null } held && held.Rules.All(rule => rule.Keyword is "minProperties" or "maxProperties" or "dependentRequired" or "unevaluatedProperties");
        return isSimple && node["unevaluatedProperties"] is { Kind: JsonValueKind.False }
            ? (ObjectShape)shape with { Additional = new NeverShape(path + "/unevaluatedProperties"), Rules = shape.Rules.RemoveAll(rule => rule.Keyword == "unevaluatedProperties") }
            : shape;
    }
}
