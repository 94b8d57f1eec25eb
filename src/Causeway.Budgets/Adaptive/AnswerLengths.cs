using System.Runtime.InteropServices;
using Causeway.Budgets.Runaway;

namespace Causeway.Budgets.Adaptive;

/// <summary>
/// How long the answers of a feature's calls of a model are, from what providers reported of those that were settled: what is held of a stream at first, and how much of it
/// the text that was seen stands for. In memory, of each process its own. Safe for use by several threads at once.
/// </summary>
public sealed class AnswerLengths
{
    /// <summary>Settled calls before anything is said of a pair.</summary>
    public const int MinSettled = 100;

    /// <summary>Pairs of feature and model that are remembered; one that comes beyond them is not measured.</summary>
    public const int MaxPairs = 4_096;

    // Of a few words the tokens around them say more than the words.
    private const long MinTextBytes = 64;

    private readonly Dictionary<(string Feature, string Model), Pair> _pairs = [];
    private readonly Lock _gate = new();

    /// <summary>Learns from a stream whose provider reported what it generated.</summary>
    /// <param name="feature">Whose.</param>
    /// <param name="model">As it was called, <c>provider/model</c>.</param>
    /// <param name="outputTokens">Generated, reasoning included.</param>
    /// <param name="textBytes">Bytes of text that were seen of it.</param>
    public void Observe(string feature, string model, long outputTokens, long textBytes)
    {
        if (outputTokens < 1)
        {
            return;
        }

        lock (_gate)
        {
            if (!_pairs.ContainsKey((feature, model)) && _pairs.Count >= MaxPairs)
            {
                return;
            }

            ref Pair? pair = ref CollectionsMarshal.GetValueRefOrAddDefault(_pairs, (feature, model), out _);
            pair ??= new Pair(new CostQuantile(), new CostQuantile());
            pair.Tokens.Add(outputTokens);
            if (textBytes >= MinTextBytes)
            {
                pair.TokensOfText.Add(Math.Max(1, Math.Min(outputTokens, long.MaxValue / 4_096) * 1_024 / textBytes));
            }
        }
    }

    /// <summary>What is known of a pair; null: too little.</summary>
    public AnswerLength? Of(string feature, string model)
    {
        lock (_gate)
        {
            return _pairs.TryGetValue((feature, model), out Pair? pair) && pair.Tokens.Count >= MinSettled && pair.TokensOfText.Count >= MinSettled
                ? new AnswerLength(pair.Tokens.Above(1), pair.TokensOfText.Above(1))
                : null;
        }
    }

    private sealed record Pair(CostQuantile Tokens, CostQuantile TokensOfText);
}

/// <summary>How long answers are.</summary>
/// <param name="Tokens">99 of 100 generated no more than this; at most a quarter above the true number.</param>
/// <param name="TokensOfText">Tokens of 1,024 bytes of text that was seen, reasoning that was not seen among them: of 99 of 100 no more than this.</param>
public readonly record struct AnswerLength(long Tokens, long TokensOfText);
