using Causeway.Releases.Pins;
using Causeway.Releases.Releases;

namespace Causeway.Gateway.Policy;

/// <summary>Which pins make vectors. Vectors of different models do not compare: what is searched with one is to be indexed with the same.</summary>
public static class EmbeddingPins
{
    /// <summary>True when one release makes vectors and the other makes none that compare with them.</summary>
    public static bool Part(PolicyRevision policy, Release one, Release other) => Part(policy, one.Pins[0], other.Pins[0]);

    /// <summary>The same of two pins.</summary>
    public static bool Part(PolicyRevision policy, Pin one, Pin other) => one.Model != other.Model && (Embeds(policy, one) || Embeds(policy, other));

    // As far as its price says so: it bills what goes in, and nothing that comes out. Of a model without a price it is not known.
    private static bool Embeds(PolicyRevision policy, Pin pin) => policy.FindProvider(pin.Provider)?.PriceOf(pin.Model, null)?.List is { Output: 0, Input: > 0 };
}
