namespace Causeway.Contracts.Compilation.Writing;

/// <summary>Choices of one attempt to write a schema within a dialect's limits.</summary>
/// <param name="Unroll">How many levels of a recursion are written out where the dialect knows none.</param>
/// <param name="Required">Optional properties that are made required because optional ones are counted: pointers into the canonical schema.</param>
internal sealed record WritePlan(int Unroll, IReadOnlySet<string> Required);
