using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;
using Causeway.Releases.Routing;
using Causeway.Releases.Timeline;

namespace Causeway.Gateway.Rollouts;

/// <summary>What is set of a channel beside where it points.</summary>
public sealed partial class ReleaseDesk
{
    /// <summary>Sets what becomes of a channel's conversations.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="policy">What becomes of them; null: they are not told apart.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <returns>The channel's routing with it; null: there is no channel of that name.</returns>
    public Task<ChannelRouting?> SetConversationsAsync(string channel, ConversationPolicy? policy, string by, CancellationToken cancellation) => ChangeAsync(
        channel,
        (before, at) => before.Conversations == policy && before.Continued is null
            ? null
            : (before.WithoutContinued() with { Conversations = policy }, new TimelineEntry
            {
                At = at,
                Channel = channel,
                Kind = TimelineKind.ConversationsSet,
                Actor = by,
                Detail = policy switch
                {
                    ConversationPolicy.Migrate => "conversations whose release is rolled back go on with what answers then",
                    ConversationPolicy.Reject => "conversations whose release is rolled back are refused",
                    _ => "conversations are not told apart",
                } + (before.Continued is { } gone ? $"; none goes on with {gone.Release} any more" : ""),
            }),
        cancellation);

    // A change that makes none is not written.
    private async Task<ChannelRouting?> ChangeAsync(string channel, Func<ChannelRouting, DateTimeOffset, (ChannelRouting After, TimelineEntry Entry)?> change, CancellationToken cancellation)
    {
        for (int tries = 1; ; tries = Next(tries))
        {
            RoutingState state = await store.LoadAsync(cancellation);
            if (!(await releases.ListChannelsAsync(cancellation)).Any(pointed => pointed.Channel.Name == channel))
            {
                return null;
            }

            DateTimeOffset at = DateTimeOffset.FromUnixTimeMilliseconds(time.GetUtcNow().ToUnixTimeMilliseconds());
            ChannelRouting before = state.Of(channel);
            if (change(before, at) is not ({ } after, { } entry))
            {
                return before;
            }

            IReadOnlyList<Release> spokenOf = await SpokenOfAsync([after], cancellation);
            cancellation.ThrowIfCancellationRequested();
            RoutingOutcome outcome = await store.CommitAsync(new RoutingCommit(state.Revision, at, [after], [], [entry]), CancellationToken.None);
            if (outcome.Committed)
            {
                after = after with { Revision = outcome.Revision };
                Publish(outcome.Revision, outcome.Pointed, [after], spokenOf);
                return after;
            }
        }
    }
}
