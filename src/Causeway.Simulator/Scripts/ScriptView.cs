namespace Causeway.Simulator.Scripts;

/// <summary>The script as it stands, and how many requests each rule has taken.</summary>
internal sealed record ScriptView(Script Script, IReadOnlyList<int> Used);
