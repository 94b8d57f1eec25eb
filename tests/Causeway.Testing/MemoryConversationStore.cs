using System.Collections.Concurrent;
using Causeway.Releases.Conversations;
using Causeway.Releases.Releases;

namespace Causeway.Testing;

/// <summary>Conversations in memory; away while it is told to be.</summary>
internal sealed class MemoryConversationStore : IConversationStore
{
    private readonly ConcurrentDictionary<ConversationKey, Conversation> _all = new();

    public bool Away { get; set; }

    public Task<Conversation?> FindAsync(ConversationKey key, CancellationToken cancellation)
    {
        Check();
        return Task.FromResult(_all.GetValueOrDefault(key));
    }

    public Task PutAsync(IReadOnlyList<Conversation> conversations, CancellationToken cancellation)
    {
        Check();
        foreach (Conversation conversation in conversations)
        {
            _all.AddOrUpdate(conversation.Key, conversation, (_, before) => conversation.LastTurnAt >= before.LastTurnAt ? conversation : before);
        }

        return Task.CompletedTask;
    }

    public Task<ConversationCounts> CountAsync(string channel, ReleaseId release, ConversationTarget target, DateTimeOffset since, CancellationToken cancellation)
    {
        Check();
        long Of(Portability portability) => _all.Values.Count(one => one.Key.Channel == channel && one.Last == release && one.LastTurnAt >= since && target.Of(one) == portability);
        return Task.FromResult(new ConversationCounts(Of(Portability.P0), Of(Portability.P1), Of(Portability.P3)));
    }

    public Task<long> DropBeforeAsync(DateTimeOffset before, CancellationToken cancellation)
    {
        Check();
        return Task.FromResult((long)_all.Values.Count(one => one.LastTurnAt < before && _all.TryRemove(KeyValuePair.Create(one.Key, one))));
    }

    private void Check()
    {
        if (Away)
        {
            throw new IOException("The store is away.");
        }
    }
}
