namespace Causeway.Wire.Anthropic.Messages;

/// <summary>Sentences for what the protocol has no member for.</summary>
internal static class MessagesInstructions
{
    public const string JsonObject = "Answer with exactly one JSON object and nothing else: no text before or after it, and no code fence around it.";

    /// <summary>The wish for a short or a long answer; null where there is none.</summary>
    public static string? OfVerbosity(string? verbosity) => verbosity switch
    {
        "low" => "Keep the answer short.",
        "high" => "Give a long and detailed answer.",
        _ => null,
    };

    /// <summary>The wish for a call.</summary>
    /// <param name="tool">Of this tool; null: of any.</param>
    public static string OfCall(string? tool) =>
        tool is null ? "Call at least one of the tools before you answer." : $"Call the tool \"{tool}\" before you answer.";
}
