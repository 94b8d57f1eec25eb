using System.Collections.Concurrent;
using Causeway.Budgets.Payloads;

namespace Causeway.Testing;

/// <summary>Orders to keep prompts and answers in memory.</summary>
internal sealed class MemoryCaptureOrderStore : ICaptureOrderStore
{
    private readonly ConcurrentDictionary<CaptureOrderId, CaptureOrder> _kept = new();

    public Task<bool> AddAsync(CaptureOrder order, CancellationToken cancellation) => Task.FromResult(_kept.TryAdd(order.Id, order));

    public Task<bool> EndAsync(CaptureOrder ended, CancellationToken cancellation) =>
        Task.FromResult(_kept.TryGetValue(ended.Id, out CaptureOrder? known) && known.EndedAt is null && _kept.TryUpdate(ended.Id, ended, known));

    public Task<IReadOnlyList<CaptureOrder>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<CaptureOrder>>([.. _kept.Values.OrderByDescending(order => order.Id.Value)]);
}
