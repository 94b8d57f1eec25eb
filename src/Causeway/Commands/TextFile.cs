using System.Text;

namespace Causeway.Commands;

/// <summary>Reads text that a command sends on.</summary>
internal static class TextFile
{
    /// <summary>As the admin API's largest body.</summary>
    private const int MaxBytes = 1024 * 1024;
    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>A file's text, or the end of a sentence that says why there is none: exactly one of the two.</summary>
    public static (string? Text, string? Problem) Read(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return Read(file);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return (null, "does not exist");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"cannot be read: {failure.Message}");
        }
    }

    /// <summary>As above, of what comes in.</summary>
    public static (string? Text, string? Problem) Read(Stream input)
    {
        byte[] bytes = new byte[MaxBytes + 1];
        int length = input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length > MaxBytes)
        {
            return (null, $"is larger than {MaxBytes / 1024} KiB");
        }

        try
        {
            string text = s_strict.GetString(bytes, 0, length);
            return (text.StartsWith('\ufeff') ? text[1..] : text, null);
        }
        catch (DecoderFallbackException)
        {
            return (null, "is not UTF-8 text");
        }
    }
}
