using Causeway.Budgets.Agreements;

namespace Causeway.Tests.Admin;

/// <summary>Agreements, in memory.</summary>
internal sealed class MemoryAgreementStore : IAgreementStore
{
    private readonly Lock _gate = new();
    private readonly List<Agreement> _all = [];

    public Task<bool> AddAsync(Agreement agreement, CancellationToken cancellation)
    {
        lock (_gate)
        {
            _all.Insert(0, agreement);
            return Task.FromResult(true);
        }
    }

    public Task<bool> ReplaceAsync(Agreement agreement, CancellationToken cancellation)
    {
        lock (_gate)
        {
            int place = _all.FindIndex(one => one.Id == agreement.Id && one.Version == agreement.Version - 1);
            if (place >= 0)
            {
                _all[place] = agreement;
            }

            return Task.FromResult(place >= 0);
        }
    }

    public Task<IReadOnlyList<Agreement>> ListAsync(CancellationToken cancellation)
    {
        lock (_gate)
        {
            return Task.FromResult<IReadOnlyList<Agreement>>([.. _all]);
        }
    }
}
