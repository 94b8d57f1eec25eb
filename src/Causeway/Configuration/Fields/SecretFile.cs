using System.Text;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration.Fields;

/// <summary>A file that holds a secret: <c>file:PATH</c>.</summary>
internal static class SecretFile
{
    public const string Prefix = "file:";
    private const int MaxBytes = 64 << 10;

    /// <summary>Whether a scalar names a file, and then the path as a scalar of its own.</summary>
    public static bool IsNamed(YamlScalar scalar, out YamlScalar source)
    {
        bool isFile = scalar.Text.StartsWith(Prefix, StringComparison.Ordinal);
        source = isFile ? new YamlScalar(scalar.At, scalar.Text[Prefix.Length..], isPlain: false) : scalar;
        return isFile;
    }

    /// <summary>Reads the file, or reports why it cannot be read.</summary>
    /// <param name="source">As the file spells the path, for messages.</param>
    /// <param name="path">The field.</param>
    /// <param name="file">The path with references replaced.</param>
    /// <param name="decoding">Where the file is read and mistakes go.</param>
    /// <param name="text">The file without one closing line break.</param>
    public static bool TryRead(YamlScalar source, string path, string file, Decoding decoding, out string text)
    {
        text = "";
        string shown = "the file " + Shown.Quoted(source.Text);
        string problem;
        try
        {
            byte[] bytes = file.Length == 0 || file.Contains('\0')
                ? throw new FileNotFoundException()
                : decoding.Sources.ReadFile(Path.GetFullPath(file, decoding.Folder), MaxBytes + 1);
            if (bytes.Length <= MaxBytes)
            {
                text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
                text = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
                return true;
            }

            problem = "is larger than 64KiB, so it is no secret";
        }
        catch (DecoderFallbackException)
        {
            problem = "is not UTF-8 text";
        }
        catch (Exception error) when (FileProblem.Of(error) is { } said)
        {
            problem = said;
        }

        decoding.Findings.Error(source.At, path, $"{shown} {problem}");
        return false;
    }
}

/// <summary>Says in words why a file cannot be read.</summary>
internal static class FileProblem
{
    /// <summary>The rest of a sentence that starts with the file; null when the exception is about something else.</summary>
    public static string? Of(Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => "does not exist",
        UnauthorizedAccessException => "is a folder, or this process may not read it",
        PathTooLongException => "has a path that is too long",
        IOException => "cannot be read",
        _ => null,
    };
}
