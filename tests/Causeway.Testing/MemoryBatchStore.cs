using System.Collections.Concurrent;
using Causeway.Budgets.Batches;

namespace Causeway.Testing;

/// <summary>Keeps batches in memory; fails while it is told to.</summary>
internal sealed class MemoryBatchStore : IBatchStore
{
    private readonly ConcurrentDictionary<Guid, TakenBatch> _batches = new();

    /// <summary>While true nothing is kept.</summary>
    public bool Failing { get; set; }

    /// <summary>All that are kept.</summary>
    public IReadOnlyList<TakenBatch> All => [.. _batches.Values];

    public Task KeepAsync(TakenBatch batch, CancellationToken cancellation)
    {
        if (Failing)
        {
            throw new IOException("The disk is full.");
        }

        _batches[batch.Request] = batch;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<TakenBatch>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<TakenBatch>>([.. All.Where(batch => batch.State == BatchState.Open && batch.NextAt <= now).OrderBy(batch => batch.NextAt).Take(limit)]);

    public Task<IReadOnlyList<TakenBatch>> ListAsync(BatchState? state, int limit, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<TakenBatch>>([.. All.Where(batch => state is null || batch.State == state).OrderByDescending(batch => batch.TakenAt).ThenByDescending(batch => batch.Request).Take(limit)]);

    public Task<TakenBatch?> FindAsync(Guid request, CancellationToken cancellation) => Task.FromResult(_batches.GetValueOrDefault(request));

    public Task<long> DropAsync(DateTimeOffset before, CancellationToken cancellation) =>
        Task.FromResult((long)All.Count(batch => batch.State != BatchState.Open && batch.TakenAt < before && _batches.TryRemove(batch.Request, out _)));
}
