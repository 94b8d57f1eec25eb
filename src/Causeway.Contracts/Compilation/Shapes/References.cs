using System.Text.Json;
using Causeway.Contracts.Json;

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>Finds what references of a document mean, as JSON Pointers into it.</summary>
internal sealed class References
{
    private readonly JsonTree _root;
    private readonly Lazy<Dictionary<string, string>> _named;

    public References(JsonTree root, CompilationBudget budget)
    {
        _root = root;
        _named = new Lazy<Dictionary<string, string>>(() =>
        {
            Dictionary<string, string> named = [];
            Name(_root, "", "", named, budget);
            return named;
        });
    }

    /// <summary>The pointer that a reference means; null: it leaves the document or points at nothing.</summary>
    public string? Resolve(string reference)
    {
        if (reference.StartsWith('#') && (reference.Length == 1 || reference[1] == '/'))
        {
            string pointer = Uri.UnescapeDataString(reference[1..]);
            return JsonTree.Find(_root, pointer) is null ? null : pointer;
        }

        if (_named.Value.TryGetValue(reference.TrimEnd('#'), out string? named))
        {
            return named;
        }

        int hash = reference.IndexOf("#/", StringComparison.Ordinal);
        if (hash > 0 && _named.Value.TryGetValue(reference[..hash], out string? resource))
        {
            string pointer = resource + Uri.UnescapeDataString(reference[(hash + 1)..]);
            return JsonTree.Find(_root, pointer) is null ? null : pointer;
        }

        return null;
    }

    // $id and $anchor, in the spellings by which a reference may name them. A nested $id that is relative is known by its own text only.
    private static void Name(JsonTree node, string pointer, string id, Dictionary<string, string> named, CompilationBudget budget)
    {
        budget.Take(2 + CompilationBudget.Text(pointer.Length));
        if (node.Kind == JsonValueKind.Object)
        {
            if (node["$id"] is { Kind: JsonValueKind.String } own)
            {
                id = own.Text.TrimEnd('#');
                named.TryAdd(id, pointer);
            }

            foreach (string keyword in (ReadOnlySpan<string>)["$anchor", "$dynamicAnchor"])
            {
                if (node[keyword] is { Kind: JsonValueKind.String } anchor)
                {
                    named.TryAdd($"#{anchor.Text}", pointer);
                    named.TryAdd($"{id}#{anchor.Text}", pointer);
                }
            }
        }

        foreach ((string name, JsonTree value) in node.Members)
        {
            Name(value, JsonPointers.Member(pointer, name), id, named, budget);
        }

        for (int i = 0; i < node.Items.Count; i++)
        {
            Name(node.Items[i], $"{pointer}/{i}", id, named, budget);
        }
    }
}
