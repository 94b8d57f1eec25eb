namespace Causeway.Releases.Conversations;

/// <summary>What was said in conversations whose history a provider keeps, each answer sealed with what it answered: a store sees no text of any. Safe to call from many threads.</summary>
public interface ITranscriptStore
{
    /// <summary>Bytes of one sealed answer, with what it answered, at most.</summary>
    const int MaxSealed = 18 * 1024 * 1024;

    /// <summary>Keeps answers, in their order. The first of their conversation is kept for as long as the latest.</summary>
    Task PutAsync(IReadOnlyList<SealedTranscript> answers, CancellationToken cancellation);

    /// <summary>Of which conversation an answer is; null: it is not kept, or the time of its conversation is over.</summary>
    /// <param name="team">Whose it is.</param>
    /// <param name="response">Its id.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<TranscriptHead?> FindAsync(string team, string response, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>An answer and those before it, the latest first.</summary>
    /// <param name="team">Whose they are.</param>
    /// <param name="response">The id of the latest.</param>
    /// <param name="most">Answers at most.</param>
    /// <param name="mostBytes">Bytes at most; the one that goes beyond it is the last that is read.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    Task<IReadOnlyList<SealedTranscript>> ReadAsync(string team, string response, int most, long mostBytes, CancellationToken cancellation);

    /// <summary>Forgets answers whose own time was over by then, and that of the first of their conversation.</summary>
    /// <returns>How many they were.</returns>
    Task<long> DropAsync(DateTimeOffset until, CancellationToken cancellation);
}

/// <summary>One answer of a conversation, and what it answered, sealed.</summary>
/// <param name="Team">The team whose key asked.</param>
/// <param name="Response">The answer's id, as its caller knows it.</param>
/// <param name="Previous">The id of the answer that it went on from; null: it was sent the whole history.</param>
/// <param name="Root">The id of the first answer that is kept of the conversation; its own, where <paramref name="Previous"/> is null.</param>
/// <param name="Provider">The provider that keeps it too, under the same id; empty: none does.</param>
/// <param name="Until">When it is forgotten, unless the conversation goes on: UTC, to the millisecond.</param>
/// <param name="Content">The sealed text; at most <see cref="ITranscriptStore.MaxSealed"/> bytes.</param>
public sealed record SealedTranscript(string Team, string Response, string? Previous, string Root, string Provider, DateTimeOffset Until, byte[] Content);

/// <summary>What is known of a kept answer without opening it.</summary>
/// <param name="Root">The id of the first answer of its conversation.</param>
/// <param name="Provider">The provider that keeps it too; empty: none does.</param>
public sealed record TranscriptHead(string Root, string Provider);
