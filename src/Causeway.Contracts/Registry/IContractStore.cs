namespace Causeway.Contracts.Registry;

/// <summary>Where registered contracts are kept. Every method is one transaction and safe to call from many threads. Nothing is ever edited or deleted.</summary>
public interface IContractStore
{
    /// <summary>Keeps the next version of a name. Where the newest version has the same id, that one stands and nothing is kept.</summary>
    /// <param name="name">The contract's name.</param>
    /// <param name="id">Of schema and policy.</param>
    /// <param name="schema">The schema's canonical text.</param>
    /// <param name="policy">What happens to answers.</param>
    /// <param name="at">The time.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<KeptContract> AddAsync(string name, ContractId id, Schemas.JsonSchema schema, ContractPolicy policy, DateTimeOffset at, CancellationToken cancellation);

    /// <summary>Every version of every contract, by name and version.</summary>
    Task<IReadOnlyList<Contract>> ListAsync(CancellationToken cancellation);
}

/// <summary>A contract as it is kept.</summary>
/// <param name="Contract">The version.</param>
/// <param name="IsNew">False when the newest version had the same content.</param>
public sealed record KeptContract(Contract Contract, bool IsNew);
