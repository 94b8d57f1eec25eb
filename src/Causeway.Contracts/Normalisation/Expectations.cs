using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Graph;
using Causeway.Contracts.Validation;
using Causeway.Contracts.Validation.Evaluation;

namespace Causeway.Contracts.Normalisation;

/// <summary>Which schemas speak of a value.</summary>
internal readonly ref struct Expectations(JsonView view, Workspace work, Validator validator, Coercions allowed, MendBudget budget)
{
    private const int MaxDepth = 32;
    private readonly JsonView _view = view;

    public Validator Validator => validator;

    public MendBudget Budget => budget;

    /// <summary>The schemas with all that they refer to and, of unions, the branch that is meant.</summary>
    public List<SchemaNode> Of(IEnumerable<SchemaNode> nodes, int at)
    {
        List<SchemaNode> all = [];
        foreach (SchemaNode node in nodes)
        {
            Add(node, at, all, 0);
        }

        return all;
    }

    /// <summary>The schemas of a member's value.</summary>
    public IEnumerable<SchemaNode> OfMember(List<SchemaNode> all, int name)
    {
        List<SchemaNode> found = [];
        foreach (SchemaNode node in all)
        {
            if (node.Objects is not { } rules)
            {
                continue;
            }

            int index = rules.Names.Find(_view, name);
            SchemaNode? property = index >= 0 ? rules.Properties[index] : null;
            if (property is not null)
            {
                found.Add(property);
            }
            else if (rules.Additional is { Always: null } additional && rules.PatternProperties.Length == 0)
            {
                found.Add(additional);
            }
        }

        return found;
    }

    /// <summary>The schemas of an item.</summary>
    public static IEnumerable<SchemaNode> OfItem(List<SchemaNode> all, int place) =>
        [.. all.Select(node => node.Arrays is not { } rules ? null : place < rules.Prefix.Length ? rules.Prefix[place] : rules.Items).OfType<SchemaNode>()];

    /// <summary>Members in the order of the schemas' properties, the others behind; null: that is the order in which they stand.</summary>
    public List<int>? InOrder(List<SchemaNode> all, List<int> names)
    {
        List<(int Name, int Rank)> ranked = [];
        int stood = 0;
        foreach (int name in names)
        {
            ranked.Add((name, Rank(all, name)));
        }

        List<int> ordered = [.. ranked.OrderBy(member => member.Rank).Select(member => member.Name)];
        while (stood < names.Count && names[stood] == ordered[stood])
        {
            stood++;
        }

        return stood == names.Count ? null : ordered;
    }

    /// <summary>The one member of an enum or const that a string matches but for its capitals, as JSON; null: none, several, or it matches as it is.</summary>
    public byte[]? EnumMember(List<SchemaNode> all, int at)
    {
        byte[]? found = null;
        long steps = long.MaxValue;
        string text = _view.String(at);
        foreach (SchemaNode node in all)
        {
            foreach (ValueSet? set in (ReadOnlySpan<ValueSet?>)[node.Enum, node.Const])
            {
                if (set is null)
                {
                    continue;
                }

                if (set.Contains(_view, at, ref steps))
                {
                    return null;
                }

                JsonView values = set.Document.View;
                foreach (int value in set.Values)
                {
                    if (values.Kind(value) == TokenKind.String && string.Equals(values.String(value), text, StringComparison.OrdinalIgnoreCase))
                    {
                        byte[] spelled = Undoing.Whole(values, value).ToArray();
                        if (found is not null && !found.AsSpan().SequenceEqual(spelled))
                        {
                            return null;
                        }

                        found = spelled;
                    }
                }
            }
        }

        return found;
    }

    private int Rank(List<SchemaNode> all, int name)
    {
        int before = 0;
        foreach (SchemaNode node in all)
        {
            if (node.Objects is { } rules)
            {
                int index = rules.Names.Find(_view, name);
                if (index >= 0 && rules.Properties[index] is not null)
                {
                    return before + index;
                }

                before += rules.Names.Count;
            }
        }

        return int.MaxValue;
    }

    private void Add(SchemaNode node, int at, List<SchemaNode> all, int depth)
    {
        if (depth > MaxDepth || all.Contains(node))
        {
            return;
        }

        all.Add(node);
        foreach (SchemaNode? target in (ReadOnlySpan<SchemaNode?>)[node.Ref, node.DynamicRef, .. node.Branches?.AllOf ?? []])
        {
            if (target is not null)
            {
                Add(target, at, all, depth + 1);
            }
        }

        foreach (SchemaNode[] union in (ReadOnlySpan<SchemaNode[]>)[node.Branches?.AnyOf ?? [], node.Branches?.OneOf ?? []])
        {
            if (union.Length > 0 && Meant(union, at) is { } branch)
            {
                Add(branch, at, all, depth + 1);
            }
        }
    }

    // The only branch that the value follows; else the only one that it follows once it is mended; else the only one of its kind and tags.
    private SchemaNode? Meant(SchemaNode[] branches, int at)
    {
        List<SchemaNode> followed = [];
        foreach (SchemaNode branch in branches)
        {
            if (budget.Take() && Follows(_view, branch, at, work))
            {
                followed.Add(branch);
            }
        }

        if (followed.Count > 0)
        {
            return followed.Count == 1 ? followed[0] : null;
        }

        List<SchemaNode> mended = [];
        foreach (SchemaNode branch in branches)
        {
            if (budget.Take() && FollowsMended(branch, at))
            {
                mended.Add(branch);
            }
        }

        if (mended.Count > 0)
        {
            return mended.Count == 1 ? mended[0] : null;
        }

        List<SchemaNode> alike = [];
        foreach (SchemaNode branch in branches)
        {
            if (IsAlike(branch, at))
            {
                alike.Add(branch);
            }
        }

        return alike.Count == 1 ? alike[0] : null;
    }

    private bool Follows(JsonView document, SchemaNode node, int at, Workspace memory)
    {
        Evaluator evaluator = new(document, memory, validator.Schema.Graph, validator.AssertsFormats, EvaluationBudget.Steps(document.Text.Length));
        return evaluator.Evaluate(node, at, -1) && !evaluator.IsExhausted;
    }

    private bool FollowsMended(SchemaNode branch, int at)
    {
        if (Mender.Mend(Undoing.Whole(_view, at), validator, branch, allowed & ~Coercions.KeyOrder, new MendTally(), budget) is not { } text)
        {
            return false;
        }

        Workspace memory = Workspace.Rent();
        bool follows = memory.Tape.Read(text).Reason is null && Follows(new JsonView(text, memory.Tape.Nodes), branch, 0, memory);
        memory.Return();
        return follows;
    }

    private bool IsAlike(SchemaNode branch, int at)
    {
        List<SchemaNode> parts = [];
        for (SchemaNode? node = branch; node is not null && !parts.Contains(node); node = node.Ref)
        {
            parts.Add(node);
        }

        if (!Kinds.Of(parts).Takes(_view.Kind(at)))
        {
            return false;
        }

        long steps = long.MaxValue;
        foreach (SchemaNode part in parts)
        {
            for (int i = 0; i < part.Objects?.Names.Count; i++)
            {
                ValueSet? tag = part.Objects.Properties[i]?.Const ?? part.Objects.Properties[i]?.Enum;
                int value = tag is null ? -1 : _view.Member(at, part.Objects.Names[i]);
                if (value >= 0 && !tag!.Contains(_view, value, ref steps))
                {
                    return false;
                }
            }
        }

        return true;
    }
}

/// <summary>The kinds of value that some schemas allow together.</summary>
internal readonly record struct Kinds(bool Null, bool Boolean, bool Integer, bool Number, bool String, bool Array, bool Object)
{
    public static Kinds Of(List<SchemaNode> all)
    {
        return new Kinds(Has(TypeSet.Null), Has(TypeSet.Boolean), Has(TypeSet.Integer | TypeSet.Number), Has(TypeSet.Number), Has(TypeSet.String), Has(TypeSet.Array), Has(TypeSet.Object));

        bool Has(TypeSet type) => all.TrueForAll(node => (Allowed(node) & type) != TypeSet.None);
    }

    public bool Takes(TokenKind kind) => kind switch
    {
        TokenKind.Null => Null,
        TokenKind.True or TokenKind.False => Boolean,
        TokenKind.Number => Number || Integer,
        TokenKind.String => String,
        TokenKind.Array => Array,
        _ => Object,
    };

    // Where only values are listed, their kinds are the types.
    private static TypeSet Allowed(SchemaNode node) => node.Types & (node.Const?.Types ?? TypeSet.Any) & (node.Enum?.Types ?? TypeSet.Any);
}
