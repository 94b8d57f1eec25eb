using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Storage;

namespace Causeway.Tests.Admin;

internal sealed class MemoryKeyStore : IKeyStore
{
    private readonly Dictionary<KeyId, Key> _keys = [];

    public bool Away { get; set; }

    public Task AddAsync(Key key, CancellationToken cancellation)
    {
        Check();
        _keys.Add(key.Id, key);
        return Task.CompletedTask;
    }

    public Task<Key?> RevokeAsync(KeyId id, DateTimeOffset at, CancellationToken cancellation)
    {
        Check();
        if (_keys.TryGetValue(id, out Key? key))
        {
            _keys[id] = key = key with { RevokedAt = key.RevokedAt ?? at };
        }

        return Task.FromResult(key);
    }

    public Task<IReadOnlyList<Key>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<Key>>([.. _keys.Values]);

    private void Check()
    {
        if (Away)
        {
            throw new StoreUnavailableException("The disk is full.");
        }
    }
}

internal sealed class MemoryUsageStore : IUsageStore
{
    private readonly List<UsageRecord> _booked = [];

    /// <summary>What a query is answered with.</summary>
    public IReadOnlyList<SpendRow> Rows { get; set; } = [];

    /// <summary>What a question about a contract's outcomes is answered with.</summary>
    public IReadOnlyList<ContractOutcomeRow> Outcomes { get; set; } = [];

    public (string Contract, DateTimeOffset Since)? LastOutcomes { get; private set; }

    public SpendQuery? LastQuery { get; private set; }

    public Exception? Failure { get; set; }

    public int Booked => _booked.Count;

    public Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellation)
    {
        _booked.AddRange(records);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<SpendRow>> SpendAsync(SpendQuery query, CancellationToken cancellation)
    {
        LastQuery = query;
        return Failure is null ? Task.FromResult(Rows) : Task.FromException<IReadOnlyList<SpendRow>>(Failure);
    }

    public Task<IReadOnlyList<UsageRecord>> RecentAsync(int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<UsageRecord>>([.. Enumerable.Reverse(_booked).Take(limit)]);

    public Task<IReadOnlyList<ContractOutcomeRow>> ContractOutcomesAsync(string contract, DateTimeOffset since, CancellationToken cancellation)
    {
        LastOutcomes = (contract, since);
        return Task.FromResult(Outcomes);
    }
}
