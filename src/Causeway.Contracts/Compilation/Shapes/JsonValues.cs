using System.Text.Json;

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>Equality of JSON values.</summary>
internal sealed class JsonValues : IEqualityComparer<JsonTree>
{
    public static JsonValues Instance { get; } = new();

    public bool Equals(JsonTree? x, JsonTree? y) => ReferenceEquals(x, y) || (x is not null && y is not null && x.Same(y));

    public int GetHashCode(JsonTree obj) => obj.Kind switch
    {
        JsonValueKind.Number => obj.Number?.GetHashCode() ?? obj.Text.GetHashCode(StringComparison.Ordinal),
        JsonValueKind.String => obj.Text.GetHashCode(StringComparison.Ordinal),
        JsonValueKind.Array => obj.Items.Aggregate(obj.Items.Count, (hash, item) => HashCode.Combine(hash, GetHashCode(item))),

        // Whatever their order.
        JsonValueKind.Object => obj.Members.Aggregate(obj.Members.Count, (hash, member) => hash ^ HashCode.Combine(member.Key, GetHashCode(member.Value))),
        _ => (int)obj.Kind,
    };
}
