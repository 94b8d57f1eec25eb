using System.Runtime.InteropServices;
using Causeway.Budgets.Agreements;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Residency;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Whether a call may still be made, for the release that it is made for and with the data that it carries. Asked at the last moment before a request goes upstream, of the policy as it is
/// then and not as it was when the request was resolved: what was rolled back meanwhile is not dispatched, and what no agreement covers does not leave. Every path has to bring one.
/// </summary>
/// <param name="policies">What is in force.</param>
/// <param name="lease">The right to serve candidates; null: no release is behind the call.</param>
/// <param name="course">The request's way: it says the class of its data, and takes what lets it go.</param>
/// <param name="pin">Where it goes.</param>
/// <param name="terms">The terms that it was made up for.</param>
/// <param name="time">The clock.</param>
/// <param name="routed">How its release was found, of calls that can be made again elsewhere; null: of others.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly struct Clearance(PolicyPublisher policies, CandidateLease? lease, Course course, PinRoute pin, UpstreamTerms terms, TimeProvider time, Routed? routed = null)
{
    /// <summary>Of questions that carry no data of anybody: which models there are, whether somebody answers.</summary>
    public static Clearance WithoutData => default;

    /// <summary>The release was rolled back, and the call is of no conversation that goes on with it. One reference is read, and nothing else where nothing was ever rolled back.</summary>
    private bool IsRevoked => course.Plan.Release is { } release
        && ((policies.Current.Routing.IsRevoked(release.Channel, release.Release.Id) && !GoesOn(release)) || (release.NeedsLease && (!lease!.IsLive || IsDrilled(release))));

    /// <exception cref="ReleaseRevokedException">Its release was rolled back.</exception>
    /// <exception cref="NotCoveredException">Nothing lets its data go there.</exception>
    public void Demand()
    {
        if (course is null)
        {
            return;
        }

        if (IsRevoked)
        {
            throw new ReleaseRevokedException();
        }

        PolicyRevision policy = policies.Current;
        DateTimeOffset now = time.GetUtcNow();
        Coverage coverage = Covered.By(policy, pin.Provider, pin.Model, course.DataClass, now)
            ?? throw new NotCoveredException(Covered.Refusal(pin, course.DataClass, by: null, policy, now));
        if (UpstreamTerms.Of(pin.Provider, coverage) != terms)
        {
            throw new NotCoveredException(UpstreamTerms.Changed(pin.Provider));
        }

        course.Cite(coverage);
    }

    // A conversation that its rollback lets go on, asked of what is in force now: the deadline and a later word end it before the call.
    private bool GoesOn(ServedRelease release) =>
        course.Plan.Routed?.Rule == RoutingRule.Continued && policies.Current.FindChannel(release.Channel)?.Image?.Continued is { } gone && gone.Release == release.Release.Id && time.GetUtcNow() < gone.Until;

    // Of calls that can be made again elsewhere: a drill must not cost anybody an answer.
    private bool IsDrilled(ServedRelease release) =>
        routed is { Bucket: var bucket } && policies.Current.FindChannel(release.Channel) is { Image: { } image } && image.Candidate == release.Release.Id && image.Drills(bucket);
}

/// <summary>The release that a call was to be made for was rolled back. Nothing was sent.</summary>
internal sealed class ReleaseRevokedException : Exception;
