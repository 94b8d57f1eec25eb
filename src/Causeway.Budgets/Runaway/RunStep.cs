using System.Collections.Frozen;
using System.Runtime.InteropServices;

namespace Causeway.Budgets.Runaway;

/// <summary>What one request of a run shows, in fingerprints.</summary>
public sealed record RunStep
{
    /// <summary>The most exchanges that a step carries; twice the longest cycle that is looked for, with room for parallel calls.</summary>
    public const int MaxExchanges = 64;

    /// <summary>Whose rates of spending the run is compared with: the attribution's feature.</summary>
    public required string Feature { get; init; }

    /// <summary>The request without what changes by itself (ids of calls, clocks in system text); null: it may be repeated freely, as a look at a job's state may.</summary>
    public RunFingerprint? Request { get; init; }

    /// <summary>The latest exchanges with tools that the request shows, oldest first, at most <see cref="MaxExchanges"/>.</summary>
    public IReadOnlyList<ToolExchange> Exchanges { get; init; } = [];

    /// <summary>How many exchanges the request shows in all. A number other than that of the step before means that a tool answered since.</summary>
    public int ExchangeCount { get; init; }

    /// <summary>How many rounds these exchanges are.</summary>
    public int RoundCount { get; init; }

    /// <summary>The latest user text; null: there is none.</summary>
    public RunFingerprint? Said { get; init; }

    /// <summary>How large the request is, bytes; null: its size says nothing of a context (embeddings, native calls).</summary>
    public long? ContextBytes { get; init; }

    /// <summary>How deep the run is: 1 for one that no other run started.</summary>
    public int Depth { get; init; } = 1;

    /// <summary>Tools that may be called again and again with equal results, as <see cref="ToolExchange.Tool"/>.</summary>
    public IReadOnlySet<RunFingerprint> Exempt { get; init; } = FrozenSet<RunFingerprint>.Empty;
}

/// <summary>A call of a tool and its result.</summary>
/// <param name="Tool">The tool's name.</param>
/// <param name="Call">The tool's name and its arguments.</param>
/// <param name="Result">What the tool answered.</param>
/// <param name="Round">Calls that the model made in one answer have one number; numbers go up from the beginning of the conversation, from 0.</param>
/// <param name="Said">User text between this round and the one before; default: none, or no round before. A person who asks again is no loop by itself.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ToolExchange(RunFingerprint Tool, RunFingerprint Call, RunFingerprint Result, int Round, RunFingerprint Said = default);

/// <summary>How a call of a run ended.</summary>
/// <param name="ErrorClass">The kind of error that the request itself earned; null: there was none, or it was nobody's fault here.</param>
/// <param name="CostNanoUsd">What it cost, nano-USD; null: nothing, or it is not known.</param>
/// <param name="Unanswered">
/// The request's fingerprint where no provider could answer it (no room, no connection, no time). Sending it again is right then, so it is not
/// counted as a repetition; circuits and retry budgets look after that case.
/// </param>
public sealed record RunOutcome(RunFingerprint? ErrorClass, long? CostNanoUsd, RunFingerprint? Unanswered = null)
{
    /// <summary>What was held of the run's money for it, nano-USD.</summary>
    public long HeldNanoUsd { get; init; }
}
