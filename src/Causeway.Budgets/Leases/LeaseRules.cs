namespace Causeway.Budgets.Leases;

/// <summary>
/// How large a lease is, and for how long it is what. A lease is a part of a budget that one instance holds for one leaf, so that it decides there without asking the
/// others (docs/decisions/0024-leases-on-the-chain.md).
/// </summary>
public sealed record LeaseRules
{
    /// <summary>From its taking to its end by the store's clock.</summary>
    public TimeSpan Life { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>So long before its end its holder stops using it, by its own steady clock, counted from before it asked.</summary>
    public TimeSpan Margin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>So long after its end others take what is left of it as in doubt.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After so long another takes its place, and its rest goes back.</summary>
    public TimeSpan Renewal { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a live instance has to give back what was recalled, until it is not waited for.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>After a recall the leaf is decided directly for so long.</summary>
    public TimeSpan Rest { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Calls a second of one leaf on one instance from which on it is worth a lease, 1 or more.</summary>
    public int CallsPerSecond { get; init; } = 10;

    /// <summary>The smallest lease, in calls of the size that the leaf's calls have.</summary>
    public int LeastCalls { get; init; } = 8;

    /// <summary>A lease is at most this part of what is left, for each instance: 4 is a fourth.</summary>
    public int Spread { get; init; } = 4;

    /// <summary>A lease is at most this part of the limit: 50 is 2 %.</summary>
    public int SmallestPart { get; init; } = 50;

    /// <summary>Where less is left than so many of the smallest lease for each instance, every decision is made directly.</summary>
    public int EdgeChunks { get; init; } = 8;

    /// <summary>How many calls a lease of one limit holds: <c>clamp(remaining / (4·N), c_min, 2 % of the limit)</c>, and none where less than <c>8·N·c_min</c> is left.</summary>
    /// <param name="remaining">What is left of the limit, in its meter's unit.</param>
    /// <param name="amount">The limit.</param>
    /// <param name="unit">What a call of the leaf takes of it, 1 or more.</param>
    /// <param name="instances">Instances that share it, 1 or more.</param>
    /// <returns>0: it is decided directly.</returns>
    public long CallsOf(long remaining, long amount, long unit, int instances)
    {
        Int128 least = (Int128)LeastCalls * unit;
        long most = amount / SmallestPart;
        if (remaining < EdgeChunks * instances * least || most < least)
        {
            return 0;
        }

        return (long)(Int128.Clamp(remaining / (Spread * instances), least, most) / unit);
    }
}
