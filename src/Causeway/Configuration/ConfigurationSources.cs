namespace Causeway.Configuration;

/// <summary>What a configuration is read from besides its own text, so that a test needs neither disk nor environment.</summary>
/// <param name="Environment">The value of an environment variable, or null when it is not set.</param>
/// <param name="ReadFile">
/// The first bytes of a file, at most as many as asked for: a device or a huge file must not fill memory. Fails as
/// <see cref="File.OpenRead(string)"/> does.
/// </param>
internal sealed record ConfigurationSources(Func<string, string?> Environment, Func<string, int, byte[]> ReadFile)
{
    /// <summary>The environment and the disk of this process.</summary>
    public static ConfigurationSources Process { get; } = new(ProcessEnvironment.Read, ReadFromDisk);

    private static byte[] ReadFromDisk(string path, int maxBytes)
    {
        using FileStream file = File.OpenRead(path);
        byte[] buffer = new byte[maxBytes];
        int length = file.ReadAtLeast(buffer, maxBytes, throwOnEndOfStream: false);
        return buffer[..length];
    }
}
