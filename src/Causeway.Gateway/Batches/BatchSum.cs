using Causeway.Budgets.Pricing;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Wire.Batches;

namespace Causeway.Gateway.Batches;

/// <summary>What the requests of a batch used, each by the price of its own model. What has no price makes the sum have none: unpriced is not free.</summary>
/// <param name="route">Who answered them.</param>
/// <param name="takenAt">The day whose price holds.</param>
internal sealed class BatchSum(ProviderRoute route, DateTimeOffset takenAt)
{
    private readonly long[] _outcomes = new long[Enum.GetValues<BatchOutcome>().Length];

    /// <summary>Their tokens.</summary>
    public TokenCounts Tokens { get; private set; }

    /// <summary>Nano-USD; null: a model of them has no price.</summary>
    public long? NanoUsd { get; private set; } = 0;

    /// <summary>How many they are.</summary>
    public long Requests => _outcomes.Sum();

    /// <summary>How many came to that.</summary>
    public long Of(BatchOutcome outcome) => _outcomes[(int)outcome];

    public void Add(in BatchResult result)
    {
        _outcomes[(int)result.Outcome]++;
        if (result.Outcome != BatchOutcome.Succeeded)
        {
            return;
        }

        TokenCounts used = Settle.ToCounts(result.Usage);
        Tokens += used;
        bool isRegional = route.Provider.Region is not null || Settle.IsRegional(result.Region);
        NanoUsd += ToolCharges.Of(route, result.Model ?? "", result.Uses, takenAt).With(route.PriceOf(result.Model ?? "", result.Model)?.BatchCostNanoUsd(used, takenAt, isRegional));
    }

    /// <summary>Requests that have no line in the results came to this, all of them.</summary>
    public void AddUnlisted(BatchOutcome outcome, long requests) => _outcomes[(int)outcome] += requests;

    /// <summary>As <c>2 of 3 succeeded, 1 errored</c>.</summary>
    public override string ToString() => string.Join(
        ", ",
        Enum.GetValues<BatchOutcome>().Where(outcome => outcome != BatchOutcome.Succeeded && Of(outcome) > 0).Select(outcome => $"{Of(outcome)} {outcome.ToString().ToLowerInvariant()}")
            .Prepend($"{Of(BatchOutcome.Succeeded)} of {Requests} succeeded"));
}
