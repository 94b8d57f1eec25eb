using System.Text;
using Causeway.Configuration.Fields;

namespace Causeway.Configuration.Reference;

/// <summary>Writes <c>docs/configuration.md</c> from the field table.</summary>
internal static class ReferencePage
{
    /// <summary>The shortest file that starts. A test holds it to that.</summary>
    public const string Smallest =
        """
        store: sqlite:causeway-data/causeway.db
        admin:
          token: ${CAUSEWAY_ADMIN_TOKEN}
        providers:
          - name: openai
            protocol: openai
            key: ${OPENAI_API_KEY}

        """;

    private const string Introduction =
        """
        # Configuration

        <!-- Generated from the field table in src/Causeway/Configuration/Fields. Change that, then run the tests with CAUSEWAY_WRITE_GOLDEN=1. -->

        Infrastructure is in this file, policy is in the store: `causeway up --config causeway.yaml` reads where to listen, where to keep state,
        which providers there are and what bounds hold. Teams, grants, releases and contracts are changed through the admin API, the console and
        the CLI while the server runs.

        The smallest file that starts:

        """;

    private const string Rules =
        """
        ## Rules

        - Every mistake is reported in one run, with file, line and column, and the process ends with exit code 2 before it listens:

          ```
          causeway.yaml:9:17   providers[0].protocol: "antropic" is not a protocol; did you mean "anthropic"? (openai, anthropic, gemini, bedrock, azure-openai or vertex)
          causeway.yaml:14:13  providers[0].timeouts.idle: 90 has no unit; write "90s" (1s to 10m, default 60s)
          ```

        - **Durations** are a whole number and one of `ms`, `s`, `m`, `h`, `d`; **sizes** a whole number and one of `B`, `KB`, `KiB`, `MB`, `MiB`,
          `GB`, `GiB`. A number alone is refused. The field decides what a value means: `yes` is no truth, and quotes change nothing.
        - **References**: `${NAME}` stands for an environment variable, `${NAME:-default}` falls back when it is empty or not set, and `$${` is a
          literal `${`. They are read in the fields whose type says so, and may be a part of the value. A variable's value is never part of a message.
        - **Secrets** are best given as `${NAME}` or as `file:PATH`, a file of up to 64 KiB whose one closing line break is dropped; a relative path
          starts at the folder of this file. A credential that stands in the file itself is accepted with a warning, and is never printed.
        - The file is one YAML document of up to 1 MiB in UTF-8, without anchors, aliases and tags.
        - Editors that know JSON Schema complete and check the file with this first line, where the path leads to
          [causeway.schema.json](causeway.schema.json): `# yaml-language-server: $schema=causeway.schema.json`

        """;

    public static string Write()
    {
        StringBuilder page = new();
        page.Append(Introduction).Append("\n```yaml\n").Append(Smallest).Append("```\n\n").Append(Rules).Append("\n## Fields\n\n");
        WriteSection(page, FieldTable.Root, "");
        page.Append("## Every field\n\nA file that sets each of them. Values are examples, not advice.\n\n```yaml\n").Append(Everything()).Append("```\n");
        return page.ToString();
    }

    /// <summary>A file that sets every field to its example. A test holds it to being a good one.</summary>
    public static string Everything()
    {
        StringBuilder yaml = new();
        WriteExample(yaml, FieldTable.Root, "", "");
        return yaml.ToString();
    }

    private static void WriteSection(StringBuilder page, Section section, string path)
    {
        if (path.Length > 0)
        {
            page.Append("### `").Append(path).Append("`\n\n").Append(section.Summary).Append(Occurrence(section)).Append(section.OnlyForWords).Append("\n\n");
        }

        IEnumerable<Field> fields = section.Members.OfType<Field>();
        if (fields.Any())
        {
            page.Append("| field | value | default | meaning |\n|---|---|---|---|\n");
            foreach (Field field in fields)
            {
                page.Append("| `").Append(field.Name).Append("` | ").Append(Cell(Values(field.AnyType)))
                    .Append(" | ").Append(field.IsRequired ? "**required**" : Cell(field.Standard ?? "none"))
                    .Append(" | ").Append(Cell(field.Summary)).Append(field.OnlyForWords).Append(" |\n");
            }

            page.Append('\n');
        }

        foreach (Section child in section.Members.OfType<Section>())
        {
            WriteSection(page, child, FieldTable.PathOf(path, child));
        }
    }

    private static string Values(IFieldType type)
    {
        string noun = type.Noun == type.Allowed ? "" : type.Noun + ": ";
        string references = type.TakesReferences && !type.Allowed.Contains("${NAME}", StringComparison.Ordinal) ? "; takes ${NAME}" : "";
        return noun + type.Allowed + references;
    }

    private static string Occurrence(Section section) => section.Kind switch
    {
        SectionKind.List => FormattableString.Invariant($" A list of 1 to {section.MaxItems}.{(section.MayBeMissing ? " May be left out as a whole." : "")}"),
        SectionKind.Named => FormattableString.Invariant($" MODEL is the model's name at the provider; up to {section.MaxItems}."),
        SectionKind.Optional => " May be left out as a whole.",
        _ => section.IsRequired ? " **Required.**" : "",
    };

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);

    /// <param name="yaml">Where it is written.</param>
    /// <param name="section">The section.</param>
    /// <param name="first">What stands before its first field: the indentation, or the dash of a list.</param>
    /// <param name="indent">What stands before its other fields.</param>
    private static void WriteExample(StringBuilder yaml, Section section, string first, string indent) =>
        WriteLines(yaml, section.Members.Where(member => member is { StandsApart: false, OnlyFor: [] or [ProtocolWords.OpenAI] }).Select(member => (member, (string?)null)), first, indent);

    private static void WriteLines(StringBuilder yaml, IEnumerable<(Member Member, string? Value)> lines, string first, string indent)
    {
        string before = first;
        foreach ((Member member, string? value) in lines)
        {
            yaml.Append(before).Append(member.Name).Append(':');
            before = indent;
            switch (member)
            {
                case Field field:
                    yaml.Append(' ').Append(value ?? field.Example).Append('\n');
                    break;
                case Section { Kind: SectionKind.List } list:
                    yaml.Append('\n');
                    WriteExample(yaml, list, indent + "  - ", indent + "    ");
                    foreach (IReadOnlyList<(Member Member, string? Value)> item in list.MoreItems)
                    {
                        WriteLines(yaml, item, indent + "  - ", indent + "    ");
                    }

                    break;
                case Section { Kind: SectionKind.Named } named:
                    yaml.Append('\n').Append(indent).Append("  my-model:\n");
                    WriteExample(yaml, named, indent + "    ", indent + "    ");
                    break;
                case Section one:
                    yaml.Append('\n');
                    WriteExample(yaml, one, indent + "  ", indent + "  ");
                    break;
                default:
                    throw new InvalidOperationException($"{member.Name} is neither field nor section.");
            }
        }
    }
}
