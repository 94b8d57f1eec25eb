namespace Causeway.Gateway.Upstream;

/// <summary>How a pin fares at this process: whether its provider is left alone for a moment.</summary>
/// <param name="Provider">The provider.</param>
/// <param name="Model">The model; null: all that the provider does not list, which share a circuit.</param>
/// <param name="State">Whether it is called.</param>
public sealed record PinCircuit(string Provider, string? Model, PinCircuitState State);

/// <summary>Whether a pin is called.</summary>
public enum PinCircuitState
{
    /// <summary>It is.</summary>
    Closed,

    /// <summary>A probe is let through, and decides.</summary>
    HalfOpen,

    /// <summary>It is not: half of its calls failed.</summary>
    Open,
}
