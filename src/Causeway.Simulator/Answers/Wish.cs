using System.Text.Json;
using Causeway.Simulator.Providers;

namespace Causeway.Simulator.Answers;

/// <summary>What a prompt makes the model want to answer: the text after a marker, to the end of the message, without the white space around it.</summary>
internal static class Wish
{
    /// <summary>In the last user message: for the answer to that message.</summary>
    public const string Once = "ANSWER-WITH:";

    /// <summary>In any message: for every answer of the conversation.</summary>
    public const string Always = "ANSWER-ALWAYS-WITH:";

    private const int MaxDepth = 64;

    // Where the parts of a conversation stand, whatever the protocol; a schema's texts wish nothing.
    private static readonly string[] s_conversation = ["messages", "input", "contents", "system", "instructions", "systemInstruction", "system_instruction"];

    /// <returns>Null where nothing is wished for. A tool's result is a later message than the one that asked for it, so the wish of that one is over.</returns>
    public static string? Of(Ask ask) =>
        !ask.HasToolResult && After(ask.Said, Once) is { } once ? once
        : s_conversation.Select(name => ask.Body.Member(name) is { } part ? Find(part, 0) : null).LastOrDefault(wish => wish is not null);

    /// <summary>A prompt without its wish: what it says of tools.</summary>
    public static string Without(string said) =>
        said.IndexOf(Once, StringComparison.Ordinal) is >= 0 and int once ? said[..once]
        : said.IndexOf(Always, StringComparison.Ordinal) is >= 0 and int always ? said[..always]
        : said;

    private static string? After(string text, string marker) =>
        text.IndexOf(marker, StringComparison.Ordinal) is >= 0 and int at ? text[(at + marker.Length)..].Trim() : null;

    /// <summary>The last text with the marker.</summary>
    private static string? Find(JsonElement value, int depth) => value.ValueKind switch
    {
        JsonValueKind.String => After(value.GetString()!, Always),
        JsonValueKind.Array when depth < MaxDepth => value.EnumerateArray().Select(item => Find(item, depth + 1)).LastOrDefault(wish => wish is not null),
        JsonValueKind.Object when depth < MaxDepth => value.EnumerateObject().Select(member => Find(member.Value, depth + 1)).LastOrDefault(wish => wish is not null),
        _ => null,
    };
}
