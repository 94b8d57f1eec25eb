using Causeway.Budgets.Ledger;
using Causeway.Gateway.Telemetry;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Books;

/// <summary>
/// Hands what happens while the store is away to the local book, in groups: entries that come while one group is written are the next. What the store has by now is let go of. Nothing here
/// costs anything while the store is there.
/// </summary>
internal sealed class OutageBook(ILocalBook book, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(1);
    private readonly Lock _gate = new();
    private List<LocalEntry> _waiting = [];
    private TaskCompletionSource _group = NewSignal();
    private Task _writing = Task.CompletedTask;
    private volatile string? _problem;
    private long _last;
    private long _durable;
    private long _booked; // By the store.
    private long _forgotten;
    private bool _isClosed;

    /// <summary>Its name in the ledger.</summary>
    public Guid Id => book.Id;

    /// <summary>Where it is.</summary>
    public string Path => book.Path;

    /// <summary>Why the last entries are not kept; null: they are.</summary>
    public string? Problem => _problem;

    /// <summary>Entries that are durable here and that the store does not have yet.</summary>
    public long Count
    {
        get
        {
            lock (_gate)
            {
                return Math.Max(0, _durable - _booked);
            }
        }
    }

    /// <summary>Keeps an entry behind all before it. Never blocks and never fails.</summary>
    /// <param name="entry">What happened.</param>
    /// <param name="place">Its place in the book.</param>
    /// <returns>Completes when it is durable. Fails when the disk does not take it; it is tried again for as long as the store does not have it.</returns>
    public Task Keep(JournalEntry entry, out long place)
    {
        lock (_gate)
        {
            place = ++_last;
            _waiting.Add(new LocalEntry(place, entry));
            Wake();
            return _group.Task;
        }
    }

    /// <summary>The store has all up to a place.</summary>
    public void Booked(long upTo)
    {
        lock (_gate)
        {
            if (upTo > _booked)
            {
                _booked = upTo;
                Wake();
            }
        }
    }

    /// <summary>Writes what waits, and closes the book.</summary>
    public async ValueTask DisposeAsync()
    {
        Task writing;
        lock (_gate)
        {
            _isClosed = true;
            writing = _writing;
        }

        await writing;
        if (Count is > 0 and var left)
        {
            LogEvents.OutageLeft(log, left, book.Path);
        }

        await book.DisposeAsync();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Wake()
    {
        if (_writing.IsCompleted)
        {
            _writing = WriteAsync();
        }
    }

    private async Task WriteAsync()
    {
        await Task.Yield(); // Whoever handed over goes on.
        while (Next(out List<LocalEntry> group, out TaskCompletionSource told, out long booked))
        {
            try
            {
                if (booked > 0)
                {
                    await book.ForgetAsync(booked);
                }

                if (group.Count > 0)
                {
                    await book.AppendAsync(group);
                    Kept(group[^1].Place);
                }

                _problem = null;
                told.SetResult();
            }
#pragma warning disable CA1031 // Whatever the disk's trouble is: it is said, nothing new is started meanwhile, and what has happened is tried again.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Failed(group, told, failure);
                if (_isClosed)
                {
                    return;
                }

                await Task.Delay(s_rest, time, CancellationToken.None);
            }
        }
    }

    private bool Next(out List<LocalEntry> group, out TaskCompletionSource told, out long booked)
    {
        lock (_gate)
        {
            _waiting.RemoveAll(entry => entry.Place <= _booked);
            booked = _booked > _forgotten ? _booked : 0;
            (group, _waiting) = (_waiting, []);
            (told, _group) = (_group, NewSignal());
            if (group.Count > 0 || booked > 0)
            {
                _forgotten = _booked;
                return true;
            }

            told.SetResult(); // What waited is in the store by now.
            _problem = null;
            _writing = Task.CompletedTask;
            return false;
        }
    }

    private void Kept(long upTo)
    {
        lock (_gate)
        {
            _durable = upTo;
        }
    }

    private void Failed(List<LocalEntry> group, TaskCompletionSource told, Exception failure)
    {
        if (_problem is null)
        {
            LogEvents.OutageNotKept(log, book.Path, failure);
        }

        _problem = failure.Message;
        lock (_gate)
        {
            _waiting = [.. group, .. _waiting];
        }

        told.SetException(failure);
        _ = told.Task.Exception; // Often nobody waits.
    }
}
