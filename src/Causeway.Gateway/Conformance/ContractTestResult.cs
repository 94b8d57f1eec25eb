using System.Collections.Immutable;
using Causeway.Contracts.Compilation;

namespace Causeway.Gateway.Conformance;

/// <summary>What a test of a contract came to.</summary>
/// <param name="Pins">In the order in which they were tried.</param>
/// <param name="IsBounded">Prompts were left out because the bound in money was reached.</param>
public sealed record ContractTestResult(ImmutableArray<TestedPin> Pins, bool IsBounded);

/// <summary>One pin, tried.</summary>
public sealed record TestedPin
{
    /// <summary><c>provider/model</c>.</summary>
    public required string Pin { get; init; }

    /// <summary>The dialect that it is expected to speak; null: its provider is not configured.</summary>
    public string? Dialect { get; init; }

    /// <summary>How the schema travels there; null: it cannot.</summary>
    public Carrier? Carrier { get; init; }

    /// <summary>One for each prompt that was sent, in order.</summary>
    public ImmutableArray<TestedPrompt> Prompts { get; init; } = [];

    /// <summary>What fresh probes do not prove, one reason each; empty: the pin is proven to hold the contract.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];

    /// <summary>Why it may not serve; null: every prompt kept the contract, and the channel asks for no more.</summary>
    public string? WhyNot { get; init; }
}

/// <summary>One prompt at one pin, repairs included.</summary>
public sealed record TestedPrompt
{
    /// <summary>What was asked.</summary>
    public required string Prompt { get; init; }

    /// <summary>
    /// As usage records have it: <c>native</c>, <c>enforced</c>, <c>repaired</c>, <c>violated</c>, <c>blank</c>, <c>refused</c>, <c>truncated</c>; or the code
    /// of the error in whose place no answer came.
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>What was wrong, in one sentence; null: nothing was.</summary>
    public string? Message { get; init; }

    /// <summary>Calls upstream, retries and repairs included; 0: nothing could be sent.</summary>
    public int Attempts { get; init; }

    /// <summary>Calls in which the model was asked to repair its answer.</summary>
    public int Repairs { get; init; }

    /// <summary>Nano-USD; null: the model is unpriced, or nothing was used.</summary>
    public long? CostNanoUsd { get; init; }

    /// <summary>The answer follows the contract.</summary>
    public bool IsKept => Outcome is "native" or "enforced" or "repaired";
}
