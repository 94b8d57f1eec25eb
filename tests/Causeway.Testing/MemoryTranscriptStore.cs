using System.Collections.Concurrent;
using Causeway.Releases.Conversations;

namespace Causeway.Testing;

/// <summary>Transcripts in memory; away while it is told to be.</summary>
internal sealed class MemoryTranscriptStore : ITranscriptStore
{
    private readonly ConcurrentDictionary<(string Team, string Response), SealedTranscript> _all = new();

    public bool Away { get; set; }

    public ICollection<SealedTranscript> All => _all.Values;

    public Task PutAsync(IReadOnlyList<SealedTranscript> answers, CancellationToken cancellation)
    {
        Check();
        foreach (SealedTranscript answer in answers)
        {
            _all[(answer.Team, answer.Response)] = answer;
        }

        return Task.CompletedTask;
    }

    public Task<TranscriptHead?> FindAsync(string team, string response, DateTimeOffset now, CancellationToken cancellation)
    {
        Check();
        return Task.FromResult(_all.TryGetValue((team, response), out SealedTranscript? one) && one.Until > now ? new TranscriptHead(one.Root, one.Provider) : null);
    }

    public Task<IReadOnlyList<SealedTranscript>> ReadAsync(string team, string response, int most, long mostBytes, CancellationToken cancellation)
    {
        Check();
        List<SealedTranscript> chain = [];
        for (string? next = response; next is not null && chain.Count < most && chain.Sum(one => one.Content.Length) <= mostBytes && _all.TryGetValue((team, next), out SealedTranscript? one); next = one.Previous)
        {
            chain.Add(one);
        }

        return Task.FromResult<IReadOnlyList<SealedTranscript>>(chain);
    }

    /// <summary>Puts one in another's place, as whoever has the store might.</summary>
    public void Alter(Func<SealedTranscript, SealedTranscript> change)
    {
        foreach (SealedTranscript one in _all.Values)
        {
            _all[(one.Team, one.Response)] = change(one);
        }
    }

    public Task<long> DropAsync(DateTimeOffset until, CancellationToken cancellation)
    {
        Check();
        return Task.FromResult((long)_all.Values.Count(one => one.Until <= until && _all.TryRemove(KeyValuePair.Create((one.Team, one.Response), one))));
    }

    private void Check()
    {
        if (Away)
        {
            throw new IOException("The store is away.");
        }
    }
}
