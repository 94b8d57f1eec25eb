using System.Collections.Concurrent;
using System.Threading.Channels;
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
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(2);

    private readonly IConversationStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<ConversationKey, Conversation> _unwritten = new();
    private readonly Channel<(ConversationKey? Key, TaskCompletionSource? Done)> _waiting =
        Channel.CreateBounded<(ConversationKey?, TaskCompletionSource?)>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    private readonly Task _writing;
    private long _awayUntil = long.MinValue;

    /// <summary>Begins to write what is answered.</summary>
    public ConversationBook(IConversationStore store, TimeProvider time, ILogger<ConversationBook> log)
    {
        (_store, _time, _log) = (store, time, log);
        _writing = WriteAllAsync();
    }

    /// <summary>A conversation; null: nothing is known of it.</summary>
    internal async ValueTask<Conversation?> FindAsync(ConversationKey key, CancellationToken cancellation)
    {
        if (_unwritten.TryGetValue(key, out Conversation? known))
        {
            return known;
        }

        if (_time.GetTimestamp() < Volatile.Read(ref _awayUntil))
        {
            return null;
        }

        using CancellationTokenSource patience = new(s_patience, _time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return await _store.FindAsync(key, limit.Token).WaitAsync(limit.Token);
        }
#pragma warning disable CA1031 // Whatever it is, the request is answered without; the store's own parts say what is wrong with it.
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _awayUntil, _time.GetTimestamp() + (long)(s_pause.TotalSeconds * _time.TimestampFrequency));
            LogEvents.ConversationsAway(_log, failure.Message);
            return null;
        }
    }

    /// <summary>A conversation was answered.</summary>
    internal void Put(Conversation conversation)
    {
        if (_unwritten.Count >= MaxWaiting)
        {
            return;
        }

        _unwritten[conversation.Key] = conversation; // Before its key: who takes that finds it.
        if (!_waiting.Writer.TryWrite((conversation.Key, null)))
        {
            _unwritten.TryRemove(KeyValuePair.Create(conversation.Key, conversation));
        }
    }

    /// <summary>Returns when all is written that was to be written until now.</summary>
    public async Task FlushAsync(CancellationToken cancellation)
    {
        TaskCompletionSource done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await _waiting.Writer.WriteAsync((null, done), cancellation);
        await done.Task.WaitAsync(cancellation);
    }

    /// <summary>Writes what waits, and ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteAllAsync()
    {
        List<TaskCompletionSource> told = [];
        while (await _waiting.Reader.WaitToReadAsync(CancellationToken.None))
        {
            HashSet<ConversationKey> keys = [];
            while (keys.Count < MaxGroup && _waiting.Reader.TryRead(out (ConversationKey? Key, TaskCompletionSource? Done) next))
            {
                if (next.Key is { } key)
                {
                    keys.Add(key);
                }
                else
                {
                    told.Add(next.Done!);
                }
            }

            await WriteAsync(keys);
            told.ForEach(done => done.TrySetResult());
            told.Clear();
        }
    }

    private async Task WriteAsync(HashSet<ConversationKey> keys)
    {
        KeyValuePair<ConversationKey, Conversation>[] group = [.. keys.Where(_unwritten.ContainsKey).Select(key => KeyValuePair.Create(key, _unwritten[key]))];
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
