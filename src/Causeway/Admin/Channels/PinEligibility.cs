using System.ComponentModel;
using Causeway.Contracts.Conformance;
using Causeway.Gateway.Conformance;
using Causeway.Gateway.Policy;
using Causeway.Releases.Channels;
using Causeway.Releases.Pins;

namespace Causeway.Admin.Channels;

/// <summary>Whether a pin may answer under its channel's rule of conformance, and why not.</summary>
internal sealed record PinEligibility(
    [property: Description("provider/model.")] string Pin,
    [property: Description("The dialect of structured output that it speaks; null: its provider is not configured.")] string? Dialect,
    [property: Description("Fresh measurements show that it holds what the release's contract leaves to it.")] bool Proven,
    [property: Description("It may answer: it is proven, or the channel does not require that.")] bool Eligible,
    [property: Description("What is not proven, one reason each; empty when all is.")] IReadOnlyList<string> Missing)
{
    /// <summary>One for each pin, in order; empty where the release has no contract: what is relied on then depends on each request.</summary>
    public static IReadOnlyList<PinEligibility> Of(ServedChannel served, PolicyRevision policy, LatestConformance latest, DateTimeOffset now) =>
        served.Release.Contract is { } contract && policy.FindContract(contract.FullName) is { } known
            ? [.. served.Release.Pins.Select(pin => Of(pin, known, served.Channel.Conformance, policy, latest, now))]
            : [];

    private static PinEligibility Of(Pin pin, ServedContract contract, ConformanceRule rule, PolicyRevision policy, LatestConformance latest, DateTimeOffset now) =>
        PinProof.Of(pin, contract, policy, latest, now) is { } one
            ? new PinEligibility(pin.ToString(), one.Dialect, one.Proof.IsProven, one.Proof.IsProven || rule != ConformanceRule.Require, one.Proof.Missing)
            : new PinEligibility(pin.ToString(), null, Proven: false, Eligible: false, [$"no provider is called \"{pin.Provider}\""]);
}
