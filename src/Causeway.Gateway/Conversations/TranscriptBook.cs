using System.Collections.Concurrent;
using Causeway.Budgets.Keys.Capabilities;
using Causeway.Gateway.Books;
using Causeway.Gateway.Telemetry;
using Causeway.Releases.Conversations;
using Microsoft.Extensions.Logging;

namespace Causeway.Gateway.Conversations;

/// <summary>
/// What was said in conversations whose history a provider keeps, on channels that keep it too. It is sealed and written behind the answer, in groups; until it is written this process knows it all
/// the same. While the store is away nothing is known of a conversation.
/// </summary>
public sealed class TranscriptBook : IAsyncDisposable
{
    /// <summary>Bytes of a request, and of an answer as it is sent, of which a transcript is kept at most.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Bytes that wait to be written at most. Beyond it they are let go.</summary>
    public const int MaxWaitingBytes = 64 * 1024 * 1024;

    private const int MaxWaiting = 4096;
    private const int MaxGroup = 32;
    private const int MaxTurns = 1000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2); // What is not known here ends a conversation.
    private static readonly TimeSpan s_readingPatience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_writingPatience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan[] s_again = [.. new[] { 25, 75, 150, 250, 500 }.Select(ms => TimeSpan.FromMilliseconds(ms))];

    private readonly ITranscriptStore _store;
    private readonly TranscriptSeal _seal;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ConcurrentDictionary<(string Team, string Response), TranscriptHead> _unwritten = new();
    private readonly GroupedWrites<Unsealed> _writes;
    private readonly PatientReads _heads;
    private readonly PatientReads _chains;
    private readonly OpenTurns<string> _open;
    private long _waitingBytes;

    /// <summary>Begins to write what is said.</summary>
    public TranscriptBook(ITranscriptStore store, MasterKeys masters, TimeProvider time, ILogger<TranscriptBook> log)
    {
        (_store, _seal, _time, _log) = (store, new TranscriptSeal(masters), time, log);
        _writes = new GroupedWrites<Unsealed>(MaxWaiting, MaxGroup, WriteAsync);
        _open = new OpenTurns<string>(s_writingPatience, time);
        _heads = new PatientReads(s_patience, time, why => LogEvents.TranscriptsAway(log, why));
        _chains = new PatientReads(s_readingPatience, time, why => LogEvents.TranscriptsAway(log, why));
    }

    /// <summary>Of which conversation an answer is; null: it is not kept, or the store does not say.</summary>
    /// <param name="team">Whose it is.</param>
    /// <param name="response">Its id.</param>
    /// <param name="isAwaited">Another instance may be about to write it, and nothing can be done without: it is looked for again for a moment.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    internal async ValueTask<TranscriptHead?> FindAsync(string team, string response, bool isAwaited, CancellationToken cancellation)
    {
        TranscriptHead? head = await LookAsync(team, response, cancellation);
        if (head is null && await _open.SettleAsync(team, cancellation))
        {
            head = await LookAsync(team, response, cancellation);
        }

        for (int i = 0; head is null && isAwaited && i < s_again.Length; i++)
        {
            await Task.Delay(s_again[i], _time, cancellation);
            head = await LookAsync(team, response, cancellation);
        }

        return head;
    }

    /// <summary>An answer of a team is under way of which a transcript will be kept, until what is returned is disposed of.</summary>
    internal OpenTurns<string>.Turn Begin(string team, Func<bool> isAnswered) => _open.Begin(team, isAnswered);

    /// <summary>All that was said until an answer, the first turn first, and the highest class of data that any of it was said to belong to.</summary>
    /// <param name="team">Whose it is.</param>
    /// <param name="response">The answer's id.</param>
    /// <param name="mostBytes">Bytes at most.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>Null: it is not there whole, is longer, does not open, or the store does not say.</returns>
    internal async ValueTask<(IReadOnlyList<SaidTurn> Turns, int? DataRank)?> ReadAsync(string team, string response, long mostBytes, CancellationToken cancellation)
    {
        IReadOnlyList<SealedTranscript>? chain = await _chains.AskAsync<IReadOnlyList<SealedTranscript>>(
            async leave =>
            {
                await FlushAsync(leave);
                return await _store.ReadAsync(team, response, MaxTurns, mostBytes, leave);
            },
            cancellation);
        if (chain is not [.., { Previous: null }])
        {
            return null;
        }

        List<SaidTurn> turns = new(chain.Count);
        foreach (SealedTranscript one in chain.Reverse())
        {
            if (_seal.Open(one) is not { } turn)
            {
                LogEvents.TranscriptLocked(_log, one.Response);
                return null;
            }

            turns.Add(turn);
        }

        return (turns, turns.Max(turn => turn.DataRank));
    }

    /// <summary>A turn was answered.</summary>
    /// <returns>False: too much waits to be written, and it is not kept.</returns>
    internal bool Put(string team, SaidTurn said, string? previous, TranscriptHead head, TimeSpan keep)
    {
        int size = said.Size;
        (string, string) key = (team, said.Turn.Id);
        if (Interlocked.Add(ref _waitingBytes, size) <= MaxWaitingBytes)
        {
            _unwritten[key] = head; // Before its place in the queue: who takes that finds it.
            if (_writes.TryPut(new Unsealed(team, said, previous, head, _time.GetUtcNow() + keep)))
            {
                return true;
            }

            _unwritten.TryRemove(KeyValuePair.Create(key, head));
        }

        Interlocked.Add(ref _waitingBytes, -size);
        LogEvents.TranscriptsLost(_log, 1, "too much waits to be written");
        return false;
    }

    /// <summary>Returns when all is written that was to be written until now.</summary>
    public Task FlushAsync(CancellationToken cancellation) => _writes.FlushAsync(cancellation);

    /// <summary>Writes what waits, and ends.</summary>
    public ValueTask DisposeAsync() => _writes.DisposeAsync();

    private async ValueTask<TranscriptHead?> LookAsync(string team, string response, CancellationToken cancellation) =>
        _unwritten.TryGetValue((team, response), out TranscriptHead? known) ? known : await _heads.AskAsync(leave => _store.FindAsync(team, response, _time.GetUtcNow(), leave), cancellation);

    private async Task WriteAsync(List<Unsealed> group)
    {
        try
        {
            await _store.PutAsync(
                [.. group.Select(one => new SealedTranscript(one.Team, one.Said.Turn.Id, one.Previous, one.Head.Root, one.Head.Provider, one.Until, _seal.Seal(one.Team, one.Said)))], CancellationToken.None);
        }
#pragma warning disable CA1031 // Nobody waits for it: a conversation of which something is not kept is stuck, as it would be without.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            LogEvents.TranscriptsLost(_log, group.Count, failure.Message);
        }

        foreach (Unsealed one in group)
        {
            Interlocked.Add(ref _waitingBytes, -one.Said.Size);
            _unwritten.TryRemove(KeyValuePair.Create((one.Team, one.Said.Turn.Id), one.Head)); // Not a later one, which waits itself.
        }
    }

    private sealed record Unsealed(string Team, SaidTurn Said, string? Previous, TranscriptHead Head, DateTimeOffset Until);
}
