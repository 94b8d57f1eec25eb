namespace Causeway.Configuration.Yaml;

/// <summary>A place in the file, both numbers from 1.</summary>
internal readonly record struct Position(int Line, int Column)
{
    /// <summary>The file as a whole.</summary>
    public static Position Whole => default;
}

/// <summary>A piece of the file that knows where it stands. Values stay as they are written: the field decides what they mean.</summary>
internal abstract class YamlNode(Position at)
{
    public Position At { get; } = at;

    /// <summary>What it is, for a message.</summary>
    public abstract string Kind { get; }
}

/// <summary>Text, with escapes and quotes resolved.</summary>
internal sealed class YamlScalar(Position at, string text, bool isPlain) : YamlNode(at)
{
    public string Text { get; } = text;

    public override string Kind => IsEmpty ? "nothing" : "a single value";

    /// <summary>True for what YAML calls null: nothing at all, <c>~</c> or <c>null</c>, without quotes.</summary>
    public bool IsEmpty { get; } = isPlain && text is "" or "~" or "null" or "Null" or "NULL";
}

internal sealed class YamlSequence(Position at) : YamlNode(at)
{
    public List<YamlNode> Items { get; } = [];

    public override string Kind => "a list";
}

internal sealed class YamlMapping(Position at) : YamlNode(at)
{
    /// <summary>Entries with different names.</summary>
    public List<YamlEntry> Entries { get; } = [];

    public override string Kind => "a group of fields";
}

/// <summary>Something that was already reported, so that nobody reports it again.</summary>
internal sealed class YamlRefused(Position at) : YamlNode(at)
{
    public override string Kind => "a refused value";
}

internal readonly record struct YamlEntry(string Name, Position NameAt, YamlNode Value);

/// <summary>What a file holds.</summary>
/// <param name="Root">Null when it holds nothing.</param>
/// <param name="IsComplete">False when reading ended at a syntax error: what seems missing may stand behind it.</param>
internal sealed record YamlTree(YamlNode? Root, bool IsComplete);
