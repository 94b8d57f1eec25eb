namespace Causeway.Releases.Routing;

/// <summary>What a request is assigned by, written <c>kind:value</c>. In two pieces, so that a draw puts no text together.</summary>
/// <param name="Kind">In one word: <c>conversation</c>, <c>user</c>, <c>tenant</c>, <c>key</c>.</param>
/// <param name="Value">Any text.</param>
public readonly record struct RoutingUnit(string Kind, string Value)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Kind}:{Value}";
}
