using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// The one thread that writes. Whatever waits when it looks goes into one transaction, so a commit's fsync is shared by up to
/// <see cref="MaxGroup"/> callers; each completes after that commit, on a thread of the pool.
/// </summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    /// <summary>Writes of one transaction, and writes that may wait; a caller beyond that waits for room.</summary>
    public const int MaxGroup = 1024;

    private readonly SqliteConnection _connection;
    private readonly string _path;
    private readonly Action _rolledBack;
    private readonly Statement _begin;
    private readonly Statement _commit;
    private readonly Statement _rollback;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Channel<Write> _queue = Channel.CreateBounded<Write>(new BoundedChannelOptions(MaxGroup) { SingleReader = true, AllowSynchronousContinuations = true });
    private readonly AutoResetEvent _some = new(initialState: false);
    private readonly Action _woken;
    private StoreUnavailableException? _broken; // Of the writer thread alone.

    /// <param name="connection">Owned by the writer's thread from now on, and still closed by the caller.</param>
    /// <param name="path">The file, for messages.</param>
    /// <param name="rolledBack">Called on the writer's thread after a rollback: what was remembered of the transaction is void.</param>
    public SqliteWriter(SqliteConnection connection, string path, Action rolledBack)
    {
        _connection = connection;
        _path = path;
        _rolledBack = rolledBack;
        _begin = new Statement(connection, "BEGIN IMMEDIATE");
        _commit = new Statement(connection, "COMMIT");
        _rollback = new Statement(connection, "ROLLBACK");
        _woken = () => _some.Set();
        new Thread(Run) { IsBackground = true, Name = "causeway store writer" }.Start();
    }

    /// <summary>Runs an act in a transaction and completes after its commit. An act that fails takes no other with it.</summary>
    /// <param name="act">Runs on the writer's thread, and a second time when a neighbour in its transaction failed.</param>
    /// <param name="cancellation">Ends the waiting; an act that has begun is carried to its end.</param>
    /// <exception cref="StoreUnavailableException">The store cannot write; nothing of the act is kept, unless it is the commit's
    /// own fsync that failed: then only the next start knows.</exception>
    public Task<T> RunAsync<T>(Func<SqliteConnection, T> act, CancellationToken cancellation) => RunAsync(new Write<T>(act, TaskCreationOptions.RunContinuationsAsynchronously, cancellation), cancellation);

    /// <summary>As above, but completes on the writer's thread, before it looks for more: what follows is quick, waits for nothing, and may hand the next act over.</summary>
    public Task<T> RunNextAsync<T>(Func<SqliteConnection, T> act, CancellationToken cancellation) => RunAsync(new Write<T>(act, TaskCreationOptions.None, cancellation), cancellation);

    private async Task<T> RunAsync<T>(Write<T> write, CancellationToken cancellation)
    {
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

    /// <summary>Takes nothing more, finishes what waits, and ends the thread.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _ended.Task;
    }

    private void Run()
    {
        var group = new List<Write>(MaxGroup);

        // Blocking is this thread's trade: SQLite knows nothing else, and no thread of the pool may be held for it.
        while (WaitToRead())
        {
            while (group.Count < MaxGroup && _queue.Reader.TryRead(out Write? write))
            {
                if (!write.GaveUp())
                {
                    group.Add(write);
                }
            }

            Settle(group);
            group.Clear();
        }

        _begin.Dispose();
        _commit.Dispose();
        _rollback.Dispose();
        _some.Dispose();
        _ended.SetResult();
    }

    // A task that is waited for spins first, and whoever writes would hand its completion to the pool: both cost more than the wait.
    private bool WaitToRead()
    {
#pragma warning disable CA2012 // Its result is taken once, after its continuation has said that it is there.
        ValueTaskAwaiter<bool> some = _queue.Reader.WaitToReadAsync().GetAwaiter();
#pragma warning restore CA2012
        if (!some.IsCompleted)
        {
            some.UnsafeOnCompleted(_woken);
            _some.WaitOne();
        }

        return some.GetResult();
    }

    private void Settle(List<Write> group)
    {
        Exception? failure = _broken ?? Commit(group);
        if (failure is null)
        {
            foreach (Write write in group)
            {
                write.Complete();
            }
        }
        else if (failure is StoreUnavailableException || group.Count == 1)
        {
            foreach (Write write in group)
            {
                write.Fail(failure);
            }
        }
        else
        {
            // One act was wrong. Found this way, the many transactions without such an act need no savepoints.
            foreach (Write write in group)
            {
                Settle([write]);
            }
        }
    }

    private Exception? Commit(List<Write> group)
    {
        try
        {
            _begin.Run();
            foreach (Write write in group)
            {
                write.Run(_connection);
            }

            _commit.Run();
            return null;
        }
        catch (SqliteException failure) when (SqliteFailure.IsOfTheStore(failure))
        {
            StoreUnavailableException explained = SqliteFailure.Explain(failure, _path);
            if (SqliteFailure.IsFinal(failure))
            {
                _broken = explained;
            }

            RollBack();
            return explained;
        }
        catch (Exception failure)
        {
            RollBack();
            return failure; // The caller's: it gets it from its own await.
        }
    }

    private void RollBack()
    {
        // Some failures, a full disk among them, have rolled back already.
        if (SQLitePCL.raw.sqlite3_get_autocommit(_connection.Handle) == 0)
        {
            try
            {
                _rollback.Run();
            }
            catch (SqliteException failure)
            {
                _broken ??= SqliteFailure.Explain(failure, _path);
            }
        }

        _rolledBack();
    }

    private abstract class Write
    {
        public abstract bool GaveUp();

        public abstract void Run(SqliteConnection connection);

        public abstract void Complete();

        public abstract void Fail(Exception failure);
    }

    private sealed class Write<T>(Func<SqliteConnection, T> act, TaskCreationOptions options, CancellationToken cancellation) : Write
    {
        private readonly TaskCompletionSource<T> _completion = new(options);
        private T? _result;

        public Task<T> Task => _completion.Task;

        public override bool GaveUp() => cancellation.IsCancellationRequested && _completion.TrySetCanceled(cancellation);

        public override void Run(SqliteConnection connection) => _result = act(connection);

        public override void Complete() => _completion.SetResult(_result!);

        public override void Fail(Exception failure) => _completion.SetException(failure);
    }
}
