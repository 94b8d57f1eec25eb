using Causeway.Contracts.Json;
using Causeway.Contracts.Schemas.Graph;

namespace Causeway.Contracts.Validation.Prefixes;

/// <summary>The schemas that apply to the values that are open, as a stack.</summary>
internal sealed class AppliedSchemas
{
    // More than this on one value is no contract but a test of patience: then everything is judged at the end.
    private const int MostOnOneValue = 256;
    private AppliedSchema[] _stack = new AppliedSchema[32];

    /// <summary>How many there are.</summary>
    public int Count { get; private set; }

    /// <summary>Too many applied to one value.</summary>
    public bool IsOverrun { get; private set; }

    /// <summary>One of them.</summary>
    public ref AppliedSchema this[int index] => ref _stack[index];

    /// <summary>Forgets those from an index on.</summary>
    public void Cut(int count) => Count = count;

    /// <summary>Adds a schema and what it applies to the same value without condition.</summary>
    /// <param name="node">The schema.</param>
    /// <param name="first">The value's first schema.</param>
    /// <param name="isOrigin">It was not reached through another.</param>
    public void Add(SchemaNode node, int first, bool isOrigin = true)
    {
        for (int i = first; i < Count; i++)
        {
            if (_stack[i].Node == node)
            {
                _stack[i].IsOrigin |= isOrigin;
                return;
            }
        }

        if (Count - first >= MostOnOneValue)
        {
            IsOverrun = true;
            return;
        }

        if (Count == _stack.Length)
        {
            Array.Resize(ref _stack, Count * 2);
        }

        _stack[Count++] = new AppliedSchema { Node = node, IsOrigin = isOrigin };
        if (node.Ref is not null)
        {
            Add(node.Ref, first, isOrigin: false);
        }

        if (node.DynamicRef is not null)
        {
            Add(node.DynamicRef, first, isOrigin: false);
        }

        foreach (SchemaNode part in node.Branches?.AllOf ?? [])
        {
            Add(part, first, isOrigin: false);
        }
    }

    /// <summary>Whether a container must be complete before a schema can be judged.</summary>
    public static bool IsDeferred(SchemaNode node, bool isObject)
    {
        bool hasBranches = node.Branches is { } b && (b.AnyOf.Length > 0 || b.OneOf.Length > 0 || b.Not is not null || b.If is not null);
        return hasBranches || node.Const is not null || node.Enum is not null || (isObject
            ? node.Objects is { } o && (o.Unevaluated is not null || o.DependentRequired.Length > 0 || o.DependentSchemas.Length > 0)
            : node.Arrays is { } a && (a.Unevaluated is not null || a.Contains is not null || a.AreUnique));
    }

    /// <summary>Whether a complete scalar of the right kind can still break a schema.</summary>
    public static bool CanBreak(SchemaNode node, TokenKind kind) => node.Const is not null || node.Enum is not null || node.Ref is not null || node.DynamicRef is not null
        || node.Branches is not null || (kind == TokenKind.String && node.Strings is not null)
        || (kind == TokenKind.Number && (node.Numbers is not null || (node.Types & TypeSet.Number) == TypeSet.None));
}
