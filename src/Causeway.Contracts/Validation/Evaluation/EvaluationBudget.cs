namespace Causeway.Contracts.Validation.Evaluation;

/// <summary>What one evaluation may cost, so that no schema and no document holds a thread.</summary>
/// <remarks>A step is one schema on one value, one comparison, or 16 bytes of text. Real contracts take 1 to 5 steps a value; a union of 100 branches over small items 20 a byte.</remarks>
internal static class EvaluationBudget
{
    /// <summary>Schemas inside each other; a document's 128 levels with 16 references each.</summary>
    public const int MaxDepth = 2048;

    /// <summary>Milliseconds that all backtracking patterns of one evaluation may take together.</summary>
    public const int PatternMilliseconds = 500;

    private const long Base = 1 << 20;
    private const long PerByte = 32;

    /// <summary>Steps for a document of some bytes.</summary>
    public static long Steps(long bytes) => Base + (bytes * PerByte);
}
