namespace Causeway.Releases.Readiness;

/// <summary>Where the last word on each channel's readiness is kept. Safe to call from many threads.</summary>
public interface IReadinessStore
{
    /// <summary>Keeps a report in the place of the channel's last one.</summary>
    Task PutAsync(ReadinessReport report, CancellationToken cancellation);

    /// <summary>A channel's last report; null: there is none.</summary>
    Task<ReadinessReport?> FindAsync(string channel, CancellationToken cancellation);

    /// <summary>The last report of every channel that has one, in no order.</summary>
    Task<IReadOnlyList<ReadinessReport>> ListAsync(CancellationToken cancellation);
}
