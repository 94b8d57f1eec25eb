namespace Causeway.Configuration.Yaml;

/// <summary>Names of fields as messages print them: <c>providers[1].headers."x y"</c>.</summary>
internal static class FieldPath
{
    public static string Child(string parent, string name)
    {
        string shown = name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') && name.Length <= Shown.MaxLength
            ? name
            : Shown.Quoted(name);
        return parent.Length == 0 ? shown : parent + "." + shown;
    }
}

/// <summary>Text of the file as messages print it.</summary>
internal static class Shown
{
    public const int MaxLength = 60;

    /// <summary>In quotes, cut to <see cref="MaxLength"/>, with nothing that a terminal would obey.</summary>
    public static string Quoted(string text)
    {
        string cut = text.Length > MaxLength ? text[..MaxLength] + "…" : text;
        return "\"" + string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '\uFFFD' : c)) + "\"";
    }

    /// <summary>Numbers bare, everything else in quotes.</summary>
    public static string Value(string text) =>
        text.Length is > 0 and <= 20 && text.All(c => char.IsAsciiDigit(c) || c is '.' or '-') ? text : Quoted(text);

    /// <summary><c>a, b or c</c></summary>
    public static string Either(IReadOnlyList<string> words) =>
        words.Count < 2 ? string.Concat(words) : string.Join(", ", words.Take(words.Count - 1)) + " or " + words[^1];
}
