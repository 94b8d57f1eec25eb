using System.Globalization;
using System.Text;

namespace Causeway.Storage.Sqlite;

/// <summary>
/// Makes one process the owner of a database file, by an exclusive lock on a file beside it. The kernel lets go of the lock
/// when the process ends, however it ends; the file itself stays. The lock is held around migrations too, so that two
/// starting instances cannot run them at once.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    private readonly FileStream _file;

    private OwnerLock(FileStream file) => _file = file;

    /// <summary>Creates the directory (0700) and the database file (0600) where they are missing, and takes the lock.</summary>
    /// <exception cref="StoreUnavailableException">Another process owns the file, or nothing can be created there.</exception>
    public static OwnerLock Take(string path)
    {
        string lockPath = path + ".lock";
        try
        {
            CreateDirectory(Path.GetDirectoryName(path)!);
            FileStream file = Open(lockPath, FileMode.OpenOrCreate, FileShare.None);
            try
            {
                file.SetLength(0);
                file.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
                file.Flush();

                // SQLite would create the database by the umask. Its log and index take over the database's own mode.
                Open(path, FileMode.OpenOrCreate, FileShare.ReadWrite).Dispose();
                return new OwnerLock(file);
            }
            catch
            {
                file.Dispose();
                throw;
            }
        }
        catch (IOException failure) when (OwnerOf(lockPath) is { } owner)
        {
            throw new StoreUnavailableException(
                $"The store {path} is in use by another Causeway (process {owner}). One instance owns a SQLite store: stop that one, or "
                + "give this one its own `store`. Several instances share a PostgreSQL store.",
                failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"The store {path} cannot be created or opened: {failure.Message} Its directory must be writable for the user that runs "
                + "Causeway; or point `store` elsewhere.",
                failure);
        }
    }

    public void Dispose() => _file.Dispose();

    private static void CreateDirectory(string directory)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory);
        }
        else
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private static FileStream Open(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }

    // Whoever holds the lock wrote its number into the file. Null: the lock is not what failed.
    private static string? OwnerOf(string lockPath)
    {
        try
        {
            using (Open(lockPath, FileMode.Open, FileShare.None))
            {
                return null;
            }
        }
        catch (IOException failure) when (failure is not (FileNotFoundException or DirectoryNotFoundException))
        {
            return ReadOwner(lockPath);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? ReadOwner(string lockPath)
    {
        try
        {
            // Sharing everything asks for no lock.
            using var reader = new StreamReader(new FileStream(lockPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return reader.ReadToEnd() is { Length: > 0 } owner ? owner : "unknown";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
