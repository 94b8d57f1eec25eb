using System.Runtime.InteropServices;
using Causeway.Wire.Usage;

namespace Causeway.Wire.Batches;

/// <summary>What became of one request of a batch.</summary>
/// <param name="Outcome">In a word.</param>
/// <param name="Model">The model that answered, in the provider's words; null: none did.</param>
/// <param name="Usage">What it used; nothing unless it succeeded.</param>
/// <param name="Region">Where inference ran; null: it does not say.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct BatchResult(BatchOutcome Outcome, string? Model, TokenUsage Usage, string? Region)
{
    /// <summary>Uses of the provider's own tools.</summary>
    public ToolUses Uses { get; init; }
}

/// <summary>What becomes of a request of a batch.</summary>
public enum BatchOutcome
{
    /// <summary>It was answered: what it used is billed.</summary>
    Succeeded,

    /// <summary>It failed, and is not billed.</summary>
    Errored,

    /// <summary>The batch was ended before; it is not billed.</summary>
    Canceled,

    /// <summary>The provider had no time for it; it is not billed.</summary>
    Expired,

    /// <summary>Its line is no JSON, of an unknown kind, or tells no usage that can be believed.</summary>
    Unreadable,
}
