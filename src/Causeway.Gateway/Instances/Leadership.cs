namespace Causeway.Gateway.Instances;

/// <summary>Whether this instance does what exactly one has to do: alerts, probes, checkpoints. A process that has its store for itself always does.</summary>
public sealed class Leadership
{
    private volatile bool _isLeader;

    private Leadership(bool isLeader) => _isLeader = isLeader;

    /// <summary>It leads.</summary>
    public bool IsLeader
    {
        get => _isLeader;
        internal set => _isLeader = value;
    }

    /// <summary>Of a process that shares its store with nobody.</summary>
    public static Leadership Alone() => new(isLeader: true);

    /// <summary>Of one among several: it does not lead before it is told.</summary>
    public static Leadership OfSeveral() => new(isLeader: false);
}
