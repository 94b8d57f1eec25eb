using System.Text;
using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Graph;
using Causeway.Contracts.Validation;
using Causeway.Contracts.Validation.Evaluation;

namespace Causeway.Contracts.Normalisation;

/// <summary>Which schemas speak of a value.</summary>
internal readonly ref struct Expectations(JsonView view, Workspace work, Validator validator, Coercions allowed, MendBudget budget)
{
    private const int MaxDepth = 32;

    // As for a document that arrives: more than this on one value is no contract but a test of patience, and the value is not mended.
    private const int MostOnOneValue = 256;
    private readonly JsonView _view = view;

    public Validator Validator => validator;

    public MendBudget Budget => budget;

    /// <summary>The schemas with all that they refer to and, of unions, the branch that is meant. None where they are too many.</summary>
    public List<SchemaNode> Of(IEnumerable<SchemaNode> nodes, int at)
    {
        List<SchemaNode> all = [];
        HashSet<SchemaNode> seen = [];
        foreach (SchemaNode node in nodes)
        {
            if (!TryAdd(node, at, all, seen, 0))
            {
                return [];
            }
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
        string? text = null;
        foreach (SchemaNode node in all)
        {
            foreach (ValueSet? set in (ReadOnlySpan<ValueSet?>)[node.Enum, node.Const])
            {
                if (set is null)
                {
                    continue;
                }

                long steps = budget.Steps - set.Values.Length;
                bool isMember = set.Contains(_view, at, ref steps);
                budget.Steps = steps;
                if (isMember || steps < 0)
                {
                    return null;
                }

                JsonView values = set.Document.View;
                foreach (int value in set.Values)
                {
                    if (values.Kind(value) == TokenKind.String && IsAlike(values, value, at, ref text))
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

    // Text of ASCII is compared as it is spelled; other text is decoded, which costs more.
    private bool IsAlike(JsonView values, int value, int at, ref string? text)
    {
        ReadOnlySpan<byte> member = values.Spelled(value);
        ReadOnlySpan<byte> spelled = _view.Spelled(at);
        if (!values.Nodes[value].IsEscaped && !_view.Nodes[at].IsEscaped && Ascii.IsValid(spelled))
        {
            return member.Length == spelled.Length && budget.Take(member.Length / 16) && Ascii.EqualsIgnoreCase(member, spelled);
        }

        text ??= _view.String(at);
        return budget.Take(1 + (member.Length / 4)) && string.Equals(values.String(value), text, StringComparison.OrdinalIgnoreCase);
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

    private bool TryAdd(SchemaNode node, int at, List<SchemaNode> all, HashSet<SchemaNode> seen, int depth)
    {
        if (!budget.Take() || seen.Count >= MostOnOneValue)
        {
            return false;
        }

        if (depth > MaxDepth || !seen.Add(node))
        {
            return true;
        }

        all.Add(node);
        foreach (SchemaNode? target in (ReadOnlySpan<SchemaNode?>)[node.Ref, node.DynamicRef, .. node.Branches?.AllOf ?? []])
        {
            if (target is not null && !TryAdd(target, at, all, seen, depth + 1))
            {
                return false;
            }
        }

        foreach (SchemaNode[] union in (ReadOnlySpan<SchemaNode[]>)[node.Branches?.AnyOf ?? [], node.Branches?.OneOf ?? []])
        {
            if (union.Length > 0 && Meant(union, at) is { } branch && !TryAdd(branch, at, all, seen, depth + 1))
            {
                return false;
            }
        }

        return true;
    }

    // The only branch that the value follows; else the only one that it follows once it is mended; else the only one of its kind and tags.
    private SchemaNode? Meant(SchemaNode[] branches, int at)
    {
        List<SchemaNode> followed = [];
        foreach (SchemaNode branch in branches)
        {
            if (budget.Try() && Follows(_view, branch, at, work))
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
            if (budget.Try() && FollowsMended(branch, at))
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
        Evaluator evaluator = new(document, memory, validator.Schema.Graph, validator.AssertsFormats, budget.Steps);
        bool follows = evaluator.Evaluate(node, at, -1) && !evaluator.IsExhausted;
        budget.Steps = evaluator.Steps;
        return follows;
    }

    private bool FollowsMended(SchemaNode branch, int at)
    {
        if (!budget.Take(Undoing.Whole(_view, at).Length / 16) || Mender.Mend(Undoing.Whole(_view, at), validator, branch, allowed & ~Coercions.KeyOrder, new MendTally(), budget) is not { } text)
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
        List<SchemaNode> parts = WithReferences(branch);
        if (parts.Count == MostOnOneValue)
        {
            return false;
        }

        if (!Kinds.Of(parts).Takes(_view.Kind(at)))
        {
            return false;
        }

        long steps = budget.Steps;
        foreach (SchemaNode part in parts)
        {
            for (int i = 0; i < part.Objects?.Names.Count; i++)
            {
                steps--;
                ValueSet? tag = part.Objects.Properties[i]?.Const ?? part.Objects.Properties[i]?.Enum;
                int value = tag is null ? -1 : _view.Member(at, part.Objects.Names[i]);
                if (steps < 0 || (value >= 0 && !tag!.Contains(_view, value, ref steps)))
                {
                    budget.Steps = steps;
                    return false;
                }
            }
        }

        budget.Steps = steps;
        return true;
    }

    /// <summary>A schema and what it refers to in a row, at most 256.</summary>
    public static List<SchemaNode> WithReferences(SchemaNode schema)
    {
        List<SchemaNode> all = [];
        for (SchemaNode? node = schema; node is not null && all.Count < MostOnOneValue; node = node.Ref)
        {
            all.Add(node);
        }

        return all;
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
