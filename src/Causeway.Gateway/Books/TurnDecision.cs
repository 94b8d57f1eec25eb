using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Books;

/// <summary>What waits for a turn.</summary>
internal abstract class TurnDecision
{
    /// <summary>It is decided again when a turn was lost: it has happened already, or who asked waits still.</summary>
    public abstract bool IsWanted { get; }

    /// <summary>Decides. Never throws: who asked gets the exception.</summary>
    public abstract void Run();

    /// <summary>The turn is durable: who asked is told.</summary>
    /// <returns>False: that it failed was told before.</returns>
    public abstract bool Keep();

    /// <summary>The store does not take it: who asked is told, if it was asked.</summary>
    public abstract void Refuse();

    /// <summary>What takes it back where it was kept though it was refused; null: nothing has to be.</summary>
    public abstract Action? Undo();
}

/// <summary>What somebody asked and waits for.</summary>
internal sealed class TurnDecision<T>(Func<T> decision, Action<T>? undo) : TurnDecision
{
    private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _decided;
    private Exception? _failure;

    public Task<T> Task => _completion.Task;

    public override bool IsWanted => !_completion.Task.IsCompleted;

    public override void Run()
    {
        try
        {
            _failure = null;
            _decided = decision();
        }
#pragma warning disable CA1031 // One that is wrong takes no other of the turn with it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _failure = failure;
        }
    }

    public override bool Keep() => _failure is not null ? _completion.TrySetException(_failure) : _completion.TrySetResult(_decided!);

    public override void Refuse() => _completion.TrySetException(new LedgerUnavailableException());

    public override Action? Undo() => undo is null || _failure is not null ? null : () => undo(_decided!);
}

/// <summary>What has happened and is told to the ledger.</summary>
internal sealed class PostedDecision(LedgerFact fact) : TurnDecision
{
    private long _place;

    public override bool IsWanted => true;

    /// <summary>Its place in the local book; 0: it is in none.</summary>
    public long Place => Volatile.Read(ref _place);

    /// <summary>Why it could not be decided; null: it was.</summary>
    public Exception? Failure { get; private set; }

    public override void Run()
    {
        try
        {
            Failure = null;
            fact.Decide();
        }
#pragma warning disable CA1031 // As above: the turn goes on, and the journal logs it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Failure = failure;
        }
    }

    public override bool Keep() => true;

    public override void Refuse()
    {
    }

    public override Action? Undo() => null;

    /// <summary>Keeps it in the local book too, once.</summary>
    /// <returns>Completes when it is durable there.</returns>
    public Task KeepIn(OutageBook book)
    {
        if (Place != 0 || fact.Told is not { } told)
        {
            return Task.CompletedTask;
        }

        Task durable = book.Keep(told, out long place);
        Volatile.Write(ref _place, place);
        return durable;
    }
}

/// <summary>What is the process's own affair: nothing of it is worth keeping when the process is gone.</summary>
internal sealed class PassingFact(Action decision) : LedgerFact
{
    public override JournalEntry? Told => null;

    public override void Decide() => decision();
}

/// <summary>A usage record that no grant is charged for.</summary>
internal sealed class UsageFact(Journal journal, UsageRecord record) : LedgerFact
{
    public override JournalEntry Told { get; } = new((LedgerEvent?)null) { Usage = record };

    public override void Decide() => _ = journal.Append(Told, isAwaited: false);
}
