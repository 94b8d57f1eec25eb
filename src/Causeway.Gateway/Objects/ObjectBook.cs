using System.Collections.Concurrent;
using System.Threading.Channels;
using Causeway.Budgets.Objects;
using Causeway.Gateway.Books;
using Causeway.Gateway.Telemetry;
using Causeway.Wire.Objects;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Objects;

/// <summary>
/// Whose the things are that providers keep. What was made is written in groups, behind the answer that named it; until it is written this process knows it all the same, and a store that is away gets it later.
/// What the store does not answer is not taken for unknown: it may be another team's.
/// </summary>
public sealed class ObjectBook : IAsyncDisposable
{
    /// <summary>Things that wait to be written. Beyond it they are let go: nobody is known to have made them.</summary>
    public const int MaxWaiting = 16_384;

    private const int MaxGroup = 1_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly IObjectStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<(string Provider, string Id), OwnedObject> _unwritten = new();
    private readonly GroupedWrites<OwnedObject> _writes;
    private readonly CancellationTokenSource _ending = new();

    /// <summary>Begins to write what is made.</summary>
    public ObjectBook(IObjectStore store, TimeProvider time, ILogger<ObjectBook> log)
    {
        (_store, _time, _log) = (store, time, log);
        _writes = new GroupedWrites<OwnedObject>(MaxWaiting, MaxGroup, WriteAsync);
    }

    /// <summary>Something was made.</summary>
    internal void Put(OwnedObject made)
    {
        if (_unwritten.Count < MaxWaiting)
        {
            _unwritten[(made.Provider, made.Id)] = made; // Before its place in the queue: who takes that finds it.
            if (_writes.TryPut(made))
            {
                return;
            }

            _unwritten.TryRemove(KeyValuePair.Create((made.Provider, made.Id), made));
        }

        LogEvents.ObjectLetGo(_log, made.Provider, made.Id);
    }

    /// <summary>Whose they are, as far as anybody is known to have made them.</summary>
    /// <exception cref="TimeoutException">The store does not say, at the moment.</exception>
    internal async Task<IReadOnlyDictionary<string, OwnedObject>> FindAsync(string provider, IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        Dictionary<string, OwnedObject> found = new(StringComparer.Ordinal);
        List<string> others = [];
        foreach (string id in ids)
        {
            if (_unwritten.TryGetValue((provider, id), out OwnedObject? made))
            {
                found[id] = made;
            }
            else
            {
                others.Add(id);
            }
        }

        foreach (string[] group in others.Chunk(MaxGroup))
        {
            foreach (OwnedObject one in await AskAsync(provider, group, cancellation))
            {
                found[one.Id] = one;
            }
        }

        return found;
    }

    /// <summary>What came of something is its maker's.</summary>
    /// <param name="provider">Who keeps them.</param>
    /// <param name="from">What it came of; where nobody is known to have made that, nothing is written.</param>
    /// <param name="ids">What came of it.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="TimeoutException">The store does not say, at the moment.</exception>
    internal async Task InheritAsync(string provider, string from, IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        if ((await FindAsync(provider, [from], cancellation)).TryGetValue(from, out OwnedObject? maker))
        {
            DateTimeOffset now = _time.GetUtcNow();
            foreach (string id in ids)
            {
                Put(maker with { Id = id, MadeAt = now, KeptUntil = now + KeptKind.ForLong });
            }
        }
    }

    /// <summary>Returns when all is written that was to be written until now, or after two seconds: a store that is away gets it later.</summary>
    internal async Task KeptAsync()
    {
        try
        {
            await FlushAsync(CancellationToken.None).WaitAsync(s_patience, _time);
        }
        catch (Exception later) when (later is TimeoutException or ChannelClosedException)
        {
            // This process knows it meanwhile.
        }
    }

    /// <summary>Returns when all is written that was to be written until now.</summary>
    public Task FlushAsync(CancellationToken cancellation) => _writes.FlushAsync(cancellation);

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        ValueTask written = _writes.DisposeAsync(); // Nothing more is taken.
        await _ending.CancelAsync();
        await written;
        _ending.Dispose();
    }

    private async Task<IReadOnlyList<OwnedObject>> AskAsync(string provider, string[] ids, CancellationToken cancellation)
    {
        using CancellationTokenSource leave = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            return await _store.FindAsync(provider, ids, leave.Token).WaitAsync(s_patience, _time, cancellation);
        }
#pragma warning disable CA1031 // Whatever it is, nothing is known; the store's own parts say what is wrong with it.
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            await leave.CancelAsync();
            throw new TimeoutException("The store does not say whose it is.", failure);
        }
    }

    // Again and again until the store takes it: meanwhile what is made waits in the queue, which is bounded.
    private async Task WriteAsync(List<OwnedObject> group)
    {
        while (group.Count > 0)
        {
            try
            {
                await _store.KeepAsync([.. group.DistinctBy(made => (made.Provider, made.Id, made.MadeAt))], CancellationToken.None);
                break;
            }
#pragma warning disable CA1031 // Nobody waits for it; the store's own parts say what is wrong with it.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                LogEvents.ObjectsNotWritten(_log, group.Count, failure.Message);
            }

            if (_ending.IsCancellationRequested)
            {
                break;
            }

            await Task.Delay(s_pause, _time, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        foreach (OwnedObject made in group)
        {
            _unwritten.TryRemove(KeyValuePair.Create((made.Provider, made.Id), made)); // Not a later one, which waits itself.
        }
    }
}
