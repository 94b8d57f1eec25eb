using Causeway.Contracts.Compilation.Shapes;

namespace Causeway.Contracts.Compilation.Writing;

/// <summary>A shape as the dialect gets it.</summary>
/// <param name="Schema">The schema; may be added to.</param>
/// <param name="Kinds">The kinds of values that it accepts.</param>
/// <param name="Undo">What has to be undone in them; null: nothing.</param>
internal sealed record Written(JsonTree Schema, JsonKinds Kinds, UndoDraft? Undo = null)
{
    /// <summary>The value is told in another form; what is said of its value by example does not hold of that form.</summary>
    public bool IsRespelled => Undo is { Kind: not UndoKind.None };

    public bool AllowsNull => (Kinds & JsonKinds.Null) != JsonKinds.None;
}
