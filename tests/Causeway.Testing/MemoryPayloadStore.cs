using System.Collections.Concurrent;
using Causeway.Budgets.Payloads;

namespace Causeway.Testing;

/// <summary>Sealed payloads in memory.</summary>
internal sealed class MemoryPayloadStore : IPayloadStore
{
    private readonly ConcurrentDictionary<Guid, SealedPayload> _kept = new();

    /// <summary>All of them, in no order.</summary>
    public ICollection<SealedPayload> All => _kept.Values;

    /// <summary>What a write fails with; null: none does.</summary>
    public Exception? Failure { get; set; }

    public Task PutAsync(IReadOnlyList<SealedPayload> payloads, CancellationToken cancellation)
    {
        if (Failure is not null)
        {
            return Task.FromException(Failure);
        }

        foreach (SealedPayload payload in payloads)
        {
            _kept[payload.Request] = payload;
        }

        return Task.CompletedTask;
    }

    public Task<SealedPayload?> FindAsync(Guid request, CancellationToken cancellation) => Task.FromResult(_kept.GetValueOrDefault(request));

    public Task<long> DropAsync(DateTimeOffset until, CancellationToken cancellation) =>
        Task.FromResult(_kept.Values.Where(payload => payload.Until <= until).LongCount(payload => _kept.TryRemove(payload.Request, out _)));
}
