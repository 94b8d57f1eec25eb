using Causeway.Storage.Moving;
using Causeway.Storage.Tests.Conformance;
using Causeway.Storage.Tests.Moving;
using Causeway.Storage.Tests.Sqlite;

namespace Causeway.Storage.Tests.Backups;

/// <summary>A file that is not what was written is used for nothing.</summary>
public sealed class BackupFileTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_byte_that_was_changed_anywhere_is_noticed()
    {
        using TemporaryDirectory folder = new();
        string file = await MakeAsync(folder);
        byte[] whole = await File.ReadAllBytesAsync(file, Cancel);

        // Every byte of the frame's beginning and end, and some between: a store's rows are many.
        foreach (int at in Enumerable.Range(0, whole.Length).Where(at => at < 200 || at > whole.Length - 200 || at % 97 == 0))
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x10;
            await File.WriteAllBytesAsync(file, changed, Cancel);

            await Assert.ThrowsAsync<StoreUnavailableException>(() => StoreMoves.VerifyAsync(StorePlace.Backup(file), Quiet.Progress, Cancel));
        }
    }

    [Fact]
    public async Task A_file_that_ends_too_early_is_refused_wherever_it_ends()
    {
        using TemporaryDirectory folder = new();
        string file = await MakeAsync(folder);
        byte[] whole = await File.ReadAllBytesAsync(file, Cancel);

        foreach (int length in Enumerable.Range(0, whole.Length).Where(length => length < 100 || length > whole.Length - 100 || length % 101 == 0))
        {
            await File.WriteAllBytesAsync(file, whole[..length], Cancel);

            StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => StoreMoves.VerifyAsync(StorePlace.Backup(file), Quiet.Progress, Cancel));
            Assert.True(
                refused.Message.Contains(" is damaged: ", StringComparison.Ordinal) || refused.Message.Contains(" is no backup that ", StringComparison.Ordinal), refused.Message);
        }
    }

    [Fact]
    public async Task Files_that_are_none_are_refused_in_words()
    {
        using TemporaryDirectory folder = new();
        string file = Path.Combine(folder.Root, "file");

        Task<string> Refused(string? content) => RefusedAsync(file, content);

        Assert.Contains("cannot be read: ", await Refused(null), StringComparison.Ordinal);
        Assert.Contains(" is no backup that \"causeway store backup\" made. Name one, or a store: sqlite:PATH or postgres://…", await Refused("SQLite format 3\0 and so on, for long enough"), StringComparison.Ordinal);
        Assert.Contains(" is of a newer Causeway. ", await Refused("causeway backup, format 2\n and what is new in it"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_that_cannot_be_written_leaves_nothing_behind()
    {
        using TemporaryDirectory folder = new();
        await using TestStore store = await SqliteTestStore.NewAsync();
        string nowhere = Path.Combine(folder.Root, "not", "there", "file");

        StoreUnavailableException refused = await Assert.ThrowsAsync<StoreUnavailableException>(() => StoreMoves.BackupAsync(store.Place, nowhere, TimeProvider.System, Quiet.Progress, Cancel));
        using CancellationTokenSource cut = new();
        await Everything.FillAsync(store);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => StoreMoves.BackupAsync(
            store.Place, Path.Combine(folder.Root, "file"), TimeProvider.System, new Told(_ => cut.Cancel()), cut.Token));

        Assert.Contains("not/there", refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Root));
    }

    private static async Task<string> RefusedAsync(string file, string? content)
    {
        if (content is not null)
        {
            await File.WriteAllTextAsync(file, content, Cancel);
        }

        return (await Assert.ThrowsAsync<StoreUnavailableException>(() => StoreMoves.VerifyAsync(StorePlace.Backup(file), Quiet.Progress, Cancel))).Message;
    }

    private static async Task<string> MakeAsync(TemporaryDirectory folder)
    {
        string file = Path.Combine(folder.Root, "causeway.backup");
        await using TestStore store = await SqliteTestStore.NewAsync();
        await Everything.FillAsync(store);
        await StoreMoves.BackupAsync(store.Place, file, TimeProvider.System, Quiet.Progress, Cancel);
        return file;
    }
}
