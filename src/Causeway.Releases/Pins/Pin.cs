namespace Causeway.Releases.Pins;

/// <summary>One model at one provider.</summary>
/// <param name="Provider">The provider's name in this deployment.</param>
/// <param name="Model">The id as it is sent to the provider.</param>
/// <param name="Class">How firmly the id names one set of weights, as it was known when the release was made. Not part of a release's identity.</param>
public sealed record Pin(string Provider, string Model, PinClass Class)
{
    /// <summary>As it is written: <c>provider/model</c>.</summary>
    public override string ToString() => $"{Provider}/{Model}";
}

/// <summary>How firmly an id names one set of weights.</summary>
public enum PinClass
{
    /// <summary>The vendor promises one fixed version under this id.</summary>
    Snapshot,

    /// <summary>An alias: the vendor may point it at other weights at any time.</summary>
    Float,

    /// <summary>No alias, but the vendor publishes no dated id: it cannot be pinned any firmer.</summary>
    Undated,

    /// <summary>The catalogue does not know the id.</summary>
    Unknown,
}
