using System.Collections.Immutable;
using Causeway.Contracts.Compilation;

namespace Causeway.Contracts.Conformance;

/// <summary>What a compiled contract leaves to the provider, as the probes that measure it. <see cref="CompiledContract.Reliance"/> is made once; immutable.</summary>
/// <param name="Enforced">Probes that have to show enforcement.</param>
/// <param name="Taken">Probes of what is sent although Causeway enforces it itself: enough that it is not rejected.</param>
/// <param name="Impossible">Why the dialect cannot carry the contract at all.</param>
public sealed record Reliance(ImmutableArray<string> Enforced, ImmutableArray<string> Taken, ImmutableArray<string> Impossible)
{
    /// <summary>Reads it from what is sent, not from the canonical schema: a keyword that was rewritten is no longer relied on.</summary>
    public static Reliance Of(CompiledContract compiled)
    {
        if (!compiled.Impossible.IsEmpty)
        {
            return new Reliance([], [], [.. compiled.Impossible.Select(one => $"{(one.Path.Length == 0 ? "/" : one.Path)}: {one.Why}")]);
        }

        // A tool, JSON mode and the prompt hold nothing: what has to be known is that documents arrive by them at all.
        if (compiled.Carrier != Carrier.Format)
        {
            return new Reliance([ProbeIds.Carrier], [], []);
        }

        HashSet<string> lost = [.. compiled.Losses.Select(loss => loss.Feature).Distinct().SelectMany(FeatureProbes.OfFeature)];
        lost.Remove(ProbeIds.Basic); // The carrier itself: without it nothing that is enforced afterwards has anything to work on.
        IReadOnlySet<string> sent = FeatureProbes.Of(compiled.Schema);
        return new Reliance([.. sent.Where(probe => !lost.Contains(probe))], [.. sent.Where(lost.Contains)], []);
    }
}
