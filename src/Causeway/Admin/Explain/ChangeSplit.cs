using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;

namespace Causeway.Admin.Explain;

/// <summary>
/// The difference of cost between two spans, split into what makes it: how many requests there were, which models answered them, how many tokens each took, and what those cost. The parts are whole
/// nano-USD and their sum is the difference, to the last one.
/// </summary>
/// <param name="Volume">More or fewer requests, each at what one cost on average before; all of it where there was nothing before.</param>
/// <param name="Mix">Other models than before answered, each at what a request of it cost before; of a new one at what it costs now.</param>
/// <param name="Price">The list price of a model is another one.</param>
/// <param name="Tokens">More or fewer tokens in a request of the same model, or others of them: less from a cache, more output.</param>
/// <param name="Models">What each model has of it, the largest difference first.</param>
internal sealed record ChangeSplit(long Volume, long Mix, long Price, long Tokens, IReadOnlyList<ModelChange> Models)
{
    /// <summary>Splits it.</summary>
    /// <param name="before">Totals of the span before, by provider and model; without those that reached no provider.</param>
    /// <param name="now">The same of the span that is asked about.</param>
    /// <param name="rates">What a model costs by its list at the beginning of each; null: it is not known, or has no price.</param>
    public static ChangeSplit Of(IReadOnlyList<SpendRow> before, IReadOnlyList<SpendRow> now, Func<string, string, (Rates? Before, Rates? Now)> rates)
    {
        Dictionary<(string, string), SpendRow> was = before.ToDictionary(Key);
        Dictionary<(string, string), SpendRow> isNow = now.ToDictionary(Key);
        decimal requestsBefore = before.Sum(row => row.Requests);
        decimal requestsNow = now.Sum(row => row.Requests);
        long costBefore = before.Sum(row => row.CostNanoUsd);
        long difference = now.Sum(row => row.CostNanoUsd) - costBefore;
        (decimal mix, decimal price) = (0, 0);
        List<ModelChange> models = [];
        foreach ((string provider, string model) in was.Keys.Union(isNow.Keys))
        {
            SpendRow? old = was.GetValueOrDefault((provider, model));
            SpendRow? current = isNow.GetValueOrDefault((provider, model));
            (decimal oldRequests, decimal newRequests) = (old?.Requests ?? 0, current?.Requests ?? 0);
            decimal each = oldRequests > 0 ? old!.CostNanoUsd / oldRequests : current!.CostNanoUsd / newRequests;
            decimal own = requestsBefore == 0 ? 0 : (newRequests - (requestsNow * oldRequests / requestsBefore)) * each;
            decimal priced = oldRequests > 0 && current is not null && rates(provider, model) is ({ } then, { } today) ? At(current, today) - At(current, then) : 0;
            mix += own;
            price += priced;
            models.Add(new ModelChange(provider, model, old, current, Round(priced)));
        }

        // What is left of the difference is the tokens', so that nothing is lost to rounding.
        long volume = requestsBefore == 0 ? difference : Round((requestsNow - requestsBefore) * costBefore / requestsBefore);
        (long mixed, long dearer) = (Round(mix), Round(price));
        return new ChangeSplit(volume, mixed, dearer, difference - volume - mixed - dearer, [.. models.OrderByDescending(one => Math.Abs(one.Difference)).ThenBy(one => one.Provider, StringComparer.Ordinal).ThenBy(one => one.Model, StringComparer.Ordinal)]);
    }

    private static (string Provider, string Model) Key(SpendRow row) => (row.Group[0], row.Group[1]);

    private static decimal At(SpendRow row, Rates rates) =>
        (((decimal)row.InputTokens * rates.Input) + ((decimal)row.CacheReadTokens * (rates.CacheRead ?? rates.Input)) + ((decimal)row.CacheWriteTokens * (rates.CacheWrite5m ?? rates.Input))
        + ((decimal)(row.OutputTokens - row.ReasoningTokens) * rates.Output) + ((decimal)row.ReasoningTokens * (rates.Reasoning ?? rates.Output))) / 1_000_000;

    private static long Round(decimal nano) => (long)decimal.Round(nano);
}

/// <summary>What one model cost in both spans.</summary>
/// <param name="Provider">Whose.</param>
/// <param name="Model">Its name.</param>
/// <param name="Before">Its totals before; null: it answered nothing.</param>
/// <param name="Now">Its totals now; null: it answers nothing.</param>
/// <param name="PriceNanoUsd">How much of the difference is another list price.</param>
internal sealed record ModelChange(string Provider, string Model, SpendRow? Before, SpendRow? Now, long PriceNanoUsd)
{
    /// <summary>What it costs more, or less.</summary>
    public long Difference => (Now?.CostNanoUsd ?? 0) - (Before?.CostNanoUsd ?? 0);
}
