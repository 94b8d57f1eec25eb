using System.CommandLine;
using Causeway.Admin;
using Causeway.Admin.Releases;

namespace Causeway.Commands;

/// <summary><c>causeway release diff</c></summary>
internal sealed class ReleaseDiffCommand : ClientVerb<ReleaseDifferences>
{
    private const string Prompt = "prompt";
    private readonly Argument<string> _left = new("A") { Description = "A release's id, or its beginning." };
    private readonly Argument<string> _right = new("B") { Description = "Another one's." };

    public ReleaseDiffCommand(Surroundings surroundings)
        : base("diff", "What is different between two releases.", surroundings)
    {
        Add(_left);
        Add(_right);
        Takes([], "causeway release diff rel_0c8f2a9d41e7 rel_77b1e0d2c3aa");
    }

    protected override AdminRequest Ask(ParseResult parsed) => AdminRequest.Get(
        $"/releases/{Uri.EscapeDataString(parsed.GetRequiredValue(_left))}/diff/{Uri.EscapeDataString(parsed.GetRequiredValue(_right))}");

    protected override void Show(ReleaseDifferences answer, Connection connection, Screen screen)
    {
        if (answer.Differences.Count == 0)
        {
            screen.Line("They are the same release.");
            return;
        }

        screen.Table(
            [new("FIELD", ColumnKind.Name), new(ReleaseShowCommand.Short(answer.Left)), new(ReleaseShowCommand.Short(answer.Right))],
            answer.Differences.SelectMany(Rows));
    }

    // A prompt is compared line by line: the first and the last lines that are the same are left out.
    private static IEnumerable<IReadOnlyList<string>> Rows(DifferenceView difference)
    {
        if (difference.Field != Prompt || difference.Left is not { } left || difference.Right is not { } right)
        {
            return [[difference.Field, Cell(difference.Left), Cell(difference.Right)]];
        }

        string[] before = left.Split('\n');
        string[] after = right.Split('\n');
        int shorter = Math.Min(before.Length, after.Length);
        int head = 0;
        while (head < shorter && before[head] == after[head])
        {
            head++;
        }

        int tail = 0;
        while (tail < shorter - head && before[^(tail + 1)] == after[^(tail + 1)])
        {
            tail++;
        }

        string[] gone = before[head..^tail];
        string[] come = after[head..^tail];
        return Enumerable.Range(0, Math.Max(gone.Length, come.Length)).Select(i => (IReadOnlyList<string>)
            [$"{Prompt}:{Figures.Count(head + i + 1)}", Printable.Cut(gone.ElementAtOrDefault(i)), Printable.Cut(come.ElementAtOrDefault(i))]);
    }

    private static string Cell(string? value) => value is null ? "none" : Printable.Cut(value.ReplaceLineEndings(" "));
}
