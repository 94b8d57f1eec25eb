using System.Runtime.InteropServices;
using Causeway.Budgets.Grants;
using Causeway.Budgets.Keys;
using Causeway.Budgets.Ledger;
using Causeway.Budgets.Pricing;
using Causeway.Gateway.Flow;
using Causeway.Gateway.Policy;
using Causeway.Releases.Releases;

namespace Causeway.Gateway.Readiness;

/// <summary>What a rollback of a channel changes in money, by what was asked of it lately.</summary>
/// <param name="Channel">The channel.</param>
/// <param name="Requests">Requests that the release answered and that it is taken from, at most <see cref="OutlookReader.MaxRecords"/> records of all channels.</param>
/// <param name="Span">Over how long.</param>
/// <param name="FromNanoUsdPerHour">What they cost, made an hour's, nano-USD; null: one of them has no price.</param>
/// <param name="ToNanoUsdPerHour">What the same tokens cost at the other release's first pin; null: it has no price.</param>
/// <param name="Payers">The grants that paid.</param>
public sealed record RollbackOutlook(string Channel, int Requests, TimeSpan Span, long? FromNanoUsdPerHour, long? ToNanoUsdPerHour, IReadOnlyCollection<GrantId> Payers)
{
    /// <summary>How many of the requests came from each environment, the lowest first.</summary>
    public IReadOnlyList<(string Environment, long Requests)> Environments { get; init; } = [];

    /// <summary>What an hour costs more there, nano-USD; less than 0: it is cheaper; null: it cannot be said.</summary>
    public long? ChangeNanoUsdPerHour => ToNanoUsdPerHour - FromNanoUsdPerHour;
}

/// <summary>Reads outlooks from the books.</summary>
public sealed class OutlookReader(IUsageStore usage, IReleaseStore releases, PolicyPublisher policies, TimeProvider time)
{
    /// <summary>How far back it looks.</summary>
    public static readonly TimeSpan Looked = TimeSpan.FromHours(1);

    /// <summary>Records that it reads at most: enough to say what a request costs, and few enough to be read while somebody waits.</summary>
    public const int MaxRecords = 20_000;

    private const long MsOfAnHour = 3_600_000;

    /// <summary>Looks at a channel.</summary>
    /// <param name="channel">Its name.</param>
    /// <param name="from">What answers, and is to be taken back.</param>
    /// <param name="to">What is to answer instead.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public async Task<RollbackOutlook> ReadAsync(string channel, ReleaseId from, ReleaseId to, CancellationToken cancellation)
    {
        DateTimeOffset now = time.GetUtcNow();
        Price there = await PriceOfAsync(to, cancellation);
        Sum sum = new();
        string name = from.ToString();
        Guid? after = null;
        DateTimeOffset until = now;
        for (int read = 0; read < MaxRecords;)
        {
            IReadOnlyList<UsageRecord> records = await usage.PageAsync(new UsageRange(now - Looked, now, after), cancellation);
            foreach (UsageRecord record in records.Where(record => record.Channel == channel && record.Release == name && record is { Outcome: Outcome.Completed, CachedFrom: null, RoutingRule: not (int)Causeway.Releases.Routing.RoutingRule.Shadow }))
            {
                sum.Add(record, there);
            }

            read += records.Count;
            if (records.Count < UsageRange.PageRecords)
            {
                break;
            }

            (after, until) = (records[^1].Request, read >= MaxRecords ? records[^1].At : now);
        }

        return sum.Outlook(channel, until);
    }

    private async Task<Price> PriceOfAsync(ReleaseId to, CancellationToken cancellation)
    {
        PolicyRevision policy = policies.Current;
        Release? release = (await releases.FindAsync(new ReleaseIdRange(to, to), cancellation)) is [var found, ..] ? found : null;
        return release?.Pins.Select(pin => Resolve.Route(pin, policy)).FirstOrDefault(route => route is not null) is { } pin
            ? new Price(pin.Route.PriceOf(pin.Model, null), pin.Provider.Region is not null)
            : default;
    }

    private readonly record struct Price(ModelPrice? Model, bool IsRegional);

    private sealed class Sum
    {
        private readonly HashSet<GrantId> _payers = [];
        private readonly Dictionary<string, long> _environments = new(StringComparer.Ordinal);
        private DateTimeOffset? _first;
        private int _requests;
        private long? _from = 0;
        private long? _to = 0;

        public void Add(UsageRecord record, Price there)
        {
            _first ??= record.At;
            _requests++;
            CollectionsMarshal.GetValueRefOrAddDefault(_environments, record.Attribution.Environment, out _)++;
            _from += record.FinalCostNanoUsd; // Once one has no price the sum has none.
            _to += there.Model?.CostNanoUsd(record.FinalTokens, record.At, null, there.IsRegional) + (record.ToolFeeNanoUsd ?? 0); // What a request searches it searches there, too.
            if (record.Grant is { } grant)
            {
                _payers.Add(grant);
            }
        }

        public RollbackOutlook Outlook(string channel, DateTimeOffset until)
        {
            TimeSpan span = _first is { } first && until - first > TimeSpan.FromMinutes(1) ? until - first : TimeSpan.FromMinutes(1);
            long ms = (long)span.TotalMilliseconds;
            return new RollbackOutlook(channel, _requests, span, PerHour(_from, ms), PerHour(_to, ms), _payers)
            {
                Environments = [.. Attribution.Environments.Select(environment => (environment, _environments.GetValueOrDefault(environment)))],
            };
        }

        private static long? PerHour(long? nanoUsd, long ms) => nanoUsd is { } sum ? (long)((Int128)sum * MsOfAnHour / ms) : null;
    }
}
