using Causeway.Contracts.Conformance;
using Causeway.Contracts.Registry;
using Causeway.Contracts.Schemas;
using Causeway.Storage;

namespace Causeway.Tests.Admin;

internal sealed class MemoryContractStore : IContractStore
{
    private readonly List<Contract> _contracts = [];

    public bool Away { get; set; }

    public Task<KeptContract> AddAsync(string name, ContractId id, JsonSchema schema, ContractPolicy policy, DateTimeOffset at, CancellationToken cancellation)
    {
        if (Away)
        {
            throw new StoreUnavailableException("The disk is full.");
        }

        Contract? newest = _contracts.FindLast(contract => contract.Name == name);
        if (newest?.Id == id)
        {
            return Task.FromResult(new KeptContract(newest, IsNew: false));
        }

        var next = new Contract(name, (newest?.Version ?? 0) + 1, id, schema, policy.ToCanonical(), at);
        _contracts.Add(next);
        return Task.FromResult(new KeptContract(next, IsNew: true));
    }

    public Task<IReadOnlyList<Contract>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Contract>>(
        [.. _contracts.OrderBy(contract => contract.Name, StringComparer.Ordinal).ThenBy(contract => contract.Version)]);
}

internal sealed class MemoryConformanceStore : IConformanceStore
{
    private readonly List<Measurement> _measurements = [];

    public Task AddAsync(IReadOnlyList<Measurement> measurements, CancellationToken cancellation)
    {
        _measurements.AddRange(measurements);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<Measurement>> LatestAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Measurement>>(
        [.. _measurements.GroupBy(measurement => (measurement.Provider, measurement.Model, measurement.Probe)).Select(group => group.MaxBy(measurement => measurement.At)!)]);

    public Task<IReadOnlyList<Measurement>> SinceAsync(DateTimeOffset since, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Measurement>>([.. _measurements.Where(measurement => measurement.At >= since).OrderBy(measurement => measurement.At)]);
}
