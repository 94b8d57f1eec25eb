using Causeway.Admin;
using Spectre.Console;

namespace Causeway.Commands;

/// <summary>
/// What a person sees. One layout everywhere: on a terminal with one accent colour, elsewhere plain. Lines are as long as they
/// need to be: an id or a key that is broken over two lines cannot be copied.
/// </summary>
/// <param name="output">Where it is written.</param>
/// <param name="style">Colours and bold are wanted.</param>
internal sealed class Screen(TextWriter output, bool style)
{
    private const int NeverWrap = 1000;
    private const int BarWidth = 20;
    private static readonly Style s_accent = new(Color.Teal);
    private static readonly Style s_strong = new(decoration: Decoration.Bold);
    private static readonly Style s_quiet = new(Color.Grey);

    /// <summary>A line.</summary>
    public void Line(string text = "") => output.WriteLine(Printable.Of(text));

    /// <summary>A line that is to be seen first.</summary>
    public void Accent(string text) => Write(new Text(Printable.Of(text), new Style(Color.Teal, decoration: Decoration.Bold)));

    /// <summary>A remark.</summary>
    public void Remark(string text) => Write(new Text(Printable.Of(text), s_quiet));

    /// <summary>Names and values, one pair to a line.</summary>
    public void Pairs(params IEnumerable<(string Name, string Value)> pairs)
    {
        (string Name, string Value)[] all = [.. pairs];
        int width = all.Max(pair => pair.Name.Length);
        foreach ((string name, string value) in all)
        {
            Line($"  {name.PadRight(width)}  {value}");
        }
    }

    /// <summary>A table with a heading for each column; the total, when there is one, closes it.</summary>
    public void Table(IReadOnlyList<Column> columns, IEnumerable<IReadOnlyList<string>> rows, IReadOnlyList<string>? total = null)
    {
        Table table = new Table().Border(TableBorder.None);
        foreach (Column column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column.Heading, s_quiet))
            {
                Alignment = column.Kind == ColumnKind.Number ? Justify.Right : Justify.Left,
                Padding = new Padding(0, 0, 2, 0),
                NoWrap = true,
            });
        }

        foreach (IReadOnlyList<string> row in rows)
        {
            table.AddRow(row.Select((cell, i) => new Text(Printable.Of(cell), StyleOf(columns[i].Kind))));
        }

        if (total is not null)
        {
            table.AddRow(total.Select(cell => new Text(Printable.Of(cell), s_strong)));
        }

        Write(table);
    }

    /// <summary>A bar for a share from 0 to 1.</summary>
    public static string Bar(double share)
    {
        const string eighths = " ▏▎▍▌▋▊▉";
        int filled = (int)Math.Round(Math.Clamp(share, 0, 1) * BarWidth * 8);
        return new string('█', filled / 8) + (filled % 8 > 0 ? eighths[filled % 8] : "");
    }

    /// <summary>A bar for a part of a whole, at its place: both are shares from 0 to 1. Every part is seen, however small.</summary>
    public static string Bar(double from, double share)
    {
        int blank = Math.Min((int)(Math.Clamp(from, 0, 1) * BarWidth), BarWidth - 1);
        return new string(' ', blank) + Bar(Math.Clamp(share, 1 / (BarWidth * 8.0), 1 - ((double)blank / BarWidth)));
    }

    private static Style StyleOf(ColumnKind kind) => kind is ColumnKind.Name or ColumnKind.Bar ? s_accent : Style.Plain;

    private void Write(Spectre.Console.Rendering.IRenderable shown)
    {
        var rendered = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = style ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = style ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(rendered),
        });
        console.Profile.Width = NeverWrap;
        console.Profile.Capabilities.Unicode = true;
        console.Write(shown);
        foreach (string line in rendered.ToString().TrimEnd('\n').Split('\n'))
        {
            output.WriteLine(line.TrimEnd());
        }
    }
}

/// <summary>A column of a table.</summary>
/// <param name="Heading">What is above it.</param>
/// <param name="Kind">How its cells look.</param>
internal sealed record Column(string Heading, ColumnKind Kind = ColumnKind.Plain);

/// <summary>How a column looks.</summary>
internal enum ColumnKind
{
    /// <summary>Text.</summary>
    Plain,

    /// <summary>Text by which the row is known.</summary>
    Name,

    /// <summary>Aligned right.</summary>
    Number,

    /// <summary>A bar.</summary>
    Bar,
}
