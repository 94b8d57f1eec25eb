using System.Collections.Concurrent;
using Causeway.Gateway.Books;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Conversations;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Conversations;

/// <summary>
/// Which releases answered conversations, for channels that tell them apart. What was answered is written behind the answer, in groups; until it is written this process knows it all the same.
/// A store that is slow or away is no reason to wait: then nothing is known of a conversation.
/// </summary>
public sealed class ConversationBook : IAsyncDisposable
{
    /// <summary>Conversations that wait to be written. Beyond it they are let go.</summary>
    public const int MaxWaiting = 4096;

    private const int MaxGroup = 256;
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(250);

    private readonly IConversationStore _store;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<ConversationKey, Conversation> _unwritten = new();
    private readonly GroupedWrites<ConversationKey> _writes;
    private readonly PatientReads _reads;
    private readonly OpenTurns<ConversationKey> _open;

    /// <summary>Begins to write what is answered.</summary>
    public ConversationBook(IConversationStore store, TimeProvider time, ILogger<ConversationBook> log)
    {
        (_store, _log) = (store, log);
        _writes = new GroupedWrites<ConversationKey>(MaxWaiting, MaxGroup, WriteAsync);
        _open = new OpenTurns<ConversationKey>(s_patience, time);
        _reads = new PatientReads(s_patience, time, why => LogEvents.ConversationsAway(log, why));
    }

    /// <summary>A conversation; null: nothing is known of it.</summary>
    internal async ValueTask<Conversation?> FindAsync(ConversationKey key, CancellationToken cancellation)
    {
        await _open.SettleAsync(key, cancellation);
        return _unwritten.TryGetValue(key, out Conversation? known) ? known : await _reads.AskAsync(leave => _store.FindAsync(key, leave), cancellation);
    }

    /// <summary>A turn of a conversation is under way, until what is returned is disposed of.</summary>
    internal OpenTurns<ConversationKey>.Turn Begin(ConversationKey key, Func<bool> isAnswered) => _open.Begin(key, isAnswered);

    /// <summary>A conversation was answered.</summary>
    internal void Put(Conversation conversation)
    {
        if (_unwritten.Count >= MaxWaiting)
        {
            return;
        }

        _unwritten[conversation.Key] = conversation; // Before its key: who takes that finds it.
        if (!_writes.TryPut(conversation.Key))
        {
            _unwritten.TryRemove(KeyValuePair.Create(conversation.Key, conversation));
        }
    }

    /// <summary>Returns when all is written that was to be written until now.</summary>
    public Task FlushAsync(CancellationToken cancellation) => _writes.FlushAsync(cancellation);

    /// <summary>Writes what waits, and ends.</summary>
    public ValueTask DisposeAsync() => _writes.DisposeAsync();

    private async Task WriteAsync(List<ConversationKey> keys)
    {
        KeyValuePair<ConversationKey, Conversation>[] group = [.. keys.Distinct().Where(_unwritten.ContainsKey).Select(key => KeyValuePair.Create(key, _unwritten[key]))];
        if (group.Length == 0)
        {
            return;
        }

        try
        {
            await _store.PutAsync([.. group.Select(pair => pair.Value)], CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody waits for it: what is not known of a conversation is taken as changed.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.ConversationsNotWritten(_log, group.Length, failure.Message);
        }

        foreach (KeyValuePair<ConversationKey, Conversation> pair in group)
        {
            _unwritten.TryRemove(pair); // Not a later one, which waits itself.
        }
    }
}
