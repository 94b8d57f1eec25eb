using System.Collections.Frozen;
using Causeway.Contracts.Compilation.Shapes;
using Causeway.Contracts.Schemas;
using Causeway.Contracts.Validation;

namespace Causeway.Contracts.Compilation;

/// <summary>Makes of drafts what is undone, leaving out all places where nothing is. Works off lists: drafts lead into one another as far as references do.</summary>
/// <param name="definitions">The compiled definitions, for branches that refer to them; null: there are none.</param>
/// <param name="budget">Pays for every draft, and for every byte of a branch's schema.</param>
internal sealed class UndoBuilder(JsonTree? definitions, CompilationBudget budget)
{
    private readonly HashSet<UndoDraft> _needed = [];
    private readonly Dictionary<UndoDraft, UndoDraft> _meant = [];
    private readonly Dictionary<UndoDraft, UndoNode> _built = [];

    public UndoNode? Build(UndoDraft? root)
    {
        if (root is null)
        {
            return null;
        }

        List<UndoDraft> all = Need(root);
        foreach (UndoDraft draft in all.Where(draft => _needed.Contains(draft) && Meant(draft) == draft))
        {
            _built[draft] = new UndoNode { Kind = draft.Kind, Wrapper = draft.Wrapper };
        }

        foreach ((UndoDraft draft, UndoNode node) in _built)
        {
            Fill(node, draft);
        }

        return Node(root);
    }

    /// <summary>Finds all drafts, and which of them need undoing: those that say so, and all that lead to one.</summary>
    private List<UndoDraft> Need(UndoDraft root)
    {
        Dictionary<UndoDraft, List<UndoDraft>> users = new() { [root] = [] };
        List<UndoDraft> all = [root];
        for (int i = 0; i < all.Count; i++)
        {
            foreach (UndoDraft child in Children(all[i]))
            {
                budget.Take();
                if (users.TryAdd(child, []))
                {
                    all.Add(child);
                }

                users[child].Add(all[i]);
            }
        }

        Stack<UndoDraft> left = new(all.Where(draft => draft.Kind != UndoKind.None || draft.Members.Exists(member => member.DropsNull)));
        while (left.TryPop(out UndoDraft? draft))
        {
            if (_needed.Add(draft))
            {
                users[draft].ForEach(left.Push);
            }
        }

        return all;
    }

    private static IEnumerable<UndoDraft> Children(UndoDraft draft) =>
        draft.Members.Select(member => member.Value).Concat(draft.Prefix).Concat(draft.Branches.Select(branch => branch.Undo)).Append(draft.Items).Append(draft.Target).OfType<UndoDraft>();

    private UndoNode? Node(UndoDraft? draft) => draft is null || !_needed.Contains(draft) ? null : _built[Meant(draft)];

    /// <summary>The draft that a draft stands for: a definition's, or a union's only branch with something to undo.</summary>
    private UndoDraft Meant(UndoDraft draft)
    {
        List<UndoDraft> way = [];
        UndoDraft? known;
        while (!_meant.TryGetValue(draft, out known) && (draft.Target ?? OnlyBranch(draft)) is { } next)
        {
            budget.Take();
            way.Add(draft);
            draft = next;
        }

        known ??= draft;
        _meant[draft] = known;
        way.ForEach(passed => _meant[passed] = known);
        return known;
    }

    // Where the kind of a value already tells its branch, no validator is needed.
    private UndoDraft? OnlyBranch(UndoDraft draft)
    {
        (JsonTree Schema, JsonKinds Kinds, UndoDraft? Undo)[] needing = [.. draft.Branches.Where(branch => branch.Undo is not null && _needed.Contains(branch.Undo))];
        return needing is [{ Kinds: var kinds, Undo: { } only }] && draft.Branches.TrueForAll(branch => ReferenceEquals(branch.Undo, only) || (branch.Kinds & kinds) == JsonKinds.None) ? only : null;
    }

    private void Fill(UndoNode node, UndoDraft draft)
    {
        node.Items = Node(draft.Items);
        node.PrefixItems = [.. draft.Prefix.Select(Node)];
        node.Members = draft.Members
            .Select(member => KeyValuePair.Create(member.Name, new UndoMember(member.DropsNull, Node(member.Value))))
            .Where(member => member.Value is { DropsNull: true } or { Value: not null })
            .ToFrozenDictionary();
        node.Branches = [.. draft.Branches.Select(branch => new UndoBranch(Accepting(branch.Schema), Node(branch.Undo)))];
    }

    private Validator Accepting(JsonTree branch)
    {
        byte[] text = (definitions is not null && HoldsReference(branch) ? WithDefinitions(branch, definitions) : branch).ToUtf8(budget, SchemaLimits.MaxDepth);
        budget.Take(text.Length);
        return Validator.Of(JsonSchema.Parse(text));
    }

    private bool HoldsReference(JsonTree node)
    {
        budget.Take();
        return node.Members.Exists(member => member.Key == "$ref" || HoldsReference(member.Value)) || node.Items.Exists(HoldsReference);
    }

    private static JsonTree WithDefinitions(JsonTree branch, JsonTree definitions)
    {
        JsonTree whole = JsonTree.Object();
        whole.Members.AddRange(branch.Members);
        whole.Set("$defs", definitions);
        return whole;
    }
}
