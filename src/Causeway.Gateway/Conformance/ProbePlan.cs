using Causeway.Budgets.Pricing;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Policy;

namespace Causeway.Gateway.Conformance;

/// <summary>A model at a provider, to be probed.</summary>
/// <param name="Route">The provider and the way to it.</param>
/// <param name="Model">The model in the provider's words.</param>
public sealed record ProbePin(ProviderRoute Route, string Model)
{
    /// <summary>The dialect that it is expected to speak.</summary>
    public string Dialect => DialectNames.Of(Route.Provider, Model);

    /// <summary><c>provider/model</c>.</summary>
    public override string ToString() => $"{Route.Provider.Name}/{Model}";
}

/// <summary>What is to be probed, and what it may cost.</summary>
/// <param name="Pins">The models; those of one provider are probed one after another.</param>
/// <param name="Probes">The probes, in the order in which they are sent.</param>
/// <param name="MaxNanoUsd">The most that the priced models may cost together, nano-USD; no call is made that could go beyond.</param>
public sealed record ProbePlan(IReadOnlyList<ProbePin> Pins, IReadOnlyList<Probe> Probes, long MaxNanoUsd)
{
    /// <summary>The most that may be asked for where nothing else is said: 0.50 USD.</summary>
    public const long DefaultMaxNanoUsd = Rates.NanoPerUsd / 2;

    /// <summary>The probes that are sent where none are named: all but those that have to be.</summary>
    public static IReadOnlyList<Probe> DefaultProbes { get; } = [.. ProbeSet.All.Where(probe => !probe.IsOptIn)];

    /// <summary>What it takes at most, before anything is sent.</summary>
    public IReadOnlyList<ProbeEstimate> Estimate(DateTimeOffset at) => [.. Pins.Select(pin => new ProbeEstimate(
        pin,
        Probes.Sum(probe => probe.Calls),
        Probes.Sum(probe => (long)probe.Calls * probe.InputCeiling),
        Probes.Sum(probe => (long)probe.Calls * probe.OutputCap),
        Ceiling(pin, at) is { } ceiling ? Probes.Sum(ceiling) : null))];

    /// <summary>What one probe of a pin costs at most, nano-USD; null: the model is unpriced.</summary>
    internal static Func<Probe, long>? Ceiling(ProbePin pin, DateTimeOffset at)
    {
        // A price without a rate for that day is none.
        ModelPrice? price = pin.Route.PriceOf(pin.Model, null);
        bool regional = pin.Route.Provider.Region is not null;
        return price?.CostNanoUsd(default, at, null, regional) is null
            ? null
            : probe => probe.Calls * Math.Max(CostOf(probe, reasoning: 0), CostOf(probe, reasoning: probe.OutputCap));

        long CostOf(Probe probe, long reasoning) =>
            price.CostNanoUsd(new TokenCounts(probe.InputCeiling, 0, 0, 0, 0, 0, probe.OutputCap, reasoning), at, null, regional)!.Value;
    }
}

/// <summary>What probing one model takes at most.</summary>
/// <param name="Pin">The model.</param>
/// <param name="Calls">Calls; a provider's failures may be tried again.</param>
/// <param name="InputTokens">Tokens sent.</param>
/// <param name="OutputTokens">Tokens of answers, each up to its cap.</param>
/// <param name="NanoUsd">Nano-USD; null: the model is unpriced, so that only tokens bound it.</param>
public sealed record ProbeEstimate(ProbePin Pin, int Calls, long InputTokens, long OutputTokens, long? NanoUsd);
