using System.Runtime.CompilerServices;

namespace Causeway.Contracts.Compilation;

/// <summary>What one compilation may cost, so that no schema holds a thread or overflows its stack. Reading, comparing and writing share it.</summary>
/// <remarks>
/// A step is about 50 nanoseconds: one comparison, or 8 bytes of text. A schema of 100 properties takes some 10,000. What is short of stack ends as what is
/// too deep does.
/// </remarks>
/// <param name="bytes">The size of the canonical schema.</param>
internal sealed class CompilationBudget(int bytes)
{
    /// <summary>Schemas inside one another, references followed: a document's 128 levels, each with some references and unions on the way.</summary>
    public const int MaxDepth = 512;

    private const long Base = 1 << 17;
    private const long PerByte = 64;
    private const long Most = 1 << 21;
    private int _depth;

    /// <summary>Steps left.</summary>
    public long Left { get; private set; } = Math.Min(Base + (PerByte * bytes), Most);

    /// <summary>Steps for some bytes of text that is copied or compared.</summary>
    public static long Text(int length) => length >> 3;

    /// <exception cref="CompilationLimitException">It is used up.</exception>
    public void Take(long steps = 1)
    {
        Left -= steps;
        if (Left < 0)
        {
            throw new CompilationLimitException(
                "Compiling this schema takes more steps than a schema of its size may.", "Make it smaller: fewer values, members and branches, and fewer places that hold the same part again.");
        }
    }

    /// <summary>Goes one level deeper; <see cref="Leave"/> comes back.</summary>
    /// <exception cref="CompilationLimitException">That is too deep.</exception>
    public void Enter()
    {
        if (++_depth > MaxDepth || ((_depth & 15) == 0 && !RuntimeHelpers.TryEnsureSufficientExecutionStack()))
        {
            throw TooDeep(MaxDepth);
        }
    }

    /// <summary>More levels than there may be.</summary>
    public static CompilationLimitException TooDeep(int levels) => new(
        $"Its schemas lead into one another more than {levels} levels deep.", "Let references lead to what they mean at once instead of through long chains, and nest less deeply.");

    /// <summary>Comes back from one level.</summary>
    public void Leave() => _depth--;
}

/// <summary>A schema costs more to compile than it may.</summary>
/// <param name="why">In one sentence.</param>
/// <param name="fix">What to change.</param>
internal sealed class CompilationLimitException(string why, string fix) : Exception(why)
{
    /// <summary>What to change.</summary>
    public string Fix { get; } = fix;
}
