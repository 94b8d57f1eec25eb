using Causeway.Contracts.Compilation;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Pins;
using Causeway.Releases.Readiness;
using Causeway.Releases.Releases;

namespace Causeway.Gateway.Conformance;

/// <summary>Whether measurements show that a pin holds its release's contract.</summary>
/// <param name="Pin">The pin.</param>
/// <param name="Dialect">The dialect of structured output that it speaks.</param>
/// <param name="Proof">Whether it does; what is missing otherwise.</param>
public sealed record PinProof(Pin Pin, string Dialect, Proof Proof)
{
    /// <summary>Looks at one pin; null: its provider is not configured.</summary>
    public static PinProof? Of(Pin pin, ServedContract contract, PolicyRevision policy, LatestConformance latest, DateTimeOffset now, ContractCache? cache = null)
    {
        if (policy.FindProvider(pin.Provider) is not { } route)
        {
            return null;
        }

        string dialect = DialectNames.Of(route.Provider, pin.Model);
        return new PinProof(pin, dialect, Eligibility.Of(contract.Contract.Schema, dialect, pin.Provider, pin.Model, latest, now, cache: cache));
    }

    /// <summary>Looks at a release as its channel would have it answer; null: it has no contract that is registered, or the channel does not ask.</summary>
    public static ContractProof? Of(ConformanceRule rule, Release release, PolicyRevision policy, LatestConformance latest, DateTimeOffset now, ContractCache? cache = null)
    {
        if (rule == ConformanceRule.Off || release.Contract is not { } named || policy.FindContract(named.FullName) is not { } contract)
        {
            return null;
        }

        PinProof[] proofs = [.. release.Pins.Select(pin => Of(pin, contract, policy, latest, now, cache)).OfType<PinProof>()];
        return new ContractProof(
            rule == ConformanceRule.Require,
            [.. proofs.Where(one => !one.Proof.IsProven).Select(one => $"{one.Pin}, {one.Proof.Missing[0]}")],
            proofs.Any(one => one.Proof is { IsProven: true, Until: null }) ? null : proofs.Max(one => one.Proof.Until));
    }
}
