using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// A few connections that read beside the writer, each from one consistent view. A read runs on a thread of the pool and is
/// cut off after <see cref="MaxReadTime"/>: until it ends, the log behind it cannot be reused and grows.
/// </summary>
internal sealed class SqliteReaders(string path, TimeProvider time) : IAsyncDisposable
{
    /// <summary>Reads at once; the next one waits.</summary>
    public const int MaxReaders = 4;

    /// <summary>The longest a read may take.</summary>
    public static readonly TimeSpan MaxReadTime = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _free = new(MaxReaders);
    private readonly ConcurrentBag<SqliteConnection> _idle = [];
    private volatile bool _closed;

    /// <summary>Runs a read on a thread of the pool.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read, or not within <see cref="MaxReadTime"/>.</exception>
    public async Task<T> RunAsync<T>(Func<SqliteConnection, T> read, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
        await _free.WaitAsync(cancellation);
        try
        {
            return await Task.Run(() => Read(read, cancellation), cancellation);
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>Waits for the reads under way and closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        _closed = true;
        for (int reader = 0; reader < MaxReaders; reader++)
        {
            await _free.WaitAsync(CancellationToken.None);
        }

        while (_idle.TryTake(out SqliteConnection? connection))
        {
            await connection.DisposeAsync();
        }

        _free.Release(MaxReaders); // A read that was waiting is told that the store is closed.
    }

    private T Read<T>(Func<SqliteConnection, T> read, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(_closed, typeof(SqliteStore));
        SqliteConnection? connection = null;
        try
        {
            connection = _idle.TryTake(out SqliteConnection? idle) ? idle : SqliteConnections.OpenReader(path);
            T result = Interruptible(connection, read, cancellation);
            _idle.Add(connection);
            connection = null;
            return result;
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new StoreUnavailableException(
                $"A read of the store {path} was cut off after {MaxReadTime.TotalSeconds} s. Ask for a shorter time or fewer groups.", failure);
        }
        catch (SqliteException failure) when (SqliteFailure.IsOfTheStore(failure))
        {
            throw SqliteFailure.Explain(failure, path);
        }
        finally
        {
            connection?.Dispose(); // Only after a failure.
        }
    }

    private T Interruptible<T>(SqliteConnection connection, Func<SqliteConnection, T> read, CancellationToken cancellation)
    {
        // Two interrupts, since one that comes before the statement has begun is lost: at worst a read takes its full time.
        using var timeout = new CancellationTokenSource(MaxReadTime, time);
        using CancellationTokenRegistration left = cancellation.Register(Interrupt, connection);
        using CancellationTokenRegistration late = timeout.Token.Register(Interrupt, connection);
        return read(connection);
    }

    private static void Interrupt(object? connection) => raw.sqlite3_interrupt(((SqliteConnection)connection!).Handle);
}
