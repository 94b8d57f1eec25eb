namespace Causeway.Releases.Rollback;

/// <summary>What became of the calls that a rollback met, on one instance or on several.</summary>
public sealed record RevokedCalls
{
    /// <summary>Streams and other requests that finish, for as long as <see cref="StreamPolicies.DrainLimit"/> allows.</summary>
    public int DrainingStreams { get; init; }

    /// <summary>Other requests that do.</summary>
    public int DrainingRequests { get; init; }

    /// <summary>Requests that were sent to the other release instead.</summary>
    public int Reissued { get; init; }

    /// <summary>Streams that were ended.</summary>
    public int Cut { get; init; }

    /// <summary>Those of two.</summary>
    public static RevokedCalls operator +(RevokedCalls one, RevokedCalls other) => new()
    {
        DrainingStreams = one.DrainingStreams + other.DrainingStreams,
        DrainingRequests = one.DrainingRequests + other.DrainingRequests,
        Reissued = one.Reissued + other.Reissued,
        Cut = one.Cut + other.Cut,
    };
}

/// <summary>The newest rollback that an instance has applied.</summary>
/// <param name="Revision">The routing revision that it came with.</param>
/// <param name="Calls">What became of the calls that it met there.</param>
public sealed record MetRollback(long Revision, RevokedCalls Calls);
