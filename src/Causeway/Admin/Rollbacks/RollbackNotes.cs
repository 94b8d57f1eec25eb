using Causeway.Gateway.Conversations;
using Causeway.Gateway.Policy;
using Causeway.Gateway.Readiness;
using Causeway.Gateway.Rollouts;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Releases.Rollback;

namespace Causeway.Admin.Rollbacks;

/// <summary>What is said beside a rollback: what live conversations lose, and what it would change in money and capacity.</summary>
internal sealed class RollbackNotes(IConversationStore conversations, IReleaseStore releases, PolicyPublisher policies, OutlookReader outlooks, ReadinessDesk readiness, RollbackAllowance allowance, TimeProvider time)
{
    public async Task<ConversationCounts> ConversationsAsync(RollbackResult result, RollbackOrder order, bool dryRun)
    {
        ConversationCounts live = new(0, 0, 0);
        foreach (RolledBackChannel channel in result.Channels)
        {
            try
            {
                ConversationTarget target = await releases.FindAsync(new ReleaseIdRange(channel.To, channel.To), CancellationToken.None) is [{ } to] ? ConversationTargets.Of(to, policies.Current) : ConversationTarget.Unknown;
                ConversationCounts some = await conversations.CountAsync(channel.Channel, channel.From, target, time.GetUtcNow() - Conversation.LiveFor, CancellationToken.None);
                bool areRefused = (order.Conversations ?? policies.Current.Routing.RoutingOf(channel.Channel).Conversations) == ConversationPolicy.Reject;
                live = areRefused
                    ? live with { P3 = live.P3 + some.P0 + some.P1 + some.P3 }
                    : new ConversationCounts(live.P0 + some.P0, live.P1 + some.P1, live.P3 + some.P3);
            }
#pragma warning disable CA1031 // The rollback is committed and told; that conversations cannot be counted does not undo it.
            catch (Exception) when (!dryRun)
#pragma warning restore CA1031
            {
                break;
            }
        }

        return live;
    }

    public async Task<IReadOnlyList<RollbackOutlookView>> OutlookAsync(RollbackResult planned)
    {
        List<RollbackOutlookView> views = [];
        foreach (RolledBackChannel channel in planned.Channels)
        {
            views.Add(RollbackOutlookView.Of(
                await outlooks.ReadAsync(channel.Channel, channel.From, channel.To, CancellationToken.None),
                await readiness.TargetAsync(channel.Channel, channel.To, CancellationToken.None),
                allowance.Percent));
        }

        return views;
    }
}
