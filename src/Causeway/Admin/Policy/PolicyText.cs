using System.Globalization;
using System.Text;
using Causeway.Admin.Channels;
using Causeway.Releases.Parameters;
using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Admin.Policy;

/// <summary>Writes a policy document as people keep it in Git: one field to a line, prompts as blocks of text.</summary>
internal static class PolicyText
{
    /// <summary>The document as YAML.</summary>
    public static string Write(LabelledPolicy policy)
    {
        var yaml = new StringBuilder();
        yaml.Append("# Releases and the channels that point at them. Apply it with: causeway apply -f FILE\n");
        yaml.Append("# Keys are secrets and not in it. docs/releases.md says what each field means.\n");
        yaml.Append(policy.Releases.Count == 0 ? "releases: {}\n" : "releases:\n");
        foreach ((string label, Release release) in policy.Releases)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  {YamlText.Scalar(label)}: # {release.Id}\n");
            Write(release, yaml);
        }

        yaml.Append(policy.Channels.Count == 0 ? "channels: {}\n" : "channels:\n");
        foreach (PointedChannel pointed in policy.Channels)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"  {YamlText.Scalar(pointed.Channel.Name)}:\n");
            yaml.Append(CultureInfo.InvariantCulture, $"    release: {YamlText.Scalar(policy.LabelOf(pointed.Release))}\n");
            yaml.Append(CultureInfo.InvariantCulture, $"    unsupported: {pointed.Channel.Unsupported.Word()}\n");
            yaml.Append(CultureInfo.InvariantCulture, $"    conformance: {pointed.Channel.Conformance.Word()}\n");
        }

        return yaml.ToString();
    }

    private static void Write(Release release, StringBuilder yaml)
    {
        yaml.Append("    pins:\n");
        foreach (Pin pin in release.Pins)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"      - {YamlText.Scalar(pin.ToString())}\n");
        }

        if (release.Prompt is { } prompt)
        {
            yaml.Append("    prompt: ").Append(YamlText.Block(prompt, "      ")).Append('\n');
        }

        if (!release.Parameters.Values.IsEmpty)
        {
            yaml.Append("    params:\n");
        }

        foreach ((string name, ParameterValue value) in release.Parameters.Values)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"      {name}: {ValueOf(value)}\n");
        }

        if (release.Contract is { } contract)
        {
            yaml.Append(CultureInfo.InvariantCulture, $"    contract: {YamlText.Scalar(contract.FullName)}\n");
        }

        if (release.Content.AllowFloat)
        {
            yaml.Append("    allow_alias: true\n");
        }
    }

    private static string ValueOf(ParameterValue value) => value switch
    {
        TextsValue texts => $"[{string.Join(", ", texts.Texts.Select(YamlText.Quoted))}]",
        WordValue word => YamlText.Scalar(word.Word),
        _ => value.ToString(),
    };
}

/// <summary>Text as YAML writes it, so that it is read back as the same text.</summary>
internal static class YamlText
{
    /// <summary>Plain where it can be, else in double quotes.</summary>
    public static string Scalar(string text) =>
        text.Length > 0 && char.IsAsciiLetterOrDigit(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/')
        && !text.Equals("null", StringComparison.OrdinalIgnoreCase)
            ? text
            : Quoted(text);

    /// <summary>In double quotes, on one line.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"", text.Length + 2);
        foreach (char c in text)
        {
            switch (c)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append(c);
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case '\t':
                    quoted.Append("\\t");
                    break;
                default:
                    if (IsPrintable(c))
                    {
                        quoted.Append(c);
                    }
                    else
                    {
                        quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}");
                    }

                    break;
            }
        }

        return quoted.Append('"').ToString();
    }

    /// <summary>Several lines as a block under their field; one line, and what a block would not keep, as a scalar.</summary>
    /// <param name="text">The text.</param>
    /// <param name="indent">What stands before each line.</param>
    public static string Block(string text, string indent)
    {
        string[] lines = text.Split('\n');
        bool endsLine = lines[^1].Length == 0;
        string[] content = endsLine ? lines[..^1] : lines;
        bool isKept = content.Length > 0 && content[0].Length > 0 && content[^1].Length > 0 && content.All(IsKept);
        if (!isKept || lines.Length == 1)
        {
            return Scalar(text);
        }

        return (endsLine ? "|" : "|-") + string.Concat(content.Select(line => line.Length == 0 ? "\n" : $"\n{indent}{line}"));
    }

    // A line that begins or ends with white space would be taken for indentation by one reader or another.
    private static bool IsKept(string line) =>
        line.Length == 0 || (line.All(IsPrintable) && !char.IsWhiteSpace(line[0]) && !char.IsWhiteSpace(line[^1]));

    // Without what YAML 1.1 takes for a line break, and without marks that a reader cannot see.
    private static bool IsPrintable(char c) =>
        !char.IsControl(c) && c is not ('\u2028' or '\u2029' or '\ufeff') && !char.IsBetween(c, '\u200b', '\u200f') && !char.IsBetween(c, '\u202a', '\u202e');
}
