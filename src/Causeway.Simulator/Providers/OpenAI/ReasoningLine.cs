namespace Causeway.Simulator.Providers.OpenAI;

/// <summary>What one line of reasoning models takes. Vendor documentation and the API's own refusals, November 2026.</summary>
/// <param name="Id">The id without its date; sizes (<c>-mini</c>) belong to their line.</param>
/// <param name="DefaultEffort">In force where the request names none.</param>
internal sealed record ReasoningLine(string Id, string DefaultEffort)
{
    private static readonly ReasoningLine[] s_all =
    [
        new("o1", "medium") { TakesNone = false },
        new("o3", "medium") { TakesNone = false },
        new("o4-mini", "medium") { TakesNone = false },
        new("gpt-5", "medium") { TakesNone = false },
        new("gpt-5.1", "none"),
        new("gpt-5.2", "none"),
        new("gpt-5.3", "none"),
        new("gpt-5.4", "none") { TakesToolsOnChat = false },
        new("gpt-5.5", "medium") { TakesToolsOnChat = false },
        new("gpt-5.6", "medium") { TakesToolsOnChat = false },
        new("gpt-6", "medium") { TakesToolsOnChat = false },
        new("gpt-6.1", "medium") { TakesToolsOnChat = false },
        new("gpt-6-astra", "medium") { TakesToolsOnChat = false, TakesNone = false },
        new("gpt-6.1-sol", "medium") { TakesToolsOnChat = false, TakesNone = false, TakesMaxOnChat = false },
    ];

    public bool TakesNone { get; init; } = true;

    /// <summary>Whether chat completions takes function tools while the model reasons.</summary>
    public bool TakesToolsOnChat { get; init; } = true;

    public bool TakesMaxOnChat { get; init; } = true;

    /// <returns>Null for a model that does not reason, or of which nothing is known.</returns>
    public static ReasoningLine? Find(string model) => model.EndsWith("-chat-latest", StringComparison.Ordinal)
        ? null
        : s_all.Where(line => model.StartsWith(line.Id, StringComparison.Ordinal) && (model.Length == line.Id.Length || model[line.Id.Length] == '-'))
            .MaxBy(line => line.Id.Length);

    /// <summary>Pro and Codex variants answer Responses only.</summary>
    public static bool AnswersResponsesOnly(string model) =>
        Find(model) is not null && model.Split('-') is var parts && (parts.Contains("pro") || parts.Contains("codex"));
}
