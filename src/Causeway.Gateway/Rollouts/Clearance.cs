using System.Runtime.InteropServices;
using Causeway.Gateway.Policy;
using Causeway.Releases.Rollouts;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Whether a call may still be made for the release that it is made for. Asked at the last moment before a request goes upstream, of the policy as it is
/// then and not as it was when the request was resolved: what was rolled back meanwhile is not dispatched. Every path has to bring one.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Clearance(PolicyPublisher policies, CandidateLease lease, ServedRelease? release, Routed? routed = null)
{
    /// <summary>Of calls that no release is behind: Causeway's own, and those of callers who name a model.</summary>
    public static Clearance Free => default;

    /// <summary>The call may not be made. One reference is read, and nothing else where nothing was ever rolled back.</summary>
    public bool IsDenied => release is not null
        && (policies.Current.Routing.IsRevoked(release.Channel, release.Release.Id) || (release.NeedsLease && (!lease.IsLive || IsDrilled)));

    // Of calls that can be made again elsewhere: a drill must not cost anybody an answer.
    private bool IsDrilled => routed is { Decision: var decision } && policies.Current.FindChannel(release!.Channel) is { Image: { } image } && image.Candidate == release.Release.Id && image.Drills(decision.Bucket);

    /// <exception cref="ReleaseRevokedException">The call may not be made.</exception>
    public void Demand()
    {
        if (IsDenied)
        {
            throw new ReleaseRevokedException();
        }
    }
}

/// <summary>The release that a call was to be made for was rolled back. Nothing was sent.</summary>
internal sealed class ReleaseRevokedException : Exception;
