using System.Collections.Frozen;

namespace Causeway.Contracts.Conformance;

/// <summary>The newest measurement of every (provider, model, probe), ready to be asked on every request. Immutable and safe to share.</summary>
public sealed class LatestConformance
{
    private readonly FrozenDictionary<(string Provider, string Model, string Probe), Measurement> _byPin;

    private LatestConformance(IEnumerable<Measurement> measurements) => _byPin = measurements
        .GroupBy(one => (one.Provider, one.Model, one.Probe))
        .ToFrozenDictionary(group => group.Key, group => group.MaxBy(one => one.At)!);

    /// <summary>Nothing was measured.</summary>
    public static LatestConformance None { get; } = new([]);

    /// <summary>All of them, in no order.</summary>
    public IReadOnlyList<Measurement> All => _byPin.Values;

    /// <summary>Indexes measurements; of several of one probe the newest stands.</summary>
    public static LatestConformance Of(IEnumerable<Measurement> measurements) => new(measurements);

    /// <summary>What a probe showed last of a pin; null: it was never measured.</summary>
    public Measurement? Find(string provider, string model, string probe) => _byPin.GetValueOrDefault((provider, model, probe));

    /// <summary>These and newer ones.</summary>
    public LatestConformance With(IEnumerable<Measurement> newer) => new(_byPin.Values.Concat(newer));
}
