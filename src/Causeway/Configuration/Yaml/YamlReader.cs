using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Causeway.Configuration.Yaml;

/// <summary>Turns text into nodes that keep their place, and reports what is not plain, single-document YAML.</summary>
/// <remarks>
/// Built on the parser's events, not on its object model: that one resolves aliases (a few hundred bytes can stand for gigabytes), stops at
/// the first duplicate key and gives up what was read before a syntax error.
/// </remarks>
internal sealed class YamlReader
{
    /// <summary>The deepest field of the file lies at six.</summary>
    private const int MaxDepth = 16;

    private readonly string text;
    private readonly Findings findings;
    private readonly Scanner scanner;
    private readonly Parser parser;

    private YamlReader(string text, Findings findings)
    {
        this.text = text;
        this.findings = findings;
        scanner = new Scanner(new StringReader(text), skipComments: true);
        parser = new Parser(scanner);
    }

    public static YamlTree Read(string text, Findings findings) => new YamlReader(text, findings).Read();

    private YamlTree Read()
    {
        YamlNode? root = null;
        try
        {
            Advance();
            Advance();
            if (parser.Current is DocumentStart)
            {
                Advance();
                ReadNode("", 0, node => root = node);
                Advance();
            }

            if (parser.Current is DocumentStart second)
            {
                findings.Error(At(second.Start), "", "starts a second document; one file holds one configuration");
            }

            return new YamlTree(root, IsComplete: true);
        }
        catch (TooDeepException)
        {
            return new YamlTree(root, IsComplete: false);
        }
        catch (YamlException error)
        {
            (Position at, string message) = YamlSyntax.Explain(error, text);
            findings.Error(at, "", message);
            return new YamlTree(root, IsComplete: false);
        }
    }

    /// <summary>Reads the current node and leaves the parser behind it.</summary>
    /// <param name="path">The field, for messages.</param>
    /// <param name="depth">How many nodes lie around it.</param>
    /// <param name="attach">Called before the children are read, so that what precedes a syntax error is kept.</param>
    private void ReadNode(string path, int depth, Action<YamlNode> attach)
    {
        Position at = At(parser.Current!.Start);
        if (depth > MaxDepth)
        {
            findings.Error(at, path, "lies too deep; no field is nested like this");
            throw new TooDeepException();
        }

        if (parser.Current is not AnchorAlias and NodeEvent { Anchor.IsEmpty: false })
        {
            findings.Error(at, path, "has an anchor (&), which is not read; write the value where it is used");
        }

        if (parser.Current is NodeEvent { Tag.IsEmpty: false })
        {
            findings.Error(at, path, "has a tag (!), which is not read; the field decides the type");
        }

        switch (parser.Current)
        {
            case Scalar scalar:
                attach(new YamlScalar(at, scalar.Value, scalar.Style is ScalarStyle.Plain or ScalarStyle.Any));
                Advance();
                break;
            case AnchorAlias:
                findings.Error(at, path, "is an alias (*), which is not read; write the value itself");
                attach(new YamlRefused(at));
                Advance();
                break;
            case SequenceStart:
                YamlSequence sequence = new(at);
                attach(sequence);
                ReadItems(sequence, path, depth);
                break;
            case MappingStart:
                YamlMapping mapping = new(at);
                attach(mapping);
                ReadEntries(mapping, path, depth);
                break;
            default:
                throw Broken("", null);
        }
    }

    private void ReadItems(YamlSequence sequence, string path, int depth)
    {
        Advance();
        while (parser.Current is not SequenceEnd)
        {
            string itemPath = string.Create(CultureInfo.InvariantCulture, $"{path}[{sequence.Items.Count}]");
            ReadNode(itemPath, depth + 1, sequence.Items.Add);
        }

        Advance();
    }

    private void ReadEntries(YamlMapping mapping, string path, int depth)
    {
        Dictionary<string, Position> seen = [];
        Advance();
        while (parser.Current is not MappingEnd)
        {
            YamlNode? key = null;
            ReadNode(path, depth + 1, node => key = node);
            string? name = (key as YamlScalar)?.Text;
            string entryPath = name is null ? path : FieldPath.Child(path, name);
            ReadNode(entryPath, depth + 1, value =>
            {
                if (name is null)
                {
                    // An alias as a name was reported as one.
                    if (key is not YamlRefused)
                    {
                        findings.Error(key!.At, path, $"has {key.Kind} where a field's name belongs");
                    }
                }
                else if (seen.TryGetValue(name, out Position first))
                {
                    findings.Error(
                        key!.At, entryPath, string.Create(CultureInfo.InvariantCulture, $"is already set in line {first.Line}; keep one of the two"));
                }
                else
                {
                    seen.Add(name, key!.At);
                    mapping.Entries.Add(new YamlEntry(name, key.At, value));
                }
            });
        }

        Advance();
    }

    /// <remarks>
    /// Some broken files meet a bug of the parser instead of its own errors: a bracket that is not closed throws at the next colon, and an alias
    /// in the place of a field ends the stream early. Both are syntax errors of the file.
    /// </remarks>
    private void Advance()
    {
        try
        {
            if (!parser.MoveNext() || parser.Current is null)
            {
                throw Broken("", null);
            }
        }
        catch (Exception bug) when (bug is InvalidOperationException or ArgumentException or ArithmeticException or FormatException or IndexOutOfRangeException)
        {
            throw Broken("flow", bug);
        }
    }

    private YamlException Broken(string words, Exception? bug)
    {
        Mark here = scanner.CurrentPosition;
        return new YamlException(here, here, words, bug!);
    }

    private static Position At(Mark mark) => new((int)mark.Line, (int)mark.Column);

    /// <summary>Ends the reading of a file that was reported as too deep.</summary>
    private sealed class TooDeepException : Exception;
}
