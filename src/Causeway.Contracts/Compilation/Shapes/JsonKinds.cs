using System.Text.Json;

namespace Causeway.Contracts.Compilation.Shapes;

/// <summary>Kinds of JSON values.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Null = 1 << 0,
    Boolean = 1 << 1,
    Number = 1 << 2,
    String = 1 << 3,
    Object = 1 << 4,
    Array = 1 << 5,
    All = Null | Boolean | Number | String | Object | Array,
}

internal static class JsonKindsExtensions
{
    public static JsonKinds KindOf(this JsonTree value) => value.Kind switch
    {
        JsonValueKind.Object => JsonKinds.Object,
        JsonValueKind.Array => JsonKinds.Array,
        JsonValueKind.String => JsonKinds.String,
        JsonValueKind.Number => JsonKinds.Number,
        JsonValueKind.Null => JsonKinds.Null,
        _ => JsonKinds.Boolean,
    };
}
