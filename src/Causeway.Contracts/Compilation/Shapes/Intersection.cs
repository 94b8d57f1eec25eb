using System.Collections.Immutable;

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>What two shapes allow together. What cannot be proved stays as a rule <c>allOf</c>, which no dialect holds.</summary>
internal sealed class Intersection(ShapeGraph graph)
{
    // A hostile schema multiplies unions; beyond this many steps nothing more is proved.
    private const int MaxSteps = 20_000;
    private const int MaxDepth = 64;
    private int _steps;
    private int _depth;

    /// <param name="path">Of the schema that holds both.</param>
    public Shape Of(Shape one, Shape other, string path)
    {
        graph.Budget.Take(4 + one.Rules.Length + other.Rules.Length + ((long)one.Annotations.Length * other.Annotations.Length));
        if (++_steps > MaxSteps || _depth >= MaxDepth)
        {
            return Unproved(one, other);
        }

        _depth++;
        Shape both = Emptiness.Settle(Meet(one, other, path));
        _depth--;
        return both.Annotations.IsEmpty && one.Annotations.IsEmpty && other.Annotations.IsEmpty ? both : both with { Annotations = Together(one.Annotations, other.Annotations) };
    }

    private Shape Meet(Shape one, Shape other, string path) => (one, other) switch
    {
        (NeverShape, _) => one,
        (_, NeverShape) => other,
        (AnyShape, _) => WithRules(other, one.Rules),
        (_, AnyShape) => WithRules(one, other.Rules),
        (RefShape left, RefShape right) when left.Target == right.Target => one,
        (RefShape left, _) => graph.TryAt(left.Target) is { } target ? WithRules(Of(target, other, path), left.Rules) : Unproved(one, other),
        (_, RefShape right) => graph.TryAt(right.Target) is { } target ? WithRules(Of(one, target, path), right.Rules) : Unproved(one, other),
        (EnumShape left, EnumShape right) => Filtered(left with { Rules = [.. left.Rules, .. right.Rules] }, Common(left, right)),
        (UnionShape union, _) => Spread(union, other, path),
        (_, UnionShape union) => Spread(union, one, path),
        (EnumShape values, _) => Filter(values, other),
        (_, EnumShape values) => Filter(values, one),
        (ScalarShape left, ScalarShape right) => Scalars(left, right),
        (ObjectShape left, ObjectShape right) => Objects(left, right, path),
        (ArrayShape left, ArrayShape right) => Arrays(left, right, path),
        _ => OfOtherKinds(one, other, path),
    };

    // A shape whose kind is only implied says nothing of other kinds.
    private static Shape OfOtherKinds(Shape one, Shape other, string path) => (one.IsImplied, other.IsImplied) switch
    {
        (true, false) => other,
        (false, true) => one,
        (true, true) => Unproved(one, other),
        _ => new NeverShape(path),
    };

    private Shape Spread(UnionShape union, Shape other, string path)
    {
        Shape[] branches = [.. union.Branches.Select(branch => Of(branch, other with { Annotations = [] }, path)).Where(branch => branch is not NeverShape)];
        return branches.Length switch
        {
            0 => new NeverShape(path),
            1 => WithRules(branches[0], union.Rules) with { IsImplied = branches[0].IsImplied && (!union.IsImplied || other.IsImplied) },
            _ => union with { Branches = [.. branches], IsImplied = union.IsImplied && other.IsImplied },
        };
    }

    private ImmutableArray<JsonTree> Common(EnumShape left, EnumShape right)
    {
        HashSet<JsonTree> values = graph.ValuesOf(right);
        graph.Budget.Take(left.Values.Sum(value => value.Size));
        return [.. left.Values.Where(values.Contains)];
    }

    private Shape Filter(EnumShape values, Shape other)
    {
        (bool decided, JsonTree[] left) = ConstantCheck.Filter(values.Values, other, graph.Budget);
        Shape kept = Filtered(other is ScalarShape { IsImplied: false } scalar ? values with { Type = scalar.Type } : values, [.. left]);
        return decided || kept is NeverShape ? kept : Unproved(kept, other);
    }

