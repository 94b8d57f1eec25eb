using Causeway.Contracts.Registry;
using Causeway.Contracts.Validation;

namespace Causeway.Gateway.Policy;

/// <summary>One version of a registered contract, prepared once for all requests that it serves.</summary>
/// <param name="contract">The version.</param>
public sealed class ServedContract(Contract contract)
{
    /// <summary>The version.</summary>
    public Contract Contract { get; } = contract;

    /// <summary>Tells whether an answer follows it; <c>format</c> is a rule.</summary>
    public Validator Validator { get; } = Validator.Of(contract.Schema);

    /// <summary><c>NAME@VERSION</c>, written once: every usage record of the contract carries it.</summary>
    public string FullName { get; } = contract.FullName;

    /// <inheritdoc/>
    public override string ToString() => FullName;
}
