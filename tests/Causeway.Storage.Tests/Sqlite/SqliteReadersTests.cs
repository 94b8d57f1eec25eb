using Causeway.Storage.Sqlite;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Tests.Sqlite;

public sealed class SqliteReadersTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_read_that_takes_too_long_is_cut_off()
    {
        using TemporaryDirectory directory = new();
        await using SqliteStore store = await directory.OpenAsync();
        await using SqliteReaders readers = new(directory.Database, TimeProvider.System);

        StoreUnavailableException late = await Assert.ThrowsAsync<StoreUnavailableException>(() => readers.RunAsync(ReadForever, Cancel));

        Assert.Contains("was cut off after 2 s", late.Message, StringComparison.Ordinal);
        Assert.Equal(1L, await readers.RunAsync(ReadOne, Cancel));
    }

    [Fact]
    public async Task A_caller_that_leaves_ends_its_read()
    {
        using TemporaryDirectory directory = new();
        await using SqliteStore store = await directory.OpenAsync();
        await using SqliteReaders readers = new(directory.Database, TimeProvider.System);
        using CancellationTokenSource leaving = new();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        Task<object?> read = readers.RunAsync(
            connection =>
            {
                // Called from inside the statement, so that the interrupt cannot come before it.
                connection.CreateFunction("begun", () =>
                {
                    begun.TrySetResult();
                    return 1;
                });
                return ReadForever(connection, "SELECT begun()");
            },
            leaving.Token);
        await begun.Task;
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
    }

    [Fact]
    public async Task A_reader_cannot_write()
    {
        using TemporaryDirectory directory = new();
        await using SqliteStore store = await directory.OpenAsync();
        await using SqliteReaders readers = new(directory.Database, TimeProvider.System);

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => readers.RunAsync(
            connection =>
            {
                using SqliteCommand command = connection.CreateCommand();
                command.CommandText = "DELETE FROM keys";
                return command.ExecuteNonQuery();
            },
            Cancel));

        Assert.Contains("cannot be written", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task More_readers_than_connections_all_get_their_turn()
    {
        using TemporaryDirectory directory = new();
        await using SqliteStore store = await directory.OpenAsync();
        await using SqliteReaders readers = new(directory.Database, TimeProvider.System);

        object?[] answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(_ => readers.RunAsync(ReadOne, Cancel)));

        Assert.All(answers, answer => Assert.Equal(1L, answer));
    }

    private static object? ReadOne(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "SELECT 1";
        return command.ExecuteScalar();
    }

    private static object? ReadForever(SqliteConnection connection) => ReadForever(connection, "SELECT 1");

    private static object? ReadForever(SqliteConnection connection, string first)
    {
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The test's own text.
        command.CommandText = $"WITH RECURSIVE n(i) AS ({first} UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
#pragma warning restore CA2100
        return command.ExecuteScalar();
    }
}
