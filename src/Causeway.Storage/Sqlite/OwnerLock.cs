namespace Causeway.Storage.Sqlite;

/// <summary>
/// Makes one process the owner of a database file, by an exclusive lock on a file beside it. The kernel lets go of the lock
/// when the process ends, however it ends; the file itself stays. The lock is held around migrations too, so that two
/// starting instances cannot run them at once.
/// </summary>
internal sealed class OwnerLock : IDisposable
{
    // What opening a locked file fails with: EWOULDBLOCK of flock, and a sharing violation.
    private const int HeldOnLinux = 11;
    private const int HeldOnMac = 35;
    private const int HeldOnWindows = unchecked((int)0x80070020);

    private readonly FileStream _file;

    private OwnerLock(FileStream file) => _file = file;

    /// <summary>Creates the directory (0700) and the database file (0600) where they are missing, and takes the lock.</summary>
    /// <exception cref="StoreUnavailableException">Another process owns the file, or nothing can be created there.</exception>
    public static OwnerLock Take(string path)
    {
        string lockPath = path + ".lock";
        FileStream? file = null;
        try
        {
            CreateDirectory(Path.GetDirectoryName(path)!);
            file = Open(lockPath, FileShare.None);

            // SQLite would create the database by the umask. Its log and index take over the database's own mode.
            Open(path, FileShare.ReadWrite).Dispose();
            return new OwnerLock(file);
        }
        catch (IOException failure) when (file is null && failure.HResult is HeldOnLinux or HeldOnMac or HeldOnWindows)
        {
            throw new StoreUnavailableException(
                $"The store {path} is in use by another Causeway, which holds {lockPath}. One process owns a SQLite store: stop the other "
                + "one, or give this one a `store` of its own. Several instances share a PostgreSQL store.",
                failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            throw new StoreUnavailableException(
                $"The store {path} cannot be created or opened: {failure.Message} Its directory must be writable for the user that runs "
                + "Causeway; or point `store` elsewhere.",
                failure);
        }
    }

    /// <summary>Takes the lock of a database that is there, and makes nothing but the lock's own file.</summary>
    /// <exception cref="StoreUnavailableException">Another process owns the file.</exception>
    public static OwnerLock TakeExisting(string path)
    {
        string lockPath = path + ".lock";
        try
        {
            return new OwnerLock(Open(lockPath, FileShare.None));
        }
        catch (IOException failure) when (failure.HResult is HeldOnLinux or HeldOnMac or HeldOnWindows)
        {
            throw new StoreUnavailableException(
                $"The store {path} is in use by a Causeway, which holds {lockPath}: what it books meanwhile would be left behind. Stop it (systemctl stop causeway, or Ctrl-C where it was "
                + "started) and run this again.",
                failure);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StoreUnavailableException(
                $"The lock {lockPath} cannot be taken: {failure.Message} Run this as the user that runs Causeway, with write access to the folder.", failure);
        }
    }

    /// <summary>As <see cref="Take"/>, where others may well own the file.</summary>
    /// <returns>Null: another process does.</returns>
    /// <exception cref="StoreUnavailableException">Nothing can be created there.</exception>
    public static OwnerLock? TryTake(string path)
    {
        try
        {
            return Take(path);
        }
        catch (StoreUnavailableException failure) when (failure.InnerException is IOException { HResult: HeldOnLinux or HeldOnMac or HeldOnWindows })
        {
            return null;
        }
    }

    /// <summary>Makes an empty file that only its owner reads.</summary>
    public static void Touch(string path) => Open(path, FileShare.ReadWrite).Dispose();

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

    private static FileStream Open(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
