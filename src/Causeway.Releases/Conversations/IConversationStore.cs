using Causeway.Releases.Releases;

namespace Causeway.Releases.Conversations;

/// <summary>Where it is kept which releases answered conversations. Safe to call from many threads.</summary>
public interface IConversationStore
{
    /// <summary>A conversation; null: nothing is known of it.</summary>
    Task<Conversation?> FindAsync(ConversationKey key, CancellationToken cancellation);

    /// <summary>Keeps conversations as they are now, unless a later answer of one is kept already. All in one transaction.</summary>
    Task PutAsync(IReadOnlyList<Conversation> conversations, CancellationToken cancellation);

    /// <summary>Counts conversations of a channel that a release answered last, and not before a moment, by what <see cref="ConversationTarget.Of"/> says of each.</summary>
    Task<ConversationCounts> CountAsync(string channel, ReleaseId release, ConversationTarget target, DateTimeOffset since, CancellationToken cancellation);

    /// <summary>Forgets conversations that were answered last before a moment.</summary>
    /// <returns>How many.</returns>
    Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation);
}
