using System.Collections.Concurrent;
using Causeway.Budgets.Objects;

namespace Causeway.Gateway.Tests.House;

/// <summary>Whose the things are that providers keep, in memory. Away while it is told to be.</summary>
internal sealed class MemoryObjectStore : IObjectStore
{
    private readonly ConcurrentDictionary<(string Provider, string Id), OwnedObject> _kept = new();
    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _looks;

    /// <summary>While true it answers nothing.</summary>
    public bool IsAway { get; set; }

    /// <summary>Ends when something was to be kept and was not.</summary>
    public Task Refused => _refused.Task;

    /// <summary>All that is kept.</summary>
    public IReadOnlyList<OwnedObject> All => [.. _kept.Values];

    /// <summary>How often it was asked whose something is.</summary>
    public int Looks => Volatile.Read(ref _looks);

    public Task KeepAsync(IReadOnlyCollection<OwnedObject> objects, CancellationToken cancellation)
    {
        if (IsAway)
        {
            _refused.TrySetResult();
        }

        ThrowIfAway();
        foreach (OwnedObject one in objects)
        {
            _kept.AddOrUpdate((one.Provider, one.Id), one, (_, kept) => one.MadeAt >= kept.MadeAt ? one : kept);
        }

        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<OwnedObject>> FindAsync(string provider, IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _looks);
        ThrowIfAway();
        return Task.FromResult<IReadOnlyList<OwnedObject>>([.. ids.Distinct(StringComparer.Ordinal).Select(id => _kept.GetValueOrDefault((provider, id))).OfType<OwnedObject>()]);
    }

    public Task<long> DropAsync(DateTimeOffset now, CancellationToken cancellation) => Task.FromResult((long)_kept.Values.Count(one => one.KeptUntil < now && _kept.TryRemove((one.Provider, one.Id), out _)));

    private void ThrowIfAway()
    {
        if (IsAway)
        {
            throw new InvalidOperationException("The store is away.");
        }
    }
}
