using Causeway.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Tests.Sqlite;

public sealed class SqliteWriterTests : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private SqliteConnection _connection = null!;
    private SqliteWriter _writer = null!;
    private int _commits;
    private int _rollbacks;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        _directory.Execute("CREATE TABLE facts (fact TEXT NOT NULL, weight BLOB)");
        _connection = SqliteConnections.OpenWriter(_directory.Database);
        SQLitePCL.raw.sqlite3_commit_hook(
            _connection.Handle,
            _ =>
            {
                _commits++;
                return 0;
            },
            null);
        _writer = new SqliteWriter(_connection, _directory.Database, () => _rollbacks++);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        await _connection.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Whatever_waits_shares_one_commit()
    {
        using ManualResetEventSlim gate = new();
        Task<bool> held = await HoldAsync(gate);

        Task[] writes = [.. Enumerable.Range(0, 100).Select(number => AddAsync($"fact {number}"))];
        gate.Set();
        await Task.WhenAll([held, .. writes]);

        Assert.Equal(100, await CountAsync());
        Assert.InRange(_commits, 1, 3);
    }

    [Fact]
    public async Task An_act_that_fails_takes_no_neighbour_with_it()
    {
        using ManualResetEventSlim gate = new();
        Task<bool> held = await HoldAsync(gate);

        Task before = AddAsync("before");
        Task<bool> wrong = _writer.RunAsync<bool>(
            connection =>
            {
                Add(connection, "half");
                throw new FormatException("wrong");
            },
            Cancel);
        Task refused = AddAsync(null);
        Task after = AddAsync("after");
        gate.Set();
        await held;

        Assert.Equal("wrong", (await Assert.ThrowsAsync<FormatException>(() => wrong)).Message);
        await Assert.ThrowsAsync<SqliteException>(() => refused);
        await before;
        await after;
        Assert.Equal(2, await CountAsync());
        Assert.Equal(3, _rollbacks); // The group's, and one for each that was wrong.
    }

    [Fact]
    public async Task A_full_disk_fails_the_callers_and_writing_goes_on_when_there_is_room()
    {
        await AddAsync("small");
        await PragmaAsync("PRAGMA max_page_count = 10");

        StoreUnavailableException full = await Assert.ThrowsAsync<StoreUnavailableException>(() => AddAsync("large", new byte[100_000]));
        await PragmaAsync("PRAGMA max_page_count = 1000000");
        await AddAsync("large", new byte[100_000]);

        Assert.StartsWith($"The disk that holds the store {_directory.Database} is full.", full.Message, StringComparison.Ordinal);
        Assert.Equal(2, await CountAsync());
    }

    [Theory]
    [InlineData(10, 1034)] // An fsync that failed.
    [InlineData(11, 11)] // A damaged page.
    public async Task Nothing_is_acknowledged_after_the_disk_has_failed(int code, int extended)
    {
        await AddAsync("kept");

        StoreUnavailableException failed = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => _writer.RunAsync<bool>(_ => throw new SqliteException("disk I/O error", code, extended), Cancel));
        StoreUnavailableException later = await Assert.ThrowsAsync<StoreUnavailableException>(() => AddAsync("lost"));

        Assert.Contains(_directory.Database, failed.Message, StringComparison.Ordinal);
        Assert.Equal(failed.Message, later.Message);
        using SqliteConnection other = _directory.Connect();
        Assert.Equal(1, Count(other));
    }

    [Fact]
    public async Task A_caller_goes_on_beside_the_writers_thread()
    {
        string? thread = await Task.Run(
            async () =>
            {
                await AddAsync("fact");
                return Thread.CurrentThread.Name;
            },
            Cancel);

        Assert.NotEqual(await _writer.RunAsync(_ => Thread.CurrentThread.Name, Cancel), thread);
    }

    [Fact]
    public async Task Callers_beyond_the_queue_wait_for_room_and_may_leave()
    {
        using ManualResetEventSlim gate = new();
        using CancellationTokenSource leaving = new();
        Task<bool> held = await HoldAsync(gate);
        Task[] queued = [.. Enumerable.Range(0, SqliteWriter.MaxGroup).Select(_ => AddAsync("queued"))];

        Task beyond = _writer.RunAsync(connection => Add(connection, "beyond"), leaving.Token);
        Assert.False(beyond.IsCompleted);
        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => beyond);
        gate.Set();
        await Task.WhenAll([held, .. queued]);

        Assert.Equal(SqliteWriter.MaxGroup, await CountAsync());
    }

    [Fact]
    public async Task A_caller_that_leaves_before_its_turn_changes_nothing()
    {
        using ManualResetEventSlim gate = new();
        using CancellationTokenSource leaving = new();
        Task<bool> held = await HoldAsync(gate);

        Task waiting = _writer.RunAsync(connection => Add(connection, "waiting"), leaving.Token);
        await leaving.CancelAsync();
        gate.Set();
        await held;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.Equal(0, await CountAsync());
    }

    // Occupies the writer until the gate opens; returns once it does, with the act that will end then.
    private async Task<Task<bool>> HoldAsync(ManualResetEventSlim gate)
    {
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<bool> held = _writer.RunAsync(
            _ =>
            {
                begun.TrySetResult();
                gate.Wait(Cancel);
                return true;
            },
            Cancel);
        await begun.Task;
        return held;
    }

    private Task<bool> AddAsync(string? fact, byte[]? weight = null) => _writer.RunAsync(connection => Add(connection, fact, weight), Cancel);

    private static bool Add(SqliteConnection connection, string? fact, byte[]? weight = null)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "INSERT INTO facts (fact, weight) VALUES ($fact, $weight)";
        command.Parameters.AddWithValue("$fact", (object?)fact ?? DBNull.Value);
        command.Parameters.AddWithValue("$weight", (object?)weight ?? DBNull.Value);
        return command.ExecuteNonQuery() == 1;
    }

    private Task<long> CountAsync() => _writer.RunAsync(Count, Cancel);

    private static long Count(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM facts";
        return (long)command.ExecuteScalar()!;
    }

    private Task<object?> PragmaAsync(string pragma) => _writer.RunAsync(
        connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
            command.CommandText = pragma;
#pragma warning restore CA2100
            return command.ExecuteScalar();
        },
        Cancel);
}
