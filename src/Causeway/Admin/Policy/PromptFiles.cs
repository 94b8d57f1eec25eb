using System.Globalization;
using System.Text;
using Causeway.Configuration.Yaml;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Causeway.Admin.Policy;

/// <summary>
/// Puts the text of files into a policy document where it says <c>prompt_file</c>, since the server does not see the files of whoever applies it.
/// What is put in stays on its line and the columns before it stay, so that the server's messages fit the document as it was written.
/// </summary>
internal sealed class PromptFiles
{
    private const string Field = "prompt_file";
    private const string Replacement = "prompt";
    private readonly Func<string, (string? Text, string? Problem)> _read;
    private readonly string _source;
    private readonly List<(int Start, int End, string Text)> _edits = [];
    private readonly List<string> _problems = [];

    private PromptFiles(string source, Func<string, (string? Text, string? Problem)> read) => (_source, _read) = (source, read);

    /// <summary>Puts the files in.</summary>
    /// <param name="yaml">The document.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <param name="read">A file's text, or the end of a sentence that says why there is none.</param>
    /// <returns>The document without references to files, and one line for each file that cannot be read.</returns>
    public static (string Text, IReadOnlyList<string> Problems) Inline(string yaml, string source, Func<string, (string? Text, string? Problem)> read)
    {
        var files = new PromptFiles(source, read);
        try
        {
            files.Walk(new Parser(new Scanner(new StringReader(yaml), skipComments: true)));
        }
        catch (Exception broken) when (broken is YamlException or InvalidOperationException or ArgumentException or ArithmeticException or FormatException or IndexOutOfRangeException)
        {
            // The document is no YAML from here on, or meets a bug of the parser (see YamlReader). The server says where and why.
        }

        return (files.Edit(yaml), files._problems);
    }

    private void Walk(Parser parser)
    {
        parser.Consume<StreamStart>();
        if (!parser.TryConsume<DocumentStart>(out _))
        {
            return;
        }

        EachEntry(parser, part => IfNamed(parser, part, PolicyReader.Releases, _ =>
            EachEntry(parser, label =>
                EachEntry(parser, field => IfNamed(parser, field, Field, name => Replace(parser, name, label.Value))))));
    }

    private static void EachEntry(Parser parser, Action<Scalar> value)
    {
        if (!parser.TryConsume<MappingStart>(out _))
        {
            parser.SkipThisAndNestedEvents();
            return;
        }

        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (parser.TryConsume<Scalar>(out Scalar? name))
            {
                value(name);
            }
            else
            {
                // A list or a group where a name belongs: nothing of ours is below it.
                parser.SkipThisAndNestedEvents();
                parser.SkipThisAndNestedEvents();
            }
        }
    }

    private static void IfNamed(Parser parser, Scalar name, string wanted, Action<Scalar> value)
    {
        if (name.Value == wanted)
        {
            value(name);
        }
        else
        {
            parser.SkipThisAndNestedEvents();
        }
    }

    private void Replace(Parser parser, Scalar name, string label)
    {
        if (parser.Current is not Scalar { Style: ScalarStyle.Plain or ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted, Value.Length: > 0 } file)
        {
            parser.SkipThisAndNestedEvents(); // The server says what is wrong with it.
            return;
        }

        parser.Consume<Scalar>();
        (string? text, string? problem) = _read(file.Value);
        if (text is null)
        {
            _problems.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{_source}:{file.Start.Line}:{file.Start.Column}  {FieldPath.Child(PolicyReader.Releases, label)}.{Field}: {Shown.Quoted(file.Value)} {problem}"));
            return;
        }

        _edits.Add(((int)name.Start.Index, (int)name.End.Index, Replacement.PadRight((int)(name.End.Index - name.Start.Index))));
        _edits.Add(((int)file.Start.Index, (int)file.End.Index, YamlText.Quoted(text)));
    }

    private string Edit(string yaml)
    {
        var edited = new StringBuilder();
        int at = 0;
        foreach ((int start, int end, string text) in _edits)
        {
            edited.Append(yaml, at, start - at).Append(text);
            at = end;
        }

        return edited.Append(yaml, at, yaml.Length - at).ToString();
    }
}
