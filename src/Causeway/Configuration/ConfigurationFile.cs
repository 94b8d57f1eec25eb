using System.Text;
using Causeway.Configuration.Fields;
using Causeway.Configuration.Yaml;

namespace Causeway.Configuration;

/// <summary>Reads <c>causeway.yaml</c>.</summary>
internal static class ConfigurationFile
{
    public const int MaxBytes = 1 << 20;

    /// <summary>Reads a configuration with the environment and the disk of this process.</summary>
    public static ConfigurationResult Load(string path) => Load(path, ConfigurationSources.Process);

    /// <summary>Reads a configuration, or everything that is wrong with it. Throws for no file, however broken.</summary>
    /// <param name="path">The file; messages name it as it is written here.</param>
    /// <param name="sources">Where the file, the files it names and environment variables come from.</param>
    public static ConfigurationResult Load(string path, ConfigurationSources sources)
    {
        Findings findings = new(path);
        if (Text(path, sources, findings) is not { } text)
        {
            return findings.Conclude(null);
        }

        YamlTree tree = YamlReader.Read(text, findings);
        switch (tree.Root)
        {
            case YamlMapping file:
                string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? Path.GetFullPath(path);
                return findings.Conclude(ConfigurationDecoder.Decode(file, new Decoding(findings, sources, folder, tree.IsComplete)));
            case null or YamlScalar { IsEmpty: true } when tree.IsComplete:
                findings.Error(new Position(1, 1), "", $"is empty; it needs at least {Required}");
                break;
            case YamlScalar or YamlSequence:
                findings.Error(tree.Root.At, "", $"holds {tree.Root.Kind} where fields belong; it needs at least {Required}");
                break;
            default:
                // What came before the syntax error was nothing, or was refused.
                break;
        }

        return findings.Conclude(null);
    }

    private static string Required => Shown.Either([.. FieldTable.Root.Members.Where(member => member.IsRequired).Select(member => member.Name)])
        .Replace(" or ", " and ", StringComparison.Ordinal);

    private static string? Text(string path, ConfigurationSources sources, Findings findings)
    {
        byte[] bytes;
        try
        {
            bytes = path.Length == 0 || path.Contains('\0') ? throw new FileNotFoundException() : sources.ReadFile(path, MaxBytes + 1);
        }
        catch (Exception error) when (FileProblem.Of(error) is { } problem)
        {
            findings.Error(Position.Whole, "", problem);
            return null;
        }

        if (bytes.Length > MaxBytes)
        {
            findings.Error(Position.Whole, "", "is larger than 1MiB, so it is no configuration");
            return null;
        }

        ReadOnlySpan<byte> content = bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? bytes.AsSpan(3) : bytes;
        int invalid = Utf8Problem(content);
        if (invalid < 0)
        {
            return Encoding.UTF8.GetString(content);
        }

        ReadOnlySpan<byte> before = content[..invalid];
        int column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        findings.Error(new Position(before.Count((byte)'\n') + 1, column), "", "is not UTF-8 text; save it as UTF-8");
        return null;
    }

    /// <summary>Where UTF-8 ends or a NUL stands, which no text editor writes; -1 when all of it is text.</summary>
    private static int Utf8Problem(ReadOnlySpan<byte> content)
    {
        int at = System.Text.Unicode.Utf8.IsValid(content) ? -1 : FirstInvalid(content);
        int nul = content.IndexOf((byte)0);
        return nul >= 0 && (at < 0 || nul < at) ? nul : at;
    }

    private static int FirstInvalid(ReadOnlySpan<byte> content)
    {
        int at = 0;
        while (Rune.DecodeFromUtf8(content[at..], out _, out int length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
