using System.Text;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Configuration;
using Causeway.Storage;

namespace Causeway.Composition;

/// <summary>The master keys of capability keys, in a file of the data directory that only its owner can read.</summary>
internal static class MasterKeyFile
{
    /// <summary>Its name.</summary>
    public const string Name = "keys.master";

    private const int MaxBytes = 4096;
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>The keys that are configured, else those of the file beside the store, which they belong to: a backup of one without the other is worth little.</summary>
    /// <exception cref="StoreUnavailableException">The file cannot be used.</exception>
    public static MasterKeys For(CausewayConfiguration configuration)
    {
        if (configuration.Budgets.MasterKeys is { } given)
        {
            return given;
        }

        (MasterKeys? keys, string? problem) = ReadOrCreate(configuration.Store.DataDirectory);
        return keys ?? throw new StoreUnavailableException(problem!);
    }

    /// <summary>Reads the file, or makes it with one new key where there is none.</summary>
    /// <param name="dataDirectory">Made where it does not exist.</param>
    /// <returns>The keys, or what is wrong with the file and what to do: exactly one of the two. Never a secret.</returns>
    public static (MasterKeys? Keys, string? Problem) ReadOrCreate(string dataDirectory)
    {
        string path = Path.Combine(dataDirectory, Name);
        try
        {
            if (!File.Exists(path))
            {
                Create(dataDirectory, path);
            }

            return Read(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"The master keys {path} cannot be read or made: {failure.Message}");
        }
    }

    private static (MasterKeys? Keys, string? Problem) Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & Others) != UnixFileMode.None)
        {
            return (null, $"The master keys {path} can be read or written by others than their owner: whoever reads them can make any key.\n  Write: chmod 600 {path}");
        }

        if (file.Length > MaxBytes)
        {
            return (null, $"The master keys {path} are no such file: it is larger than {MaxBytes} bytes.");
        }

        using StreamReader reader = new(file);
        (MasterKeys? keys, string? problem) = MasterKeys.Parse(reader.ReadToEnd());
        return keys is not null ? (keys, null)
            : (null, $"The master keys {path} are not usable: {problem}.\n  Put the file back from a backup. Without it every capability key is void; a new file is made where there is none.");
    }

    // Written beside it and then given its name, so that a cut power line leaves no half of it. The file is held alone meanwhile: of two processes that
    // begin together one makes the keys, and the other reads them or is refused. A move alone would let the second replace what the first has read.
    private static void Create(string dataDirectory, string path)
    {
        Directory.CreateDirectory(dataDirectory);
        string beside = Path.Combine(dataDirectory, $".{Name}.new");
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnersOnly;
        }

        using FileStream file = new(beside, options);
        if (File.Exists(path))
        {
            File.Delete(beside);
            return;
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.SafeFileHandle, OwnersOnly); // One that was left behind may have another.
        }

        file.SetLength(0);
        file.Write(Encoding.ASCII.GetBytes(MasterKeys.New().Write()));
        file.Flush(flushToDisk: true);
        File.Move(beside, path);
    }
}
