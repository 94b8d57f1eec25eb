namespace Causeway.Simulator.Answers;

/// <summary>How likely the model says a token was. The tokens are the pieces of the text, the numbers made up from their place.</summary>
internal sealed record Likelihood(string Token, double LogProbability)
{
    private const int MaxAlternatives = 20;

    /// <summary>Sixteenths, so that every way to write them reads back the same.</summary>
    public static Likelihood At(int place, string token) => new(token, -0.0625 * (1 + (place % 8)));

    /// <summary>The token itself first, then others that were less likely.</summary>
    public IEnumerable<Likelihood> Alternatives(int count) =>
        Enumerable.Range(0, Math.Clamp(count, 0, MaxAlternatives)).Select(i => i == 0 ? this : new Likelihood($"{Token}~{i}", LogProbability - i));
}
