namespace Causeway.Contracts.Conformance;

/// <summary>Where measured conformance is kept, every measurement for ever: drift is the difference of two.</summary>
public interface IConformanceStore
{
    /// <summary>Keeps measurements, all or none.</summary>
    Task AddAsync(IReadOnlyList<Measurement> measurements, CancellationToken cancellation);

    /// <summary>The newest measurement of every (provider, model, probe).</summary>
    Task<IReadOnlyList<Measurement>> LatestAsync(CancellationToken cancellation);

    /// <summary>All measurements since a time, oldest first.</summary>
    Task<IReadOnlyList<Measurement>> SinceAsync(DateTimeOffset since, CancellationToken cancellation);
}

/// <summary>What one probe showed of one pin.</summary>
/// <param name="Provider">The provider's name.</param>
/// <param name="Model">The model in the provider's words.</param>
/// <param name="Region">Where it is bound to process; null: not bound.</param>
/// <param name="Dialect">The dialect's name.</param>
/// <param name="Probe">The probe's id.</param>
/// <param name="Verdict">What it showed.</param>
/// <param name="At">When.</param>
/// <param name="Detail">The provider's words where it refused, cut to 256 characters; null: none.</param>
/// <param name="ReplyDigest">SHA-256 of the reply's shape, hex; null: no reply.</param>
public sealed record Measurement(
    string Provider, string Model, string? Region, string Dialect, string Probe, ProbeVerdict Verdict, DateTimeOffset At, string? Detail, string? ReplyDigest);
