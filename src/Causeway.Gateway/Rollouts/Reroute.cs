using Causeway.Gateway.Conversations;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Upstream;
using Causeway.Releases.Routing;

namespace Causeway.Gateway.Rollouts;

/// <summary>
/// A request whose release was rolled back before anything of an answer reached its caller: it is resolved anew, in the policy as it is now, and sent to
/// what answers instead. What it holds is kept, and grows where the other release may cost more.
/// </summary>
internal sealed class Reroute(PolicyPublisher policies, Resolve resolve, RejoinHistory rejoin, Bind bind)
{
    /// <summary>Rollbacks that one request can meet; who meets more is told to ask again.</summary>
    public const int Most = 3;

    /// <summary>Gives the request another plan.</summary>
    /// <returns>Why there is none; null: there is.</returns>
    public async ValueTask<GatewayError?> RunAsync(Call call, Caller caller, Received received, Course course)
    {
        PolicyRevision policy = policies.Current;
        if ((await resolve.RunAsync(call, caller, received.Body, course.Plan.Asked, policy)).Failed(out Plan? plan, out GatewayError? error)
            || (await rejoin.RunAsync(call, caller, received, plan)).Failed(out plan, out error)
            || ConversationTurn.Fit(call, received, plan).Failed(out plan, out error)
            || bind.Run(call, received, plan, policy).Failed(out plan, out error)
            || EmbeddingSpace.Run(call, received, plan).Failed(out plan, out error)
            || Authorize.Run(call, caller, plan, policy.Classes, received.Scan.OtherModels).Failed(out plan, out error))
        {
            return error;
        }

        if (plan.Release is { } release && plan.Routed?.Rule != RoutingRule.Continued && policy.Routing.IsRevoked(release.Channel, release.Release.Id))
        {
            return Reply.RevokedError with { Message = $"Channel \"{release.Channel}\" has no release that may answer: the one that it points at is in quarantine. The operator rolls the channel back, or points it at another one." };
        }

        plan = Reserve.Capped(caller, received, plan);
        plan = course.Hold!.ClampedTo is { } cap ? plan with { OutputCap = cap } : plan;
        if (await Reserve.CoverAsync(call, received, plan, plan.Pins[0], course.Hold) is { } unheld)
        {
            return Denials.Of(unheld, course.Hold.Grant);
        }

        course.Replan(plan);
        return null;
    }
}
