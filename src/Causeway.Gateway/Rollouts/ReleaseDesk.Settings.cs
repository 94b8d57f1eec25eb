using System.Globalization;
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
    /// <param name="policy">What becomes of them; null: they are not told apart, and nothing of them is kept.</param>
    /// <param name="transcripts">For how many seconds what is said in them is kept, 0: it is not; null: as it was.</param>
    /// <param name="by">Who.</param>
    /// <param name="cancellation">Ends the waiting before anything is written.</param>
    /// <returns>The channel's routing with it; null: there is no channel of that name.</returns>
    public Task<ChannelRouting?> SetConversationsAsync(string channel, ConversationPolicy? policy, int? transcripts, string by, CancellationToken cancellation) => ChangeAsync(
        channel,
        (before, at) =>
        {
            int? kept = policy is null ? null : transcripts switch { null => before.TranscriptSeconds, 0 => null, var seconds => seconds };
            return before.Conversations == policy && before.TranscriptSeconds == kept && before.Continued is null
                ? null
                : (before.WithoutContinued() with { Conversations = policy, TranscriptSeconds = kept }, new TimelineEntry
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
                    } + (kept is { } time ? string.Create(CultureInfo.InvariantCulture, $"; what is said in them is kept for {TimeSpan.FromSeconds(time).TotalHours:0.##} h where a provider would keep it alone") : "")
                        + (before.Continued is { } gone ? $"; none goes on with {gone.Release} any more" : ""),
                });
        },
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
