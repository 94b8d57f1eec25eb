using System.Collections.Concurrent;
using Causeway.Releases.Cache;
using Causeway.Releases.Releases;

namespace Causeway.Testing;

/// <summary>Kept answers in memory; away while it is told to be.</summary>
internal sealed class MemoryAnswerStore : IAnswerStore
{
    private readonly ConcurrentDictionary<AnswerKey, (byte[] Content, DateTimeOffset MadeAt)> _answers = new();

    public bool Away { get; set; }

    /// <summary>What reads wait for.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>The revision in which a channel's routing changed last, as the store knows it.</summary>
    public Func<string, long> ChangedIn { get; set; } = static _ => 0;

    public int Reads { get; private set; }

    public ICollection<AnswerKey> Keys => _answers.Keys;

    public async Task<byte[]?> FindAsync(AnswerKey key, CancellationToken cancellation)
    {
        Check();
        Reads++;
        await Held.WaitAsync(cancellation);
        return _answers.TryGetValue(key, out var kept) ? kept.Content : null;
    }

    public Task<bool> PutAsync(AnswerKey key, byte[] content, DateTimeOffset madeAt, long knownRevision, CancellationToken cancellation)
    {
        Check();
        if (ChangedIn(key.Channel) > knownRevision)
        {
            return Task.FromResult(false);
        }

        _answers[key] = (content, madeAt);
        return Task.FromResult(true);
    }

    public Task<IReadOnlyList<AnswerSpace>> ListAsync(CancellationToken cancellation)
    {
        Check();
        return Task.FromResult<IReadOnlyList<AnswerSpace>>(
        [
            .. _answers.GroupBy(pair => (pair.Key.Channel, pair.Key.Release), pair => pair.Value)
                .Select(group => new AnswerSpace(group.Key.Channel, group.Key.Release, group.Count(), group.Sum(kept => (long)kept.Content.Length), group.Min(kept => kept.MadeAt), group.Max(kept => kept.MadeAt))),
        ]);
    }

    public Task<long> DropAsync(string channel, ReleaseId release, DateTimeOffset madeUpTo, CancellationToken cancellation)
    {
        Check();
        long dropped = 0;
        foreach ((AnswerKey key, (_, DateTimeOffset madeAt)) in _answers)
        {
            dropped += key.Channel == channel && key.Release == release && madeAt <= madeUpTo && _answers.TryRemove(key, out _) ? 1 : 0;
        }

        return Task.FromResult(dropped);
    }

    private void Check()
    {
        if (Away)
        {
            throw new IOException("The store is away.");
        }
    }
}
