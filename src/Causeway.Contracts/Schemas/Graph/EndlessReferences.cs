namespace Causeway.Contracts.Schemas.Graph;

/// <summary>Finds schemas that lead back to themselves without going into the value: no evaluation of them ends.</summary>
internal static class EndlessReferences
{
    /// <exception cref="SchemaException">There is one.</exception>
    public static void Refuse(IReadOnlyCollection<SchemaNode> nodes)
    {
        var state = new Dictionary<SchemaNode, bool>();
        var stack = new Stack<(SchemaNode Node, IEnumerator<SchemaNode> Next)>();
        foreach (SchemaNode start in nodes)
        {
            Push(start);
            while (stack.Count > 0)
            {
                (SchemaNode node, IEnumerator<SchemaNode> next) = stack.Peek();
                if (!next.MoveNext())
                {
                    state[node] = true;
                    stack.Pop();
                }
                else if (state.TryGetValue(next.Current, out bool isDone) && !isDone)
                {
                    throw new SchemaException(node.Resource.Document.Pointer(node.At), "This schema leads back to itself without going into the value, so that checking it would never end.");
                }
                else
                {
                    Push(next.Current);
                }
            }
        }

        void Push(SchemaNode node)
        {
            if (state.TryAdd(node, false))
            {
                stack.Push((node, SameValue(node).GetEnumerator()));
            }
        }
    }

    /// <summary>The schemas that a schema applies to the very same value.</summary>
    private static IEnumerable<SchemaNode> SameValue(SchemaNode node)
    {
        SchemaNode?[] single = [node.Ref, node.DynamicRef, node.Branches?.Not, node.Branches?.If, node.Branches?.Then, node.Branches?.Else];
        IEnumerable<SchemaNode> branches = node.Branches is { } b ? b.AllOf.Concat(b.AnyOf).Concat(b.OneOf) : [];
        IEnumerable<SchemaNode> dependent = node.Objects?.DependentSchemas.Select(dependency => dependency.Schema) ?? [];
        return single.OfType<SchemaNode>().Concat(branches).Concat(dependent);
    }
}
