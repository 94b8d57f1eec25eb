using System.Text;
using Causeway.Budgets.Keys;
using Causeway.Storage.Sqlite;
using Causeway.Storage.Tests.Conformance;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Tests.Sqlite;

public sealed class SqliteStoreTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Its_files_are_for_its_owner_alone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no file modes.");
        using TemporaryDirectory directory = new();
        await using SqliteStore store = await directory.OpenAsync();
        await store.Usage.AppendAsync([Usage.Number(1)], Cancel);
        string data = Path.GetDirectoryName(directory.Database)!;

#pragma warning disable CA1416 // Skipped on Windows above.
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, new DirectoryInfo(data).UnixFileMode);
        Assert.Equal(
            [".db", ".db-shm", ".db-wal", ".db.lock"],
            Directory.GetFiles(data).Select(file => Path.GetFileName(file)["causeway".Length..]).Order(StringComparer.Ordinal));
        Assert.All(
            Directory.GetFiles(data), file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file)));
#pragma warning restore CA1416
    }

    [Fact]
    public async Task A_second_owner_is_refused_and_the_first_goes_on()
    {
        using TemporaryDirectory directory = new();
        await using SqliteStore first = await directory.OpenAsync();

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(directory.OpenAsync);

        Assert.StartsWith(
            $"The store {directory.Database} is in use by another Causeway, which holds {directory.Database}.lock.",
            refused.Message,
            StringComparison.Ordinal);
        await first.CheckAsync(Cancel);
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_refused_and_left_alone()
    {
        using TemporaryDirectory directory = new();
        byte[] text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("these are my notes\n", 500)));
        Directory.CreateDirectory(Path.GetDirectoryName(directory.Database)!);
        await File.WriteAllBytesAsync(directory.Database, text, Cancel);

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(directory.OpenAsync);

        Assert.Equal(
            $"The store {directory.Database} is not a SQLite database. Point `store` at another path, or put the file of a backup in its place.",
            refused.Message);
        Assert.Equal(text, await File.ReadAllBytesAsync(directory.Database, Cancel));
    }

    [Fact]
    public async Task A_damaged_file_is_refused()
    {
        using TemporaryDirectory directory = new();
        await (await directory.OpenAsync()).DisposeAsync();
        byte[] file = await File.ReadAllBytesAsync(directory.Database, Cancel);
        file.AsSpan(4096).Fill(0xA5); // All but the first page.
        await File.WriteAllBytesAsync(directory.Database, file, Cancel);

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(directory.OpenAsync);

        Assert.StartsWith($"The store {directory.Database} is damaged.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_of_another_program_is_refused_and_left_alone()
    {
        using TemporaryDirectory directory = new();
        directory.Execute("CREATE TABLE recipes (name TEXT)");

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(directory.OpenAsync);

        Assert.Contains("is a database of another program", refused.Message, StringComparison.Ordinal);
        directory.Execute("INSERT INTO recipes VALUES ('soup')");
    }

    [Fact]
    public async Task A_place_where_nothing_can_be_made_is_named()
    {
        using TemporaryDirectory directory = new();
        string file = Path.Combine(directory.Root, "file");
        await File.WriteAllTextAsync(file, "", Cancel);
        string below = Path.Combine(file, "causeway.db");
        string taken = Directory.CreateDirectory(Path.Combine(directory.Root, "directory")).FullName;

        foreach (string path in (string[])[below, taken])
        {
            StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(
                () => SqliteStore.OpenAsync(path, TimeProvider.System, Cancel));
            Assert.StartsWith($"The store {path} cannot be created or opened:", refused.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_lock_of_another_process_is_waited_for_and_then_named()
    {
        using TemporaryDirectory directory = new();
        await using SqliteStore store = await directory.OpenAsync();
        using SqliteConnection shell = directory.Connect();
        using (SqliteCommand begin = shell.CreateCommand())
        {
            begin.CommandText = "BEGIN IMMEDIATE";
            begin.ExecuteNonQuery();
        }

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CheckAsync(Cancel));
        Assert.StartsWith($"The store {directory.Database} is locked by another process.", refused.Message, StringComparison.Ordinal);
        await shell.CloseAsync();

        await store.CheckAsync(Cancel);
    }

    [Fact]
    public async Task A_secret_is_in_none_of_the_files()
    {
        using TemporaryDirectory directory = new();
        string secret = KeySecret.New();
        byte[] ascii = Encoding.ASCII.GetBytes(secret);
        Key key = new()
        {
            Id = KeyId.New(Usage.Start),
            Hash = KeyHash.Of(ascii),
            Shown = KeySecret.Shown(secret),
            Attribution = new Attribution("checkout", "chat", "prod"),
            CreatedAt = Usage.Start,
        };
        List<byte[]> files = [];

        await using (SqliteStore store = await directory.OpenAsync())
        {
            await store.Keys.AddAsync(key, Cancel);
            await store.AdminToken.ReplaceAsync(KeyHash.Of(ascii), Cancel);
            files.Add(await File.ReadAllBytesAsync(directory.Database + "-wal", Cancel));
        }

        foreach (string file in Directory.GetFiles(Path.GetDirectoryName(directory.Database)!))
        {
            files.Add(await File.ReadAllBytesAsync(file, Cancel));
        }

        Assert.All(files, file => Assert.Equal(-1, file.AsSpan().IndexOf(ascii.AsSpan(KeySecret.ShownLength, 16))));
        Assert.Contains(files, file => file.AsSpan().IndexOf(ascii.AsSpan(0, KeySecret.ShownLength)) >= 0);
    }

    [Fact]
    public async Task A_call_leaves_the_callers_thread_at_once()
    {
        using TemporaryDirectory directory = new();
        await using SqliteStore store = await directory.OpenAsync();
        using SqliteConnection shell = directory.Connect();
        using SqliteCommand begin = shell.CreateCommand();
        begin.CommandText = "BEGIN IMMEDIATE"; // From now on no write can end.
        begin.ExecuteNonQuery();

        Task write = store.Usage.AppendAsync([Usage.Number(1)], Cancel);
        Assert.False(write.IsCompleted);

        begin.CommandText = "ROLLBACK";
        begin.ExecuteNonQuery();
        await write;
    }
}
