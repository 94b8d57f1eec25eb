using System.Globalization;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollouts;
using Causeway.Releases.Routing;
using Causeway.Wire.Errors;
using Microsoft.Extensions.Primitives;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// Which release of a channel answers a request. Allowance for a channel without a rollback or a rollout: one reference that is null, one look for a header
/// that is not there; no allocation, no lock. With one: a hash; nothing is allocated for it but the name of a user that a body holds, and the name of a release that was rolled back, which the answer says.
/// </summary>
internal sealed class FindRelease(CandidateLease lease, TimeProvider time)
{
    /// <summary>Names the release that is to answer, where the caller may choose.</summary>
    public const string PinHeader = "x-causeway-release";

    /// <summary>Names the cohort that a request is of.</summary>
    public const string CohortHeader = "x-causeway-cohort";

    private const int MaxCohort = RolloutPlan.MaxNameLength;

    /// <param name="call">The request.</param>
    /// <param name="caller">Whose it is.</param>
    /// <param name="body">Its body; empty: it has none that could name a user.</param>
    /// <param name="channel">The channel.</param>
    /// <param name="policy">The revision.</param>
    /// <param name="held">What answered its conversation last; null: that is not known.</param>
    /// <param name="release">What answers.</param>
    /// <param name="routed">Why; null: it is what the channel points at, and nothing else came into question.</param>
    /// <returns>Why nothing does; null: something does.</returns>
    public GatewayError? Run(Call call, Caller caller, ReadOnlySpan<byte> body, ServedChannel channel, PolicyRevision policy, ReleaseId? held, out ServedRelease release, out Routed? routed)
    {
        (release, routed) = (channel.Stable, null);
        StringValues pinned = call.Context.Request.Headers[PinHeader];
        if (channel.Image is not { } image)
        {
            return pinned.Count == 0 ? null : Pin(caller, pinned, channel, policy, out _, out _);
        }

        ReleaseId? pin = null;
        ReleaseId? insteadOf = image.Override?.From;
        if (pinned.Count > 0)
        {
            if (Pin(caller, pinned, channel, policy, out pin, out ReleaseId? revoked) is { } wrong)
            {
                return wrong;
            }

            insteadOf = revoked ?? insteadOf;
        }

        if (Text(call, CohortHeader, MaxCohort).Failed(out string? cohort, out GatewayError? error) || Text(call, RequestUnit.SessionHeader, RequestUnit.MaxSession).Failed(out string? session, out error))
        {
            return error;
        }

        RoutingUnit? unit = image.Candidate is null ? null : RequestUnit.Of(image.Routing.UnitKey, session!, caller, call, body);
        Budgets.Keys.Attribution of = caller.Key.Attribution;
        RoutingSubject subject = new(of.Team, of.Feature, of.Environment, cohort!.Length > 0 ? cohort : null, unit, pin, held, image.Continued is null ? null : time.GetUtcNow());
        bool isLeased = lease.IsLive;
        RoutingDecision decision = image.Resolve(subject, isLeased);
        release = channel.Of(decision.Release);
        routed = new Routed(decision.Rule, decision.Draw, image.Candidate is null ? null : image)
        {
            IsLeased = isLeased,
            InsteadOf = decision.Rule is RoutingRule.Override or RoutingRule.Local || (pin is null && pinned.Count > 0) ? insteadOf?.ToString() : null,
        };
        return null;
    }

    // The releases that a channel serves can be named; one that was rolled back is replaced, and the answer says so.
    private static GatewayError? Pin(Caller caller, StringValues pinned, ServedChannel channel, PolicyRevision policy, out ReleaseId? pin, out ReleaseId? revoked)
    {
        (pin, revoked) = (null, null);
        if (pinned is not [{ } text] || !ReleaseIdRange.TryParse(text, out ReleaseIdRange range))
        {
            return new GatewayError(ErrorKind.Malformed, "request_malformed", $"{PinHeader} names one release: rel_ and 64 hex digits, or the first {ReleaseIdRange.MinDigits} or more of them.") { Param = PinHeader };
        }

        if (caller.Key.Attribution.Environment == "prod")
        {
            return new GatewayError(ErrorKind.Forbidden, "release_pin_forbidden", $"This key is for prod, where the channel decides which release answers. Leave {PinHeader} out, or use a key for another environment.") { Param = PinHeader };
        }

        foreach (ServedRelease? served in (ServedRelease?[])[channel.Candidate, channel.Stable, channel.Served])
        {
            if (served is not null && range.Holds(served.Release.Id))
            {
                pin = served.Release.Id;
                return null;
            }
        }

        foreach ((string of, ReleaseId release) in policy.Routing.Revoked)
        {
            if ((of == channel.Channel.Name || of == ChannelRouting.Everywhere) && range.Holds(release))
            {
                revoked = release;
                return policy.Routing.RoutingOf(channel.Channel.Name).PinPolicy == PinPolicy.Substitute ? null : new GatewayError(
                    ErrorKind.Conflict, "release_revoked", $"The release that {PinHeader} names was rolled back, and channel \"{channel.Channel.Name}\" gives no other one in its place (pin_policy: reject). Leave the header out, or name one that it serves: {channel.Served.Name}.")
                { Param = PinHeader };
            }
        }

        return new GatewayError(
            ErrorKind.NotFound, "release_unserved", string.Create(CultureInfo.InvariantCulture, $"Channel \"{channel.Channel.Name}\" does not serve the release that {PinHeader} names; it serves {channel.Served.Name}{(channel.Candidate is { } candidate ? " and " + candidate.Name : "")}."))
        { Param = PinHeader };
    }

    // Empty: the header is not there.
    private static Verdict<string> Text(Call call, string header, int most) => call.Context.Request.Headers[header] switch
    {
        [] => "",
        [{ Length: > 0 } text] when text.Length <= most && !text.AsSpan().ContainsAnyExceptInRange('!', '~') => text,
        _ => new GatewayError(ErrorKind.Malformed, "request_malformed", $"{header} is one text of 1 to {most} visible ASCII characters without blanks.") { Param = header },
    };
}
