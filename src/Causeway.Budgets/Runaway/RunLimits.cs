namespace Causeway.Budgets.Runaway;

/// <summary>What a run may come to. Null: no limit of that kind.</summary>
/// <param name="Calls">Calls that are let through, 1 or more.</param>
/// <param name="Depth">How deep runs may start runs; the first is at depth 1.</param>
/// <param name="WallTime">From the run's first call.</param>
/// <param name="NanoUsd">Nano-USD of calls: what those that have ended cost, and what is held for those under way.</param>
public sealed record RunLimits(long? Calls, int? Depth, TimeSpan? WallTime, long? NanoUsd)
{
    /// <summary>200 calls, depth 8, one hour; money is limited by the grant alone.</summary>
    public static RunLimits Default { get; } = new(200, 8, TimeSpan.FromHours(1), null);

    /// <summary>No limit of any kind.</summary>
    public static RunLimits None { get; } = new(null, null, null, null);
}

/// <summary>Which limit of a run was reached.</summary>
public enum RunLimit
{
    /// <summary><see cref="RunLimits.Calls"/>.</summary>
    Calls,

    /// <summary><see cref="RunLimits.Depth"/>.</summary>
    Depth,

    /// <summary><see cref="RunLimits.WallTime"/>.</summary>
    WallTime,

    /// <summary><see cref="RunLimits.NanoUsd"/>.</summary>
    Money,
}
