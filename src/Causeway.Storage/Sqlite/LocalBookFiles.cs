using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Causeway.Budgets.Ledger;
using Microsoft.Data.Sqlite;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// The local books in a data directory, one file for each process that uses it: <c>outage-STORE-1.db</c> and on, where STORE tells the shared store from others. Who holds the lock beside a file
/// owns it; the lock's own file stays, so that nobody locks one that is gone.
/// </summary>
public static class LocalBookFiles
{
    private const int MostProcesses = 64;

    /// <summary>Takes every book that a process left which is gone, and the first that is free for this one.</summary>
    /// <param name="directory">The data directory.</param>
    /// <param name="store">What tells the shared store from others.</param>
    /// <param name="now">The moment, for new names.</param>
    public static LocalBooks Open(string directory, string store, DateTimeOffset now)
    {
        string start = Path.Combine(directory, $"outage-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(store)).AsSpan(0, 4))}-");
        ILocalBook? own = null;
        List<ILocalBook> left = [];
        List<string> problems = [];
        for (int number = 1; number <= MostProcesses; number++)
        {
            string path = string.Create(CultureInfo.InvariantCulture, $"{start}{number}.db");
            if (own is not null && !File.Exists(path))
            {
                continue;
            }

            try
            {
                if (Take(path, now, problems) is not { } taken)
                {
                    continue;
                }

                if (taken.Entries > 0)
                {
                    left.Add(taken.Book);
                }
                else if (own is null)
                {
                    own = taken.Book;
                }
                else
                {
                    taken.Book.DisposeAsync().AsTask().GetAwaiter().GetResult(); // Nothing is in it: the file goes.
                }
            }
            catch (Exception failure) when (failure is StoreUnavailableException or SqliteException or IOException or UnauthorizedAccessException)
            {
                problems.Add($"The local book {path} cannot be opened: {failure.Message}");
                break;
            }
        }

        return new LocalBooks(own ?? new NoLocalBook(start + "1.db", problems.LastOrDefault() ?? $"{MostProcesses} processes have one in {directory} already"), left, problems);
    }

    /// <summary>Gives a file and its log other names.</summary>
    /// <returns>The file's.</returns>
    internal static string MoveAside(string path)
    {
        string aside = path;
        for (int number = 1; File.Exists(aside); number++)
        {
            aside = string.Create(CultureInfo.InvariantCulture, $"{path}.unreadable-{number}");
        }

        foreach (string part in (string[])["", "-wal", "-shm"])
        {
            if (File.Exists(path + part))
            {
                File.Move(path + part, aside + part);
            }
        }

        return aside;
    }

    /// <summary>Takes a file away that has nothing in it, and its log.</summary>
    internal static void Delete(string path)
    {
        foreach (string part in (string[])["", "-wal", "-shm"])
        {
            File.Delete(path + part);
        }
    }

    // Null: a process that lives has it.
    private static (LocalBook Book, long Entries)? Take(string path, DateTimeOffset now, List<string> problems)
    {
        if (OwnerLock.TryTake(path) is not { } held)
        {
            return null;
        }

        try
        {
            try
            {
                return (LocalBook.Open(path, held, Guid.CreateVersion7(now), out long entries), entries);
            }
            catch (InvalidDataException wrong)
            {
                string aside = MoveAside(path);
                problems.Add(
                    $"The local book {path} cannot be read ({wrong.Message.TrimEnd('.')}), so what it kept while the store was away is not booked. It is now {aside}: keep it. What its requests held is in doubt in "
                    + "the ledger; book what the provider says with: causeway adjust");
                OwnerLock.Touch(path);
                return (LocalBook.Open(path, held, Guid.CreateVersion7(now), out long entries), entries);
            }
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    // Says why at every write.
    private sealed class NoLocalBook(string path, string problem) : ILocalBook
    {
        public Guid Id => Guid.Empty;

        public string Path => path;

        public Task AppendAsync(IReadOnlyList<LocalEntry> entries) => throw new IOException(problem);

        public Task ForgetAsync(long upTo) => Task.CompletedTask;

        public Task<IReadOnlyList<LocalEntry>> ReadAsync(long after, int most) => Task.FromResult<IReadOnlyList<LocalEntry>>([]);

        public Task<string> MoveAsideAsync() => Task.FromResult(path);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
