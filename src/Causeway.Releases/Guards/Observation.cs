using System.Runtime.InteropServices;

namespace Causeway.Releases.Guards;

/// <summary>What becomes of what is seen of rollouts.</summary>
public enum EvidenceMode
{
    /// <summary>It is counted, and is over with the process.</summary>
    Memory,

    /// <summary>It is counted at once, and written so that the next process knows it.</summary>
    Kept,

    /// <summary>It is written, and counted when it is read: by every instance, all of what all have seen.</summary>
    Shared,
}

/// <summary>Bad in which ways: one bit for each guard, in their order.</summary>
[Flags]
public enum Bad
{
    /// <summary>In none.</summary>
    None = 0,

    /// <summary>See <see cref="GuardKind.Error"/>.</summary>
    Error = 1 << GuardKind.Error,

    /// <summary>See <see cref="GuardKind.Timeout"/>.</summary>
    Timeout = 1 << GuardKind.Timeout,

    /// <summary>See <see cref="GuardKind.ContractInvalid"/>.</summary>
    ContractInvalid = 1 << GuardKind.ContractInvalid,

    /// <summary>See <see cref="GuardKind.Refusal"/>.</summary>
    Refusal = 1 << GuardKind.Refusal,

    /// <summary>See <see cref="GuardKind.Empty"/>.</summary>
    Empty = 1 << GuardKind.Empty,

    /// <summary>See <see cref="GuardKind.Truncated"/>.</summary>
    Truncated = 1 << GuardKind.Truncated,

    /// <summary>See <see cref="GuardKind.Latency"/>.</summary>
    Latency = 1 << GuardKind.Latency,

    /// <summary>See <see cref="GuardKind.Length"/>.</summary>
    Length = 1 << GuardKind.Length,

    /// <summary>See <see cref="GuardKind.Cost"/>.</summary>
    Cost = 1 << GuardKind.Cost,

    /// <summary>In a way that rolls back.</summary>
    Wrong = Error | Timeout | ContractInvalid | Refusal | Empty | Truncated,
}

/// <summary>One request that ended, as guards see it.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct Observation
{
    /// <summary>The request.</summary>
    public required Guid Request { get; init; }

    /// <summary>The candidate answered it; false: base did.</summary>
    public required bool IsCandidate { get; init; }

    /// <summary>Where its unit stands; null: it was not drawn, and only tripwires count it.</summary>
    public int? Bucket { get; init; }

    /// <summary>The probability with which units were assigned to the candidate then, 0 to 1.</summary>
    public double Share { get; init; }

    /// <summary>In which ways it was bad, as far as that is known without base's.</summary>
    public Bad Bad { get; init; }

    /// <summary>What is bad about it may be the caller's own doing: its provider did not take the request.</summary>
    public bool MayBeCallers { get; init; }

    /// <summary>It broke its contract; null: it has none.</summary>
    public bool? IsInvalid { get; init; }

    /// <summary>To its first byte where it is a stream, to its end where it is not; null: it was not answered.</summary>
    public long? LatencyMicroseconds { get; init; }

    /// <summary>Tokens that were generated; null: not known.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>What it cost; null: not known.</summary>
    public long? NanoUsd { get; init; }
}
