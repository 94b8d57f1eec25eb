using System.CommandLine;
using System.Text;
using Causeway.Admin.Policy;

namespace Causeway.Commands;

/// <summary><c>causeway apply</c></summary>
internal sealed class ApplyCommand : ClientVerb<AppliedPolicy>
{
    private const string StandardInput = "-";
    private static readonly Column[] s_columns = [new("WHAT"), new("NAME", ColumnKind.Name), new("CHANGE"), new("FROM"), new("TO")];

    private readonly Option<string> _file = new("--file", "-f") { HelpName = "FILE", Required = true, Description = "The document (YAML); \"-\" is what comes in on standard input." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Say what it would change, and change nothing." };
    private readonly Surroundings _surroundings;
    private string _text = "";

    public ApplyCommand(Surroundings surroundings)
        : base("apply", "Make releases and point channels as a document says: all of it, or nothing.", surroundings)
    {
        _surroundings = surroundings;
        Takes([_file, _dryRun], "causeway apply -f policy.yaml --dry-run", "causeway apply -f policy.yaml", "causeway export | causeway apply -f -");
    }

    protected override string? Prepare(ParseResult parsed)
    {
        string source = SourceOf(parsed)!;
        string file = parsed.GetRequiredValue(_file);
        (string? text, string? problem) = file == StandardInput ? ReadInput() : TextFile.Read(file);
        if (text is null)
        {
            return $"{source} {problem}.";
        }

        string folder = file == StandardInput ? Environment.CurrentDirectory : Path.GetDirectoryName(Path.GetFullPath(file))!;
        (_text, IReadOnlyList<string> problems) = PromptFiles.Inline(text, source, prompt => TextFile.Read(Path.Combine(folder, prompt)));
        return problems.Count == 0 ? null : string.Join('\n', problems);
    }

    protected override string? SourceOf(ParseResult parsed) => parsed.GetRequiredValue(_file) is var file && file == StandardInput ? "stdin" : file;

    protected override AdminRequest Ask(ParseResult parsed) =>
        new(HttpMethod.Put, parsed.GetValue(_dryRun) ? "/policy?dry_run=true" : "/policy", Encoding.UTF8.GetBytes(_text), "application/yaml");

    protected override void Show(AppliedPolicy answer, Connection connection, Screen screen)
    {
        IReadOnlyList<string>[] rows = [.. answer.Releases.Select(Row), .. answer.Channels.Select(Row)];
        if (answer.Releases.All(release => release.Change == PolicyChange.Unchanged) && answer.Channels.All(channel => channel.Change == PolicyChange.Unchanged))
        {
            screen.Line("Everything is as the document says already.");
        }
        else
        {
            screen.Line(answer.DryRun ? "Nothing was changed. It would be:" : $"Applied: routing revision {Figures.Count(answer.RoutingRevision)}");
        }

        if (rows.Length > 0)
        {
            screen.Line();
            screen.Table(s_columns, rows);
        }

        foreach (string warning in answer.Releases.SelectMany(release => release.Warnings).Distinct())
        {
            screen.Remark($"{warning}.");
        }
    }

    private static string[] Row(AppliedRelease release) => ["release", release.Label, Word(release.Change), "", ReleaseShowCommand.Short(release.Id)];

    private static string[] Row(AppliedChannel channel) =>
        ["channel", channel.Name, Word(channel.Change), channel is { Change: PolicyChange.Moved, From: { } from } ? ReleaseShowCommand.Short(from) : "", ReleaseShowCommand.Short(channel.Release)];

    private static string Word(PolicyChange change) => change switch
    {
        PolicyChange.Made => "made",
        PolicyChange.Moved => "moved",
        _ => "",
    };

    private (string? Text, string? Problem) ReadInput()
    {
        using Stream input = _surroundings.Input();
        return TextFile.Read(input);
    }
}
