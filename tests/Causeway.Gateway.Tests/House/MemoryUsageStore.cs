using System.Collections.Immutable;
using Causeway.Budgets.Ledger;

namespace Causeway.Gateway.Tests.House;

/// <summary>Books in memory; fails while it is told to. Has one writer, as the store itself.</summary>
internal sealed class MemoryUsageStore : IUsageStore, ILedgerStore
{
    private readonly TaskCompletionSource _refused = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>While true nothing is booked.</summary>
    public bool Failing { get; set; }

    /// <summary>Nothing is taken before this has ended.</summary>
    public Task Held { get; set; } = Task.CompletedTask;

    /// <summary>Ends when an append was refused.</summary>
    public Task Refused => _refused.Task;

    public ImmutableList<UsageRecord> Records { get; private set; } = [];

    /// <summary>The sizes of the groups that were booked.</summary>
    public ImmutableList<int> Groups { get; private set; } = [];

    public Task AppendAsync(IReadOnlyList<UsageRecord> records, CancellationToken cancellation)
    {
        if (Failing)
        {
            _refused.TrySetResult();
            throw new IOException("The disk is full.");
        }

        Groups = Groups.Add(records.Count);
        Records = Records.AddRange(records);
        return Task.CompletedTask;
    }

    /// <summary>The ledger's events in their order.</summary>
    public ImmutableList<LedgerEvent> Events { get; private set; } = [];

    public async Task AppendAsync(Func<LedgerNews, IReadOnlyList<JournalEntry>> take, CancellationToken cancellation)
    {
        await Held;
        IReadOnlyList<JournalEntry> entries = [.. take(LedgerNews.None)];
        if (Failing)
        {
            _refused.TrySetResult();
            throw new IOException("The disk is full.");
        }

        Groups = Groups.Add(entries.Count);
        Records = Records.AddRange(entries.Where(entry => entry.Usage is not null).Select(entry => entry.Usage!));
        Events = Events.AddRange(entries.Where(entry => entry.Event is not null).Select(entry => entry.Event!));
        foreach (UsageAdjustment later in entries.Where(entry => entry.Adjusted is not null).Select(entry => entry.Adjusted!))
        {
            UsageRecord booked = Records.Single(record => record.Request == later.Request);
            Records = Records.Replace(booked, booked with
            {
                Adjusted = booked.Adjusted is { } before ? new UsageAdjustment(later.Request, before.Tokens + later.Tokens, before.NanoUsd + later.NanoUsd) : later,
            });
        }
    }

    public Task<LedgerImage> LoadAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<LedgerEvent>> EventsAsync(LedgerQuery query, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<LedgerEvent>>(
        [.. Events.Where(query.Matches).Where(one => query.Since is not { } since || one.AtMs >= since.ToUnixTimeMilliseconds()).Take(query.Limit)]);

    public Task<ChainReport> VerifyAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public Task<LedgerHead?> HeadAsync(long? seq, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<SpendRow>> SpendAsync(SpendQuery query, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<UsageRecord>> RecentAsync(int limit, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<UsageRecord>> PageAsync(UsageRange range, CancellationToken cancellation) => Task.FromResult<IReadOnlyList<UsageRecord>>(
    [
        .. Records
            .Where(record => record.At >= range.Since && record.At < range.Until && (range.After is not { } after || string.CompareOrdinal(record.Request.ToString("N"), after.ToString("N")) > 0))
            .OrderBy(record => record.Request.ToString("N"), StringComparer.Ordinal)
            .Take(range.Limit),
    ]);

    public Task<UsageRecord?> FindAsync(Guid request, CancellationToken cancellation) => Task.FromResult(Records.FirstOrDefault(record => record.Request == request));

    public Task<UsageSearchPage> SearchAsync(UsageSearch search, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<AttemptRecord>> TrailAsync(Guid request, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<IReadOnlyList<ContractOutcomeRow>> ContractOutcomesAsync(string contract, DateTimeOffset since, CancellationToken cancellation) => throw new NotSupportedException();
}
