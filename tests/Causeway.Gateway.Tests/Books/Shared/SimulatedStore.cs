using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Tests.Books.Shared;

/// <summary>One instance's way to the shared chain: slow, lossy, cut off, paused or dead as the seed wills.</summary>
internal sealed class SimulatedStore(SharedChain chain, InstanceId instance, Random random, TimeProvider time) : ILedgerStore
{
    // A session that stands at the head for longer is ended by the store, as idle_in_transaction_session_timeout does.
    private static readonly TimeSpan s_longestTurn = TimeSpan.FromMilliseconds(1_000);
    private long _known;
    private long _turn;

    public bool IsShared => true;

    /// <summary>The last event that it has heard of or written.</summary>
    public long Known => _known;

    /// <summary>The process is gone: nothing it does comes to anything any more.</summary>
    public bool IsDead { get; set; }

    /// <summary>Nothing comes through.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>What its database lost of what this instance had read; null: nothing.</summary>
    public string? Lost { get; set; }

    /// <summary>How often something goes wrong, 0 to 1.</summary>
    public double Faults { get; set; }

    public async Task AppendAsync(Func<LedgerNews, IReadOnlyList<JournalEntry>> take, CancellationToken cancellation)
    {
        await TravelAsync();
        long turn = ++_turn;
        object session = new();
        await chain.LockAsync(session);
        try
        {
            ITimer limit = time.CreateTimer(_ => chain.Release(session), null, s_longestTurn, Timeout.InfiniteTimeSpan);
            chain.Limits.Add(limit); // A killed process is collected; the server goes on and still ends its session.
            await using (limit)
            {
                if (_known > chain.Events.Count)
                {
                    throw new LedgerDivergedException(Lost = $"{_known - chain.Events.Count} events are missing");
                }

                LedgerNews news = chain.After(_known);
                int fate = random.NextDouble() < Faults ? random.Next(5) : -1;
                if (fate == 0)
                {
                    throw new IOException("lost before it was taken");
                }

                IReadOnlyList<JournalEntry> entries = take(news);
                await TravelAsync();
                if (fate == 1)
                {
                    throw new IOException("lost before the commit");
                }

                if (fate == 2)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(random.Next(2_500)), time, CancellationToken.None); // The process is stopped, perhaps for too long.
                    await TravelAsync();
                }

                if (chain.Holder != session)
                {
                    throw new IOException("the session was ended");
                }

                chain.Commit(instance, turn, entries);
                _known = chain.Events.Count;
                if (fate == 3)
                {
                    throw new IOException("committed, and the answer was lost");
                }
            }
        }
        finally
        {
            chain.Release(session);
        }

        await TravelAsync();
    }

    public async Task<bool> WasAppendedAsync(CancellationToken cancellation)
    {
        await TravelAsync();
        return chain.WasKept(instance, _turn);
    }

    public async Task<LedgerImage> LoadAsync(CancellationToken cancellation)
    {
        await TravelAsync();
        _known = chain.Events.Count;
        return chain.Image() with { Problem = Lost };
    }

    public Task<IReadOnlyList<LedgerEvent>> EventsAsync(LedgerQuery query, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<LedgerEvent>>([.. chain.Events.Where(query.Matches)]);

    public Task<ChainReport> VerifyAsync(CancellationToken cancellation) => Task.FromResult(new ChainReport(chain.Events.Count, chain.Digest(), null, null));

    public Task<LedgerHead?> HeadAsync(long? seq, CancellationToken cancellation) => throw new NotSupportedException();

    private async Task TravelAsync()
    {
        if (IsDead)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, CancellationToken.None);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(random.Next(4)), time, CancellationToken.None);
        if (IsDead)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, CancellationToken.None);
        }

        if (IsCutOff)
        {
            throw new IOException("cut off");
        }
    }
}
