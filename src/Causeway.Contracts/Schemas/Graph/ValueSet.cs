using Causeway.Contracts.Json;

namespace Causeway.Contracts.Schemas.Graph;

/// <summary>The values of <c>enum</c> or <c>const</c>, found by hash.</summary>
internal sealed class ValueSet
{
    private readonly SchemaDocument _document;
    private readonly Dictionary<int, int[]> _byHash = [];

    /// <summary>A set of values of a schema's document.</summary>
    public ValueSet(SchemaDocument document, IReadOnlyList<int> values)
    {
        _document = document;
        Values = [.. values];
        long steps = long.MaxValue;
        foreach (int value in values)
        {
            int hash = document.View.Hash(value, ref steps);
            _byHash[hash] = [.. _byHash.GetValueOrDefault(hash, []), value];
            Types |= document.View.Kind(value) switch
            {
                TokenKind.Null => TypeSet.Null,
                TokenKind.False or TokenKind.True => TypeSet.Boolean,
                TokenKind.Number => TypeSet.Integer | TypeSet.Number,
                TokenKind.String => TypeSet.String,
                TokenKind.Array => TypeSet.Array,
                _ => TypeSet.Object,
            };
        }
    }

    /// <summary>Where the values stand.</summary>
    public int[] Values { get; }

    /// <summary>Kinds of value among them.</summary>
    public TypeSet Types { get; }

    /// <summary>The schema's document.</summary>
    public SchemaDocument Document => _document;

    /// <summary>Whether a value is one of them.</summary>
    public bool Contains(JsonView view, int at, ref long steps)
    {
        if (!_byHash.TryGetValue(view.Hash(at, ref steps), out int[]? candidates))
        {
            return false;
        }

        foreach (int candidate in candidates)
        {
            if (view.IsEqual(at, _document.View, candidate, ref steps))
            {
                return true;
            }
        }

        return false;
    }
}
