namespace Causeway.Releases.Sentinel;

/// <summary>
/// The prompts among which those are looked for whose first token is nearly a tie (border inputs, Chauvin et al. 2026): short, open between two words, so that a small change of the weights
/// tips them. Which ones are ties differs from model to model; that is what the search is for.
/// </summary>
public static class BorderSearch
{
    private static readonly (string One, string Other)[] s_pairs =
    [
        ("red", "blue"), ("tea", "coffee"), ("cat", "dog"), ("sea", "mountain"), ("left", "right"), ("heads", "tails"), ("summer", "winter"), ("gold", "silver"), ("bread", "rice"), ("train", "plane"),
        ("piano", "violin"), ("oak", "birch"), ("river", "lake"), ("north", "south"), ("even", "odd"), ("salt", "pepper"), ("moon", "sun"), ("book", "film"), ("wool", "silk"), ("apple", "pear"),
        ("Paris", "Rome"), ("iron", "copper"), ("rose", "tulip"), ("chess", "cards"), ("eagle", "owl"), ("north wind", "south wind"), ("pencil", "pen"), ("bridge", "tunnel"), ("cube", "sphere"), ("violet", "green"),
        ("drum", "flute"), ("honey", "sugar"), ("lemon", "lime"), ("hill", "valley"), ("dawn", "dusk"), ("fox", "wolf"), ("stone", "wood"), ("circle", "square"), ("north star", "compass"), ("snow", "rain"),
    ];

    private static readonly string[] s_frames =
    [
        "One word only: {0} or {1}?", "Pick one at random: {0} / {1}. Answer with the word.", "Toss a coin between {0} and {1}. Which?", "{0} or {1}? Say one.", "Choose blindly: {1} or {0}. One word.",
        "Which comes to mind first, {1} or {0}?", "Name one of these two: {0}, {1}.", "Complete with one of the two words ({0}, {1}): I take the", "No reasons, one word: {1} or {0}?", "A stranger says \"{0} or {1}\". You say",
    ];

    /// <summary>The prompts, always the same, in the order in which they are tried.</summary>
    public static IReadOnlyList<string> Prompts { get; } =
        [.. s_frames.SelectMany(frame => s_pairs.Select(pair => string.Format(System.Globalization.CultureInfo.InvariantCulture, frame, pair.One, pair.Other)))];

    /// <summary>Whether a prompt's answers so far are worth a closer look: no answer came every time.</summary>
    public static bool Splits(IReadOnlyCollection<string> answers) => answers.Distinct(StringComparer.Ordinal).Skip(1).Any();

    /// <summary>Of the prompts that were looked at closer, those that are nearest to a tie.</summary>
    /// <param name="answers">Each prompt with its answers.</param>
    /// <returns>The prompts, at most <see cref="SentinelRules.Kept"/>; fewer than <see cref="SentinelRules.LeastKept"/>: there are no border prompts.</returns>
    public static IReadOnlyList<string> Nearest(IEnumerable<(string Prompt, IReadOnlyCollection<string> Answers)> answers) =>
    [
        .. answers.Select(one => (one.Prompt, Share: Top(one.Answers).Share))
            .Where(one => one.Share is > 0 and <= SentinelRules.Tie)
            .OrderBy(one => one.Share)
            .ThenBy(one => one.Prompt, StringComparer.Ordinal)
            .Take(SentinelRules.Kept)
            .Select(one => one.Prompt),
    ];

    /// <summary>A prompt of the baseline; null: it is not a tie after all, or was not answered.</summary>
    public static BorderPrompt? Baseline(string prompt, IReadOnlyCollection<string> answers) =>
        answers.Count == 0 ? null : new BorderPrompt(prompt, Top(answers).Answer, Top(answers).Count, answers.Count);

    private static (string Answer, int Count, double Share) Top(IReadOnlyCollection<string> answers)
    {
        if (answers.Count == 0)
        {
            return ("", 0, 0);
        }

        IGrouping<string, string> top = answers.GroupBy(answer => answer, StringComparer.Ordinal).OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal).First();
        return (top.Key, top.Count(), (double)top.Count() / answers.Count);
    }
}
