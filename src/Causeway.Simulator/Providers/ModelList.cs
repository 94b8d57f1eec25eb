namespace Causeway.Simulator.Providers;

/// <summary>A model that is listed. Any other id is answered too.</summary>
/// <param name="ReleasedOn">Midnight UTC; the dates of the vendors' ids are approximate, those of the simulator invented.</param>
internal sealed record ListedModel(string Id, string Title, DateTimeOffset ReleasedOn, bool Embeds, long InputLimit, long OutputLimit);

internal static class ModelList
{
    private static readonly ListedModel[] Own =
    [
        new("sim-small", "Simulator Small", Day(2026, 1, 1), Embeds: false, 128_000, 16_384),
        new("sim-large", "Simulator Large", Day(2026, 1, 1), Embeds: false, 1_000_000, 64_000),
        new("sim-embed", "Simulator Embed", Day(2026, 1, 1), Embeds: true, 8_192, 1),
    ];

    public static IReadOnlyList<ListedModel> OpenAI { get; } =
    [
        .. Own,
        new("gpt-5.4-mini", "GPT-5.4 mini", Day(2026, 3, 17), Embeds: false, 400_000, 128_000),
        new("gpt-4o-mini", "GPT-4o mini", Day(2024, 7, 18), Embeds: false, 128_000, 16_384),
        new("text-embedding-3-small", "Text Embedding 3 small", Day(2024, 1, 25), Embeds: true, 8_192, 1),
    ];

    public static IReadOnlyList<ListedModel> Anthropic { get; } =
    [
        .. Own.Where(model => !model.Embeds),
        new("claude-sonnet-4-6", "Claude Sonnet 4.6", Day(2026, 2, 17), Embeds: false, 1_000_000, 64_000),
        new("claude-haiku-4-5-20251001", "Claude Haiku 4.5", Day(2025, 10, 1), Embeds: false, 200_000, 64_000),
    ];

    public static IReadOnlyList<ListedModel> Gemini { get; } =
    [
        .. Own,
        new("gemini-2.5-flash", "Gemini 2.5 Flash", Day(2025, 6, 17), Embeds: false, 1_048_576, 65_536),
        new("gemini-3.5-flash", "Gemini 3.5 Flash", Day(2026, 5, 19), Embeds: false, 1_048_576, 65_536),
        new("gemini-embedding-001", "Gemini Embedding 001", Day(2025, 7, 14), Embeds: true, 2_048, 1),
    ];

    public static ListedModel Find(IReadOnlyList<ListedModel> list, string id) =>
        list.FirstOrDefault(model => model.Id == id)
        ?? new ListedModel(id, id, Day(2026, 1, 1), id.Contains("embed", StringComparison.OrdinalIgnoreCase), 128_000, 16_384);

    private static DateTimeOffset Day(int year, int month, int day) => new(year, month, day, 0, 0, 0, TimeSpan.Zero);
}
