using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Books;

/// <summary>Those who wait for one write: requests, which go on on the journal's thread, and everybody else, on the pool.</summary>
internal sealed class JournalGroup
{
    // A task for each, as of several continuations of one task the runtime hands all but one to the pool.
    private readonly List<TaskCompletionSource> _requests = [];
    private TaskCompletionSource? _others;

    /// <summary>Nothing was handed over with it.</summary>
    public bool IsEmpty => _requests.Count == 0 && _others is null;

    /// <summary>Why it is not durable; null: it is.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Takes an entry in; the task is what whoever waits for it waits for.</summary>
    public Task Add(JournalEntry entry, bool isAwaited)
    {
        if (!isAwaited || entry.Event is not { Kind: LedgerEventKind.Reserved or LedgerEventKind.Extended })
        {
            return (_others ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        TaskCompletionSource request = new();
        _requests.Add(request);
        return request.Task;
    }

    /// <summary>Tells all of them, and has the requests go on here.</summary>
    public void Complete()
    {
        if (_others is not null)
        {
            Tell(_others);
        }

        foreach (TaskCompletionSource request in _requests)
        {
            Tell(request);
        }
    }

    private void Tell(TaskCompletionSource waiting)
    {
        if (Failure is null)
        {
            waiting.TrySetResult();
            return;
        }

        waiting.TrySetException(Failure);
        _ = waiting.Task.Exception; // Often nobody waits.
    }
}
