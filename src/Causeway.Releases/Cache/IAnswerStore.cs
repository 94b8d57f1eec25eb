using Causeway.Releases.Releases;

namespace Causeway.Releases.Cache;

/// <summary>Where answers are kept that may be given again, in a space of its own for each channel and release. Safe to call from many threads.</summary>
public interface IAnswerStore
{
    /// <summary>Bytes of the longest content that is kept.</summary>
    const int MaxContent = 8 << 20;

    /// <summary>What is kept under a key; null: nothing.</summary>
    Task<byte[]?> FindAsync(AnswerKey key, CancellationToken cancellation);

    /// <summary>
    /// Keeps an answer in place of the one before, unless the channel's routing, or what holds everywhere, has changed since the revision that whoever asks knows: what was
    /// made for a release that was rolled back meanwhile is dropped in the same transaction that would have kept it.
    /// </summary>
    /// <param name="key">Under which.</param>
    /// <param name="content">The answer, 1 to <see cref="MaxContent"/> bytes.</param>
    /// <param name="madeAt">When it was made, UTC; kept to the millisecond.</param>
    /// <param name="knownRevision">The newest routing revision that is known.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <returns>False: it was dropped.</returns>
    Task<bool> PutAsync(AnswerKey key, byte[] content, DateTimeOffset madeAt, long knownRevision, CancellationToken cancellation);

    /// <summary>What is kept, by channel and release.</summary>
    Task<IReadOnlyList<AnswerSpace>> ListAsync(CancellationToken cancellation);

    /// <summary>Forgets what a release made on a channel up to a moment, that one included.</summary>
    /// <returns>How many answers.</returns>
    Task<long> DropAsync(string channel, ReleaseId release, DateTimeOffset madeUpTo, CancellationToken cancellation);
}

/// <summary>Names an answer.</summary>
/// <param name="Channel">Of which channel.</param>
/// <param name="Release">What made it.</param>
/// <param name="Request">SHA-256 of whose request it answers and of what matters in it, as 64 lower-case hex digits.</param>
public sealed record AnswerKey(string Channel, ReleaseId Release, string Request);

/// <summary>The answers of one release on one channel.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Release">The release.</param>
/// <param name="Answers">How many.</param>
/// <param name="Bytes">How large together.</param>
/// <param name="Oldest">When the oldest was made, UTC.</param>
/// <param name="Newest">When the newest was, UTC.</param>
public sealed record AnswerSpace(string Channel, ReleaseId Release, long Answers, long Bytes, DateTimeOffset Oldest, DateTimeOffset Newest);
