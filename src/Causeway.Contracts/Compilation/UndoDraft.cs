using System.Collections.Frozen;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Compilation;

/// <summary>What has to be undone at a place, while a schema is being written: with everything that turns out to need nothing.</summary>
internal sealed class UndoDraft
{
    public UndoKind Kind { get; init; }

    public string Wrapper { get; init; } = "";

    public List<(string Name, bool DropsNull, UndoDraft? Value)> Members { get; init; } = [];

    public UndoDraft? Items { get; init; }

    public List<UndoDraft?> Prefix { get; init; } = [];

    public List<(JsonTree Schema, JsonKinds Kinds, UndoDraft? Undo)> Branches { get; init; } = [];

    /// <summary>The draft of a definition, which is finished later; stands for it.</summary>
    public UndoDraft? Target { get; set; }
}

/// <summary>Makes of drafts what is undone, leaving out all places where nothing is.</summary>
/// <param name="definitions">The compiled definitions, for branches that refer to them; null: there are none.</param>
internal sealed class UndoBuilder(JsonTree? definitions)
{
    private readonly HashSet<UndoDraft> _needed = [];
    private readonly Dictionary<UndoDraft, UndoNode> _built = [];

    public UndoNode? Build(UndoDraft? root)
    {
        if (root is null)
        {
            return null;
        }

        List<UndoDraft> all = [];
        Collect(root, [], all);

        // In a circle a place needs undoing when any place that it leads to does: until nothing changes.
        bool changed = true;
        while (changed)
        {
            changed = false;
            for (int i = all.Count - 1; i >= 0; i--)
            {
                changed |= !_needed.Contains(all[i]) && Needs(all[i]) && _needed.Add(all[i]);
            }
        }

        return Node(root);
    }

    private static void Collect(UndoDraft draft, HashSet<UndoDraft> seen, List<UndoDraft> all)
    {
        if (!seen.Add(draft))
        {
            return;
        }

        all.Add(draft);
        foreach (UndoDraft child in Children(draft))
        {
            Collect(child, seen, all);
        }
    }

    private static IEnumerable<UndoDraft> Children(UndoDraft draft) =>
        draft.Members.Select(member => member.Value).Concat(draft.Prefix).Concat(draft.Branches.Select(branch => branch.Undo)).Append(draft.Items).Append(draft.Target).OfType<UndoDraft>();

    private bool Needs(UndoDraft draft) => draft.Kind != UndoKind.None || draft.Members.Exists(member => member.DropsNull) || Children(draft).Any(_needed.Contains);

    private UndoNode? Node(UndoDraft? draft)
    {
        while (draft?.Target is { } target)
        {
            draft = target;
        }

        if (draft is null || !_needed.Contains(draft))
        {
            return null;
        }

        if (_built.TryGetValue(draft, out UndoNode? built))
        {
            return built;
        }

        UndoNode node = new() { Kind = draft.Kind, Wrapper = draft.Wrapper };
        _built[draft] = node;
        node.Items = Node(draft.Items);
        node.PrefixItems = [.. draft.Prefix.Select(Node)];
        node.Members = draft.Members
            .Select(member => KeyValuePair.Create(member.Name, new UndoMember(member.DropsNull, Node(member.Value))))
            .Where(member => member.Value is { DropsNull: true } or { Value: not null })
            .ToFrozenDictionary();
        if (draft.Branches.Count > 0)
        {
            Branch(node, draft);
        }

        return node;
    }

    // Where the kind of a value already tells its branch, no validator is needed.
    private void Branch(UndoNode node, UndoDraft draft)
    {
        (JsonTree Schema, JsonKinds Kinds, UndoDraft? Undo)[] needing = [.. draft.Branches.Where(branch => Node(branch.Undo) is not null)];
        if (needing is [{ Kinds: var kinds, Undo: var only }]
            && draft.Branches.TrueForAll(branch => ReferenceEquals(branch.Undo, only) || (branch.Kinds & kinds) == JsonKinds.None)
            && Node(only) is { Branches.IsEmpty: true } single)
        {
            (node.Kind, node.Wrapper, node.Items, node.PrefixItems, node.Members) = (single.Kind, single.Wrapper, single.Items, single.PrefixItems, single.Members);
            return;
        }

        node.Branches = [.. draft.Branches.Select(branch => new UndoBranch(Validator.Of(JsonSchema.Parse(Whole(branch.Schema).ToUtf8())), Node(branch.Undo)))];
    }

    private JsonTree Whole(JsonTree branch)
    {
        if (definitions is null)
        {
            return branch;
        }

        JsonTree whole = JsonTree.Object();
        whole.Members.AddRange(branch.Members);
        whole.Set("$defs", definitions);
        return whole;
    }
}
