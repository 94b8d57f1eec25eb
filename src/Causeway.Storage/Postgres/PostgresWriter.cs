using System.Threading.Channels;
using Npgsql;

namespace Causeway.Storage.Postgres;

/// <summary>
/// The one session that books usage and the ledger. Whatever waits when it looks goes into one transaction, so a commit is shared by up to
/// <see cref="MaxGroup"/> callers; each completes after that commit.
/// </summary>
internal sealed class PostgresWriter : IAsyncDisposable
{
    /// <summary>Writes of one transaction, and writes that may wait; a caller beyond that waits for room.</summary>
    public const int MaxGroup = 1024;

    private readonly PostgresDatabase _database;

    // A process that stops in the middle of a turn must not keep the others from theirs: the server ends its session, before they lose their patience
    // (SharedJournal.Patience). Whoever waits for a turn that does not come says so.
    private const string Settings = "SET idle_in_transaction_session_timeout = '1s'; SET lock_timeout = '5s'";
    private readonly Action _rolledBack;
    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(MaxGroup) { SingleReader = true });
    private readonly Task _loop;
    private NpgsqlConnection? _connection; // Of the loop alone.

    /// <param name="database">Where to write.</param>
    /// <param name="rolledBack">Called after a transaction that was not kept, or of which that is not known: what was remembered of it is void.</param>
    public PostgresWriter(PostgresDatabase database, Action rolledBack)
    {
        (_database, _rolledBack) = (database, rolledBack);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Runs an act in a transaction and completes after its commit. An act that fails takes no other with it.</summary>
    /// <param name="act">Runs on the writer's session, and again when a neighbour in its transaction failed or the server undid it for another's sake.</param>
    /// <param name="cancellation">Ends the waiting; an act that has begun is carried to its end.</param>
    /// <exception cref="StoreUnavailableException">The store cannot write. When the connection was lost during the commit, nobody knows yet whether it did.</exception>
    public async Task<T> RunAsync<T>(Func<NpgsqlConnection, Task<T>> act, CancellationToken cancellation)
    {
        var write = new Write<T>(act, cancellation);
        try
        {
            await _queue.Writer.WriteAsync(write, cancellation);
        }
        catch (ChannelClosedException closed)
        {
            throw new ObjectDisposedException("The store is closed.", closed);
        }

        return await write.Task;
    }

    /// <summary>Takes nothing more, and finishes what waits.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }
    }

    private async Task RunAsync()
    {
        var group = new List<Write>(MaxGroup);
        while (await _queue.Reader.WaitToReadAsync())
        {
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out Write? write))
            {
                if (!write.GaveUp())
                {
                    group.Add(write);
                }
            }

            await SettleAsync(group);
            group.Clear();
        }
    }

    private async Task SettleAsync(List<Write> group)
    {
        if (group.Count == 0)
        {
            return;
        }

        Exception? failure = await CommitAsync(group);
        for (int tries = 1; failure is not null && PostgresFailure.IsConflict(failure.InnerException ?? failure) && tries < PostgresDatabase.MaxTries; tries++)
        {
            failure = await CommitAsync(group);
        }

        if (failure is null)
        {
            group.ForEach(static write => write.Complete());
        }
        else if (failure is StoreUnavailableException || group.Count == 1)
        {
            group.ForEach(write => write.Fail(failure));
        }
        else
        {
            // One act was wrong. Found this way, the many transactions without such an act need no savepoints.
            foreach (Write write in group)
            {
                await SettleAsync([write]);
            }
        }
    }

    private async Task<Exception?> CommitAsync(List<Write> group)
    {
        try
        {
            NpgsqlConnection connection = _connection ??= await OpenAsync();
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
            foreach (Write write in group)
            {
                await write.RunAsync(connection);
            }

            await transaction.CommitAsync();
            return null;
        }
#pragma warning disable CA1031 // The callers': each gets it from its own await.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            _rolledBack();
            if (_connection is not null && PostgresDatabase.IsLost(failure, _connection))
            {
                await LetGoAsync();
            }

            return failure is NpgsqlException engine && PostgresFailure.IsOfTheStore(engine) ? PostgresFailure.Explain(engine, _database.Address) : failure;
        }
    }

    private async Task<NpgsqlConnection> OpenAsync()
    {
        NpgsqlConnection connection = await _database.OpenAsync(CancellationToken.None);
        await connection.RunAsync(Settings);
        return connection;
    }

    private async Task LetGoAsync()
    {
        try
        {
            await _connection!.DisposeAsync();
        }
        catch (NpgsqlException)
        {
            // It is lost, which is why it is let go.
        }

        _connection = null;
    }

    private abstract class Write
    {
        public abstract bool GaveUp();

        public abstract Task RunAsync(NpgsqlConnection connection);

        public abstract void Complete();

        public abstract void Fail(Exception failure);
    }

    private sealed class Write<T>(Func<NpgsqlConnection, Task<T>> act, CancellationToken cancellation) : Write
    {
        private readonly TaskCompletionSource<T> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private T? _result;

        public Task<T> Task => _completion.Task;

        public override bool GaveUp() => cancellation.IsCancellationRequested && _completion.TrySetCanceled(cancellation);

        public override async Task RunAsync(NpgsqlConnection connection) => _result = await act(connection);

        public override void Complete() => _completion.SetResult(_result!);

        public override void Fail(Exception failure) => _completion.SetException(failure);
    }
}
