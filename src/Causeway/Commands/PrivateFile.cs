namespace Causeway.Commands;

/// <summary>Files that only their owner can read.</summary>
internal static class PrivateFile
{
    /// <summary>What the owner may, and nobody else anything.</summary>
    public const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a file beside it and then puts it in its place: who reads meanwhile sees one or the other, and at no time may others.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">As above.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        string beside = $"{path}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = Own;
        }

        using (var file = new FileStream(beside, options))
        {
            file.Write(content);
        }

        File.Move(beside, path, overwrite: true);
    }
}
