namespace Causeway.Releases.Rollback;

/// <summary>What becomes of requests that a release is answering when it is rolled back.</summary>
public enum StreamPolicy
{
    /// <summary>They finish, within <see cref="StreamPolicies.DrainLimit"/>; what runs longer is cut.</summary>
    Drain,

    /// <summary>Those of which nothing reached the caller yet are sent to the other release, once; the others drain.</summary>
    Reissue,

    /// <summary>Those of which nothing reached the caller yet are sent to the other release; the others end at once with an error.</summary>
    Cut,
}

/// <summary>Bounds of the policies.</summary>
public static class StreamPolicies
{
    /// <summary>How long an answer of a release may go on after it was rolled back.</summary>
    public static TimeSpan DrainLimit { get; } = TimeSpan.FromSeconds(30);
}
