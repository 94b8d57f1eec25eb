using Causeway.Gateway.Conversations;
using Causeway.Releases.Conversations;
using Causeway.Wire.Errors;

namespace Causeway.Gateway.Flow;

/// <summary>Keeps a candidate to what base reads, where the rollout's plan says so: what it answers can go back to base at any time.</summary>
internal static class WithinBase
{
    // Of what nobody has counted yet. Texts have more bytes to a token, and few have fewer: on the strict side.
    private const int BytesPerToken = 3;

    /// <summary>Why a request does not go to the candidate, nor to anybody; null: it is not too long, or goes to base.</summary>
    public static GatewayError? Refuse(Received received, Plan plan, Policy.PolicyRevision policy)
    {
        if (plan is not { Routed.Rollout: { Plan.WithinBase: true } rollout, Release.Release: { } release, Channel.Release: { } basis } || release.Id != rollout.Candidate)
        {
            return null;
        }

        ConversationTarget there = ConversationTargets.Of(basis, policy);
        long tokens = plan.Conversation?.Before?.TokensOf(received.Scan.BodyLength) ?? received.Scan.BodyLength / BytesPerToken;
        return tokens > there.Window
            ? new GatewayError(
                ErrorKind.Malformed, "context_length_exceeded", $"The request is about {tokens} tokens long. Channel \"{plan.Asked}\" is being rolled out within what its release before reads, which is {there.Window}. Send a shorter history.")
            : null;
    }
}
