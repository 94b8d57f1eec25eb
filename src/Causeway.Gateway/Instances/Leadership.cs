namespace Causeway.Gateway.Instances;

/// <summary>
/// Whether this instance does what exactly one has to do: alerts, probes, checkpoints. A process that has its store for itself always does. Of several the store says who does, again and again,
/// and its word holds for a <see cref="Term"/> by the monotonic clock: one that was stopped and goes on, with another in its place, does not lead until it has asked.
/// </summary>
public sealed class Leadership
{
    /// <summary>How long a word of the store holds. Less than the five seconds of silence after which the store lets another take the place.</summary>
    public static readonly TimeSpan Term = TimeSpan.FromSeconds(4);

    private readonly TimeProvider? _time; // Null: it always leads.
    private long _until;

    private Leadership(TimeProvider? time) => _time = time;

    /// <summary>It leads. Safe from any thread.</summary>
    public bool IsLeader => _time is null || _time.GetTimestamp() < Volatile.Read(ref _until);

    /// <summary>Of a process that shares its store with nobody.</summary>
    public static Leadership Alone() => new(time: null);

    /// <summary>Of one among several: it does not lead before it is told.</summary>
    public static Leadership OfSeveral(TimeProvider time) => new(time);

    /// <summary>The store said that this instance leads.</summary>
    /// <param name="asked">When it was asked, as <see cref="TimeProvider.GetTimestamp"/> said: a word that took long holds for less.</param>
    internal void Lead(long asked) => Volatile.Write(ref _until, asked + (long)(Term.TotalSeconds * _time!.TimestampFrequency));

    /// <summary>The store said that another does, or nothing.</summary>
    internal void Follow() => Volatile.Write(ref _until, 0);
}
