namespace Causeway.Acceptance.Processes;

/// <summary>What <c>causeway up</c> prints, as a person reads it.</summary>
internal sealed record Welcome(string Text)
{
    /// <summary>The last line: from then on everything is said.</summary>
    public const string End = "Ctrl-C ends it";

    /// <summary>Where inference is served.</summary>
    public Uri Address => new(After("is listening on"));

    public Uri OpenAI => new(After("  OpenAI"));

    public Uri Anthropic => new(After("  Anthropic"));

    public Uri Gemini => new(After("  Google Gen AI"));

    /// <summary>Where the admin API is served.</summary>
    public Uri Admin => new(After("  Admin API"));

    /// <summary>The console, with the link that signs in once where there is one.</summary>
    public Uri Console => new(After("  Open "));

    public string DataFolder => After("  Data");

    /// <summary>The first key, or what is said in its place.</summary>
    public string FirstKey => After("  First key");

    /// <summary>The administrator's token, or what is said in its place.</summary>
    public string AdminToken => After("  Admin token");

    /// <summary>The command to paste, all its lines.</summary>
    public string Curl
    {
        get
        {
            string[] lines = Text.Split('\n');
            int start = Array.FindIndex(lines, line => line.TrimStart().StartsWith("curl ", StringComparison.Ordinal));
            int end = Array.FindIndex(lines, start, line => !line.EndsWith('\\'));
            return string.Join('\n', lines[start..(end + 1)]);
        }
    }

    private string After(string words) =>
        Text.Split('\n').FirstOrDefault(line => line.Contains(words, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(words, StringComparison.Ordinal) + words.Length)..].Trim()
            : throw new InvalidOperationException($"\"{words.Trim()}\" is not in what causeway up printed:\n{Text}");
}
