using Causeway.Contracts.Compilation.Shapes;

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