    private static Shape Filtered(EnumShape values, ImmutableArray<JsonTree> left)
    {
        Shape kept = values with { Values = left };
        return left.IsEmpty ? new NeverShape(values.Path) : kept;
    }

    private Shape Scalars(ScalarShape left, ScalarShape right)
    {
        bool numbers = left.Type is "number" or "integer" && right.Type is "number" or "integer";
        if (left.Type != right.Type && !numbers)
        {
            return OfOtherKinds(left, right, left.Path);
        }

        string type = left.Type == "integer" || right.Type == "integer" ? "integer" : left.Type;
        return left with { Type = type, Rules = RuleMerge.Of(left.Rules, right.Rules, graph.Budget), IsImplied = left.IsImplied && right.IsImplied };
    }

    private Shape Objects(ObjectShape left, ObjectShape right, string path)
    {
        graph.Budget.Take(left.Properties.Length + right.Properties.Length + left.Required.Length + right.Required.Length);
        bool patterns = left.Rules.Concat(right.Rules).Any(rule => rule.Keyword == "patternProperties");
        if (patterns && (!left.IsOpen || !right.IsOpen))
        {
            return Unproved(left, right);
        }

        List<Property> properties = [];
        foreach (Property property in left.Properties)
        {
            Property? twin = right.Find(property.Name);
            properties.Add(property with { Value = twin is not null ? Of(property.Value, twin.Value, property.Value.Path) : right.Additional is { } rest ? Of(property.Value, rest, property.Value.Path) : property.Value });
        }

        foreach (Property property in right.Properties.Where(property => left.Find(property.Name) is null))
        {
            properties.Add(left.Additional is { } rest ? property with { Value = Of(property.Value, rest, property.Value.Path) } : property);
        }

        string[] required = [.. left.Required.Union(right.Required)];
        Shape? additional = (left.Additional, right.Additional) switch
        {
            (null, { } its) => its,
            ({ } mine, null) => mine,
            ({ } mine, { } its) => Of(mine, its, path),
            _ => null,
        };

        return left with
        {
            Properties = [.. properties],
            Required = [.. required],
            Additional = additional,
            Rules = RuleMerge.Of(left.Rules, right.Rules, graph.Budget),
            IsImplied = left.IsImplied && right.IsImplied,
        };
    }

    private Shape Arrays(ArrayShape left, ArrayShape right, string path)
    {
        int places = Math.Max(left.Prefix.Length, right.Prefix.Length);
        return left with
        {
            Prefix = [.. Enumerable.Range(0, places).Select(i => Of(Place(left, i), Place(right, i), path))],
            Items = (left.Items, right.Items) switch { (null, { } its) => its, ({ } mine, null) => mine, ({ } mine, { } its) => Of(mine, its, path), _ => null },
            Rules = RuleMerge.Of(left.Rules, right.Rules, graph.Budget),
            IsImplied = left.IsImplied && right.IsImplied,
        };
    }

    private static Shape Place(ArrayShape array, int index) => index < array.Prefix.Length ? array.Prefix[index] : array.Items ?? new AnyShape(array.Path);

    private static Shape WithRules(Shape shape, ImmutableArray<Rule> rules) => rules.IsEmpty ? shape : shape with { Rules = shape.Rules.AddRange(rules) };

    private static Shape Unproved(Shape one, Shape other) => one with { Rules = [.. one.Rules, new Rule("allOf", JsonTree.Null, other.Path)] };

    // The outer one's words come first.
    private static ImmutableArray<KeyValuePair<string, JsonTree>> Together(ImmutableArray<KeyValuePair<string, JsonTree>> outer, ImmutableArray<KeyValuePair<string, JsonTree>> inner) =>
        [.. outer, .. inner.Where(annotation => !outer.Any(own => own.Key == annotation.Key))];
}
