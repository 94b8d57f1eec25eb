namespace Causeway.Simulator.Answers;

/// <summary>A sealed block of the history that the vendor left out of what the model saw, reported in <c>input_transformations</c>.</summary>
/// <param name="Place">Anthropic's path of the block, or the id of OpenAI's item.</param>
/// <param name="Reason">The vendor's word, such as <c>model_mismatch</c>.</param>
internal sealed record Removed(string Place, string Reason);
