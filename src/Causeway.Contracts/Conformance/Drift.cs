namespace Causeway.Contracts.Conformance;

/// <summary>Changes of what was measured: the difference of two consecutive measurements of the same (provider, model, probe).</summary>
public static class Drift
{
    /// <summary>All changes, oldest first.</summary>
    /// <param name="measurements">In any order. What told nothing is passed over, and so are probes that waver with the network.</param>
    /// <param name="since">Only changes from this moment on; measurements from before it are what they are compared with.</param>
    public static IReadOnlyList<DialectChange> Of(IEnumerable<Measurement> measurements, DateTimeOffset since = default)
    {
        var last = new Dictionary<(string, string, string), Measurement>();
        var changes = new List<DialectChange>();
        foreach (Measurement measured in measurements.Where(Tells).OrderBy(one => one.At))
        {
            (string, string, string) key = (measured.Provider, measured.Model, measured.Probe);
            if (last.TryGetValue(key, out Measurement? before) && Between(before, measured) is { } change && change.At >= since)
            {
                changes.Add(change);
            }

            last[key] = measured;
        }

        return changes;
    }

    /// <summary>What changed from one measurement to the next of the same probe; null: nothing.</summary>
    public static DialectChange? Between(Measurement? before, Measurement after) =>
        before is not null && Tells(before) && Tells(after) && before.Verdict != after.Verdict
            ? new DialectChange(after.Provider, after.Model, after.Dialect, after.Probe, before.Verdict, after.Verdict, before.At, after.At, after.Detail)
            : null;

    private static bool Tells(Measurement measured) => measured.Verdict != ProbeVerdict.Inconclusive && ProbeSet.Find(measured.Probe) is not { IsInformational: true };
}

/// <summary>A change of a dialect, as measured.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Model">The model in the provider's words.</param>
/// <param name="Dialect">The dialect's name.</param>
/// <param name="Probe">The probe's id.</param>
/// <param name="From">What it showed before.</param>
/// <param name="To">What it shows now.</param>
/// <param name="FromAt">When it showed that last.</param>
/// <param name="At">When the change was seen; it happened between the two.</param>
/// <param name="Detail">What was seen; null: nothing beyond the verdict.</param>
public sealed record DialectChange(
    string Provider, string Model, string Dialect, string Probe, ProbeVerdict From, ProbeVerdict To, DateTimeOffset FromAt, DateTimeOffset At, string? Detail);
